"""TLS, and downloads other than pictures."""

import pytest

from server.fetch.errors import FetchError, FetchTooLargeError
from tests.support.certificates import Authority
from tests.support.http_server import local_server, redirect, reply

BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.mark.parametrize("variable", BUNDLES)
def test_an_authority_that_the_environment_names_is_trusted(
    fetcher_for, jpeg, authority, monkeypatch, variable
):
    for name in BUNDLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, str(authority.bundle))
    with local_server({"/": reply(jpeg)}, tls=authority.server_context("127.0.0.1")) as site:
        assert fetcher_for(site.address).picture(site.url()).data == jpeg


def test_a_certificate_is_checked_against_the_name_and_not_the_address(
    fetcher_for, jpeg, authority, monkeypatch, names
):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    names["photos.example"] = ["127.0.0.1"]
    tls = authority.server_context("photos.example")
    with local_server({"/": reply(jpeg)}, host="photos.example", tls=tls) as site:
        assert fetcher_for(site.address).picture(site.url()).data == jpeg


def test_a_certificate_from_an_unknown_authority_is_refused(fetcher_for, jpeg, authority):
    tls = authority.server_context("127.0.0.1")
    with local_server({"/": reply(jpeg)}, tls=tls) as site:
        with pytest.raises(FetchError, match="certificate"):
            fetcher_for(site.address).picture(site.url())
        assert site.requests == []


def test_a_certificate_for_another_name_is_refused(
    fetcher_for, jpeg, authority, monkeypatch, names
):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    names["photos.example"] = ["127.0.0.1"]
    # It is valid for the address that is connected to, but not for the name that was asked for.
    tls = authority.server_context("127.0.0.1")
    with (
        local_server({"/": reply(jpeg)}, host="photos.example", tls=tls) as site,
        pytest.raises(FetchError, match="certificate"),
    ):
        fetcher_for(site.address).picture(site.url())


def test_a_page_comes_with_its_type_and_charset(fetcher_for):
    headers = {"Content-Type": "Text/HTML; charset=EUC-KR"}
    with local_server({"/": reply(b"<p>", headers=headers), "/go": redirect("/")}) as site:
        page = fetcher_for(site.address).page(site.url("/go"))
    assert (page.data, page.media_type, page.charset) == (b"<p>", "text/html", "EUC-KR")
    assert page.url == site.url("/")


def test_a_page_that_names_no_charset_has_none(fetcher_for):
    with local_server({"/": reply(b"<p>", headers={"Content-Type": "text/html"})}) as site:
        assert fetcher_for(site.address).page(site.url()).charset is None


def test_a_file_may_be_as_large_as_its_reader_allows(fetcher_for):
    with local_server({"/feed.xml": reply(b"x" * 100)}) as site:
        fetcher = fetcher_for(site.address)
        assert fetcher.file(site.url("/feed.xml"), 100).data == b"x" * 100
        with pytest.raises(FetchTooLargeError):
            fetcher.file(site.url("/feed.xml"), 99)


def test_a_service_gets_the_body_and_its_answer_is_returned_even_if_it_refuses(fetcher_for):
    bodies = []

    def answer(handler):
        bodies.append(handler.rfile.read(int(handler.headers["Content-Length"])))
        reply(b'{"error": 1}', 422, {"Content-Type": "application/json"})(handler)

    with local_server({"/mcp": answer}) as site:
        fetched = fetcher_for(site.address).exchange(
            "POST", site.url("/mcp"), b'{"id": 1}', {"Content-Type": "application/json"}, 1000
        )
    assert bodies == [b'{"id": 1}']
    assert (fetched.data, fetched.media_type) == (b'{"error": 1}', "application/json")
    assert fetched.status == 422


def test_what_is_meant_for_one_service_is_not_sent_to_another(fetcher_for):
    with local_server({"/": reply(b"{}")}) as other:
        with local_server({"/": redirect(other.url(), 307)}) as site:
            fetched = fetcher_for(site.address, other.address).exchange(
                "POST", site.url(), b"crop", {}, 1000
            )
        assert fetched.status == 307
        assert other.requests == []
