"""Addresses that a stranger cannot make the server visit; one test per rule."""

import socket

import pytest

from server.fetch.errors import AddressNotAllowedError, FetchError
from tests.support.http_server import local_server, redirect, reply


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.com/a.jpg",
        "gopher://127.0.0.1:25/",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "//example.com/a.jpg",
        "example.com/a.jpg",
        "http://",
        "http:///a.jpg",
        "",
    ],
)
def test_only_http_and_https_are_downloaded(fetcher_for, url):
    with pytest.raises(AddressNotAllowedError):
        fetcher_for().picture(url)


def test_other_ports_are_refused(fetcher_for, jpeg):
    with local_server({"/": reply(jpeg)}) as site:
        with pytest.raises(AddressNotAllowedError, match=str(site.port)):
            fetcher_for("127.0.0.1").picture(site.url())
        assert site.requests == []


def test_a_host_and_port_that_the_operator_allows_may_be_downloaded_from(fetcher_for, jpeg):
    with local_server({"/a.jpg": reply(jpeg)}) as site:
        fetched = fetcher_for(site.address).picture(site.url("/a.jpg"))
    assert fetched.data == jpeg
    assert fetched.media_type == "image/jpeg"
    assert fetched.url == site.url("/a.jpg")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "169.254.169.254",
        "１２７.0.0.1",
    ],
)
def test_no_spelling_of_an_internal_address_is_connected_to(fetcher_for, host, monkeypatch):
    connected = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: connected.append(address))
    with pytest.raises(FetchError):
        fetcher_for().picture(f"http://{host}/")
    assert connected == []


def test_a_name_that_resolves_to_an_internal_address_is_refused(fetcher_for, names):
    names["rebind.example"] = ["192.168.1.1"]
    with pytest.raises(AddressNotAllowedError, match=r"rebind\.example"):
        fetcher_for().picture("http://rebind.example/")


def test_one_internal_address_among_public_ones_is_enough_to_refuse(fetcher_for, names):
    names["both.example"] = ["93.184.215.14", "127.0.0.1"]
    with pytest.raises(AddressNotAllowedError):
        fetcher_for().picture("http://both.example/")


def test_a_name_is_resolved_once_and_the_connection_goes_to_that_address(
    fetcher_for, jpeg, monkeypatch
):
    asked = []
    resolve = socket.getaddrinfo

    def answer(host, port, *args, **kwargs):
        asked.append(host)
        return resolve("127.0.0.1", port, *args, **kwargs)

    with local_server({"/": reply(jpeg)}, host="photos.example") as site:
        monkeypatch.setattr(socket, "getaddrinfo", answer)
        fetcher_for(site.address).picture(site.url())
    assert asked == ["photos.example"]


def test_the_host_header_has_the_name_and_not_the_address(fetcher_for, jpeg, names):
    names["photos.example"] = ["127.0.0.1"]
    with local_server({"/": reply(jpeg)}, host="photos.example") as site:
        fetcher_for(site.address).picture(site.url())
        (request,) = site.requests
    assert request[2]["host"] == site.address


def test_the_next_address_is_tried_when_nothing_listens_at_the_first(fetcher_for, jpeg, names):
    names["photos.example"] = ["127.0.0.77", "127.0.0.1"]
    with local_server({"/": reply(jpeg)}, host="photos.example") as site:
        assert fetcher_for(site.address).picture(site.url()).data == jpeg


def test_a_redirect_to_an_internal_address_is_not_followed(fetcher_for, jpeg):
    with local_server({"/": reply(jpeg)}) as inside:
        with (
            local_server({"/": redirect(inside.url())}) as site,
            pytest.raises(AddressNotAllowedError),
        ):
            fetcher_for(site.address).picture(site.url())
        assert inside.requests == []


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://127.0.0.1/"])
def test_a_redirect_to_another_scheme_is_not_followed(fetcher_for, target):
    with local_server({"/": redirect(target)}) as site, pytest.raises(AddressNotAllowedError):
        fetcher_for(site.address).picture(site.url())


