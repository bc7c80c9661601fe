"""Limits of time, size and kind; one test per rule.

The servers here never finish by themselves: without the limit, a test would not end.
"""

import gzip
import socket
import threading
import zlib

import pytest

from server.fetch.errors import (
    FetchConnectError,
    FetchError,
    FetchTimeoutError,
    FetchTooLargeError,
    NotAPictureError,
)
from server.fetch.fetcher import PICTURE_BYTES
from tests.support.full_port import full_port
from tests.support.http_server import local_server, redirect, reply
from tests.unit.fetch.conftest import picture_file

SOON = 0.4


@pytest.fixture
def never():
    """An event that is set only when the test is over."""
    event = threading.Event()
    yield event
    event.set()


def drip(handler, never, data=b"\xff\xd8\xff"):
    while not never.wait(0.02):
        handler.wfile.write(data)


def test_time_runs_out_while_there_is_no_answer(fetcher_for, never):
    with local_server({"/": lambda _: never.wait()}) as site:
        with pytest.raises(FetchTimeoutError):
            fetcher_for(site.address).picture(site.url(), seconds=SOON)
        never.set()


def test_time_runs_out_while_headers_trickle_in(fetcher_for, never):
    def answer(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        drip(handler, never, b"x")

    with local_server({"/": answer}) as site:
        with pytest.raises(FetchTimeoutError):
            fetcher_for(site.address).picture(site.url(), seconds=SOON)
        never.set()


def test_time_runs_out_while_the_body_trickles_in(fetcher_for, never):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        drip(handler, never)

    with local_server({"/": answer}) as site:
        with pytest.raises(FetchTimeoutError):
            fetcher_for(site.address).picture(site.url(), seconds=SOON)
        never.set()


def test_a_body_without_a_length_is_not_complete_when_time_runs_out(fetcher_for, never):
    def answer(handler):
        handler.send_response(200)
        handler.end_headers()
        drip(handler, never)

    with local_server({"/": answer}) as site:
        with pytest.raises(FetchTimeoutError):
            fetcher_for(site.address).picture(site.url(), seconds=SOON)
        never.set()


def test_redirects_count_towards_the_time(fetcher_for, never):
    def slow(handler):
        never.wait(SOON * 0.7)
        redirect("/")(handler)

    with local_server({"/": slow}) as site:
        with pytest.raises(FetchTimeoutError):
            fetcher_for(site.address).picture(site.url(), seconds=SOON)
        never.set()


def test_time_runs_out_while_the_name_is_looked_up(fetcher_for, never, monkeypatch):
    def look_up(*_, **__):
        never.wait()
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(FetchTimeoutError):
        fetcher_for().picture("http://slow.example/", seconds=SOON)


@pytest.fixture
def full():
    with full_port() as address:
        yield address


def ask(fetcher, url, **limits):
    return fetcher.exchange("GET", url, b"", {}, 1000, **limits)


def test_connecting_is_given_up_before_the_whole_time_is_over(fetcher_for, full):
    with pytest.raises(FetchConnectError, match="cannot be connected to"):
        ask(fetcher_for(full), f"http://{full}/", seconds=50, connect_seconds=SOON)


def test_the_whole_time_limits_connecting_too(fetcher_for, full):
    with pytest.raises(FetchTimeoutError) as error:
        ask(fetcher_for(full), f"http://{full}/", seconds=SOON, connect_seconds=50)
    assert not error.value.sent


def test_an_address_that_accepts_no_connection_leaves_time_for_the_next(
    fetcher_for, full, monkeypatch
):
    with local_server({"/": reply(b"here")}) as site:
        listed = [("127.0.0.1", int(full.split(":")[1])), ("127.0.0.1", site.port)]
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in listed]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        url = f"http://two.example:{site.port}/"
        fetcher = fetcher_for(f"two.example:{site.port}")
        assert ask(fetcher, url, seconds=50, connect_seconds=2).data == b"here"


def test_an_answer_may_take_longer_than_connecting(fetcher_for, never):
    def answer(handler):
        never.wait(4 * SOON)
        reply(b"late")(handler)

    with local_server({"/": answer}) as site:
        fetcher = fetcher_for(site.address)
        assert ask(fetcher, site.url(), seconds=50, connect_seconds=SOON).data == b"late"


def test_looking_up_a_name_is_given_up_before_the_whole_time_is_over(
    fetcher_for, never, monkeypatch
):
    def look_up(*_, **__):
        never.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(FetchConnectError, match="not found in time"):
        ask(fetcher_for("a.example"), "http://a.example/", seconds=50, connect_seconds=SOON)


def test_time_runs_out_during_the_tls_handshake(fetcher_for, never):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(FetchTimeoutError):
            fetcher_for(f"127.0.0.1:{port}").picture(f"https://127.0.0.1:{port}/", seconds=SOON)


