"""Which addresses are public, and which hosts the operator allows."""

from ipaddress import ip_address

import pytest

from server.errors import SettingsError
from server.fetch.addresses import AllowList, is_public


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111"])
def test_an_address_on_the_internet_is_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("127.0.0.1", id="loopback"),
        pytest.param("127.255.0.9", id="loopback-far-end"),
        pytest.param("::1", id="loopback-v6"),
        pytest.param("0.0.0.0", id="this-host"),
        pytest.param("::", id="unspecified-v6"),
        pytest.param("10.1.2.3", id="private-10"),
        pytest.param("172.16.0.1", id="private-172"),
        pytest.param("192.168.178.1", id="private-192"),
        pytest.param("fd00::1", id="unique-local"),
        pytest.param("169.254.169.254", id="metadata-of-aws-google-azure"),
        pytest.param("fd00:ec2::254", id="metadata-of-aws-v6"),
        pytest.param("100.100.100.200", id="metadata-of-alibaba"),
        pytest.param("192.0.0.192", id="metadata-of-oracle"),
        pytest.param("168.63.129.16", id="wire-server-of-azure"),
        pytest.param("100.64.0.1", id="carrier-grade-nat"),
        pytest.param("192.0.0.9", id="protocol-assignments"),
        pytest.param("192.0.2.1", id="documentation"),
        pytest.param("192.88.99.1", id="6to4-relay"),
        pytest.param("198.18.0.1", id="benchmarking"),
        pytest.param("224.0.0.1", id="multicast"),
        pytest.param("233.252.0.1", id="multicast-that-is-global-to-python"),
        pytest.param("255.255.255.255", id="broadcast"),
        pytest.param("240.0.0.1", id="reserved"),
        pytest.param("fe80::1", id="link-local-v6"),
        pytest.param("fe80::1%lo", id="link-local-with-a-zone"),
        pytest.param("fec0::1", id="site-local"),
        pytest.param("ff0e::1", id="multicast-v6-global-scope"),
        pytest.param("::ffff:127.0.0.1", id="ipv4-mapped"),
        pytest.param("::127.0.0.1", id="ipv4-compatible"),
        pytest.param("::a9fe:a9fe", id="ipv4-compatible-metadata"),
        pytest.param("64:ff9b::7f00:1", id="nat64"),
        pytest.param("64:ff9b:1::a9fe:a9fe", id="nat64-local"),
        pytest.param("2002:7f00:1::", id="6to4"),
        pytest.param("2001:0:7f00:1::", id="teredo"),
        pytest.param("2001:20::1", id="orchid"),
        pytest.param("2001:db8::1", id="documentation-v6"),
        pytest.param("3fff::1", id="documentation-v6-new"),
        pytest.param("5f00::1", id="segment-routing"),
        pytest.param("100::1", id="discard-only"),
    ],
)
def test_an_address_that_is_not_on_the_internet_is_not_public(address):
    assert not is_public(ip_address(address))


def test_a_host_without_a_port_allows_ports_80_and_443():
    allow = AllowList.parse(["nas.home"])
    assert allow.permits("nas.home", 80)
    assert allow.permits("nas.home", 443)
    assert not allow.permits("nas.home", 8080)


def test_a_host_with_a_port_allows_that_port_only():
    allow = AllowList.parse(["127.0.0.1:9000", "[::1]:9000"])
    assert allow.permits("127.0.0.1", 9000)
    assert allow.permits("[::1]", 9000)
    assert allow.permits("::1", 9000)
    assert not allow.permits("127.0.0.1", 80)
    assert not allow.permits("127.0.0.2", 9000)


def test_capitals_and_a_trailing_dot_make_no_difference_to_a_host():
    assert AllowList.parse(["NAS.home"]).permits("nas.HOME.", 443)


def test_a_host_does_not_allow_its_subdomains():
    assert not AllowList.parse(["home"]).permits("nas.home", 443)


def test_an_empty_list_permits_nothing():
    assert not AllowList.parse([]).permits("127.0.0.1", 80)


@pytest.mark.parametrize(
    "entry", ["http://nas.home", "nas.home:http", "nas.home:99999", "nas.home:0", "::1", "a b", ""]
)
def test_an_entry_that_names_no_host_is_an_error_that_shows_it(entry):
    with pytest.raises(SettingsError) as caught:
        AllowList.parse([entry])
    assert repr(entry) in str(caught.value)