def test_five_redirects_are_followed(fetcher_for, jpeg):
    routes = {f"/{n}": redirect(f"/{n + 1}", 301 + n) for n in (1, 2)}
    routes |= {"/0": redirect("1"), "/3": redirect("//{}/4", 307), "/4": redirect("5", 308)}
    with local_server({**routes, "/5": reply(jpeg)}) as site:
        site.routes["/3"] = redirect(f"//{site.address}/4", 307)
        fetched = fetcher_for(site.address).picture(site.url("/0"))
    assert fetched.data == jpeg
    assert fetched.url == site.url("/5")


def test_a_sixth_redirect_is_not_followed(fetcher_for, jpeg):
    routes = {f"/{n}": redirect(f"/{n + 1}") for n in range(6)}
    with local_server({**routes, "/6": reply(jpeg)}) as site:
        with pytest.raises(FetchError, match="5 times"):
            fetcher_for(site.address).picture(site.url("/0"))
        assert [path for _, path, _ in site.requests] == [f"/{n}" for n in range(6)]


@pytest.mark.parametrize("user", ["user:password@", "user@", ":password@"])
def test_an_address_with_credentials_is_refused(fetcher_for, user):
    with local_server() as site:
        with pytest.raises(AddressNotAllowedError):
            fetcher_for(site.address).picture(f"http://{user}{site.address}/")
        assert site.requests == []


def test_a_redirect_with_credentials_is_not_followed(fetcher_for, jpeg):
    with local_server({"/a": reply(jpeg)}) as site:
        site.routes["/"] = redirect(f"http://user:password@{site.address}/a")
        with pytest.raises(AddressNotAllowedError):
            fetcher_for(site.address).picture(site.url())


def test_cookies_are_neither_kept_nor_sent(fetcher_for, jpeg):
    with local_server({"/a": reply(jpeg)}) as site:
        site.routes["/"] = reply(status=302, headers={"Location": "/a", "Set-Cookie": "seen=1"})
        fetcher = fetcher_for(site.address)
        fetcher.picture(site.url())
        fetcher.picture(site.url())
        assert len(site.requests) == 4
        assert not any("cookie" in headers for _, _, headers in site.requests)


def test_no_referrer_is_sent(fetcher_for, jpeg):
    with local_server({"/": redirect("/a"), "/a": reply(jpeg)}) as site:
        fetcher_for(site.address).picture(site.url())
        assert not any("referer" in headers for _, _, headers in site.requests)


def test_proxies_in_the_environment_are_not_used(fetcher_for, jpeg, monkeypatch):
    with local_server({"/": reply(jpeg)}) as site, local_server() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        fetcher_for(site.address).picture(site.url())
        assert proxy.requests == []


def test_passwords_in_the_users_netrc_are_not_sent(fetcher_for, jpeg, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with local_server({"/": reply(jpeg)}) as site:
        fetcher_for(site.address).picture(site.url())
        assert "authorization" not in site.requests[0][2]


def test_the_request_says_who_asks_and_that_a_picture_is_wanted(fetcher_for, jpeg):
    with local_server({"/": reply(jpeg)}) as site:
        fetcher_for(site.address).picture(site.url())
        headers = site.requests[0][2]
    assert headers["user-agent"].startswith("where-to-buy/")
    assert headers["accept"] == "image/avif,image/webp,image/png,image/jpeg,image/gif"


def test_an_address_of_a_megabyte_is_refused(fetcher_for):
    with pytest.raises(AddressNotAllowedError, match="too long"):
        fetcher_for().picture("http://example.com/" + "a" * 2**20)


def test_a_host_cannot_put_control_characters_into_the_message(fetcher_for):
    with pytest.raises(FetchError) as caught:
        fetcher_for().picture("http://a%0a\x1b[31mb.invalid/")
    assert str(caught.value).isprintable()