def test_a_body_that_is_announced_as_too_large_is_not_waited_for(fetcher_for, never):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(PICTURE_BYTES + 1))
        handler.end_headers()
        never.wait()

    with local_server({"/": answer}) as site:
        with pytest.raises(FetchTooLargeError, match="15 MiB"):
            fetcher_for(site.address).picture(site.url())
        never.set()


def test_an_endless_body_is_cut_off(fetcher_for, never):
    def answer(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(picture_file("JPEG"))
        while not never.is_set():
            handler.wfile.write(bytes(2**20))

    with local_server({"/": answer}) as site:
        with pytest.raises(FetchTooLargeError):
            fetcher_for(site.address).picture(site.url())
        never.set()


def test_a_body_of_exactly_the_limit_is_downloaded(fetcher_for):
    jpeg = picture_file("JPEG")
    with local_server({"/": reply(jpeg.ljust(PICTURE_BYTES, b"\0"))}) as site:
        assert len(fetcher_for(site.address).picture(site.url()).data) == PICTURE_BYTES


@pytest.mark.parametrize(
    ("coding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress)]
)
def test_a_compression_bomb_is_cut_off(fetcher_for, coding, compress):
    bomb = compress(picture_file("JPEG") + bytes(PICTURE_BYTES))
    assert len(bomb) < 100_000
    with (
        local_server({"/": reply(bomb, headers={"Content-Encoding": coding})}) as site,
        pytest.raises(FetchTooLargeError),
    ):
        fetcher_for(site.address).picture(site.url())


def test_a_compressed_picture_is_returned_uncompressed(fetcher_for, jpeg):
    body = reply(gzip.compress(jpeg), headers={"Content-Encoding": "gzip"})
    with local_server({"/": body}) as site:
        assert fetcher_for(site.address).picture(site.url()).data == jpeg


def test_a_body_that_ends_early_is_a_failure(fetcher_for, jpeg):
    with (
        local_server({"/": reply(jpeg, headers={"Content-Length": str(len(jpeg) + 1)})}) as site,
        pytest.raises(FetchError, match="broke off"),
    ):
        fetcher_for(site.address).picture(site.url())


def test_nonsense_instead_of_http_is_a_failure(fetcher_for):
    with (
        local_server({"/": lambda handler: handler.wfile.write(b"SSH-2.0-x\r\n")}) as site,
        pytest.raises(FetchError, match="nonsense"),
    ):
        fetcher_for(site.address).picture(site.url())


@pytest.mark.parametrize("status", [204, 403, 404, 410, 500])
def test_any_other_status_than_success_is_a_failure(fetcher_for, status):
    with local_server({"/": reply(b"", status)}) as site, pytest.raises(FetchError):
        fetcher_for(site.address).picture(site.url())


def test_a_port_where_nothing_listens_is_a_failure(fetcher_for):
    with local_server() as site:
        pass
    with pytest.raises(FetchError, match="cannot be connected to"):
        fetcher_for(site.address).picture(site.url())


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("GIF", "image/gif"),
        ("AVIF", "image/avif"),
    ],
)
def test_a_picture_is_recognised_by_its_bytes_whatever_the_headers_say(
    fetcher_for, kind, media_type
):
    body = reply(picture_file(kind), headers={"Content-Type": "text/html"})
    with local_server({"/": body}) as site:
        assert fetcher_for(site.address).picture(site.url()).media_type == media_type


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<!doctype html><title>Log in</title>", id="html"),
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg"/>', id="svg"),
        pytest.param(b"%PDF-1.7", id="pdf"),
        pytest.param(b"BM" + bytes(100), id="bmp"),
        pytest.param(b"II*\0" + bytes(100), id="tiff"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_is_no_picture_is_refused_whatever_the_headers_say(fetcher_for, body):
    with (
        local_server({"/": reply(body, headers={"Content-Type": "image/jpeg"})}) as site,
        pytest.raises(NotAPictureError),
    ):
        fetcher_for(site.address).picture(site.url())


def test_reading_stops_when_the_first_bytes_are_not_a_pictures(fetcher_for, never):
    def answer(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b"<html>" * 1000)
        never.wait()

    with local_server({"/": answer}) as site:
        with pytest.raises(NotAPictureError):
            fetcher_for(site.address).picture(site.url())
        never.set()


def test_only_the_beginning_of_a_long_page_is_read(fetcher_for, never):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(b"<html>" + b"x" * 1500)
        never.wait()

    with local_server({"/": answer}) as site:
        page = fetcher_for(site.address).page(site.url(), 1000)
        never.set()
    assert page.data == b"<html>" + b"x" * 994


def test_a_page_that_is_a_compression_bomb_is_cut_off_too(fetcher_for):
    body = reply(gzip.compress(bytes(10**7)), headers={"Content-Encoding": "gzip"})
    with local_server({"/": body}) as site:
        assert len(fetcher_for(site.address).page(site.url(), 1000).data) == 1000
