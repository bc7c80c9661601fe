"""The front alone, around small applications: what a connection costs, and when it ends."""

import json
import logging
import socket
import threading
import time
from collections import Counter
from contextlib import closing
from http.client import HTTPConnection

import pytest
import requests
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from server.front import limits
from server.front.channel import Request
from server.looks.work_queue import LONGEST_TURN
from tests.e2e.waiting import wait_for
from tests.support.fronts import ask, connections, is_closed, read, running_front

CONTINUED = b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
VERSION = "http-version-not-supported"
LARGE = b"x" * 8_000_000
CHUNKED = b"POST / HTTP/%s\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


def hello(environ, start_response):
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


def length(environ, start_response):
    body = str(len(environ["wsgi.input"].read())).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture
def slow():
    """An application that answers when its gate is opened."""

    class Slow:
        def __init__(self):
            self.begun = threading.Semaphore(0)
            self.gate = threading.Event()

        def __call__(self, environ, start_response):
            self.begun.release()
            self.gate.wait(30)
            return hello(environ, start_response)

    application = Slow()
    yield application
    application.gate.set()


@pytest.mark.parametrize(
    "say",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: local",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nhalf of it",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
        CONTINUED,
    ],
)
def test_connections_that_fall_silent_hold_no_thread(say):
    with running_front(hello) as front, connections(front.port, 100, say):
        assert requests.get(front.url, timeout=10).text == "hello"


def test_clients_that_do_not_read_hold_no_thread():
    def large(environ, start_response):
        start_response("200 OK", [("Content-Length", str(len(LARGE)))])
        return [LARGE]

    with running_front(large) as front, connections(front.port, 12, GET):
        assert len(requests.get(front.url, timeout=20).content) == len(LARGE)


def test_a_new_client_takes_the_place_of_the_connection_that_was_silent_longest(monkeypatch):
    monkeypatch.setattr(limits, "CONNECTIONS", 40)
    with running_front(hello) as front, connections(front.port, 60) as silent:
        assert requests.get(front.url, timeout=10).text == "hello"
        assert is_closed(silent[0])
        silent[-1].sendall(GET)
        assert silent[-1].recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize("say", [GET[:-2], b"\x16\x03\x01" + bytes(300)])
def test_a_new_client_is_answered_although_all_connections_are_in_a_request(monkeypatch, say):
    monkeypatch.setattr(limits, "CONNECTIONS", 40)
    with running_front(hello) as front, connections(front.port, 60, say) as held:
        assert requests.get(front.url, timeout=10).text == "hello"
        assert is_closed(held[0])


def test_a_request_that_is_served_is_never_closed_to_make_room(monkeypatch, slow):
    monkeypatch.setattr(limits, "CONNECTIONS", 20)
    with running_front(slow) as front, connections(front.port, 4, GET) as served:
        for _ in served:
            assert slow.begun.acquire(timeout=10)
        with connections(front.port, 60) as silent:
            assert is_closed(silent[0])
            slow.gate.set()
            for connection in served:
                assert connection.recv(12) == b"HTTP/1.1 200"


def test_one_client_has_a_share_of_the_connections(monkeypatch):
    monkeypatch.setattr(limits, "CONNECTIONS_OF_CLIENT", limits.CONNECTIONS // 10)
    with running_front(hello) as front, connections(front.port, 60) as silent:
        assert is_closed(silent[0])
        with socket.create_connection(
            ("127.0.0.1", front.port), 10, source_address=("127.0.0.2", 0)
        ) as other:
            other.sendall(GET)
            assert other.recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize(
    ("limit", "say"),
    [
        ("IDLE_SECONDS", b""),
        ("HEAD_SECONDS", b"GET / HTTP/1.1\r\nHost: local"),
        ("REQUEST_SECONDS", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nab"),
    ],
)
def test_a_connection_that_uses_up_its_time_is_closed(monkeypatch, limit, say):
    monkeypatch.setattr(limits, limit, 0.1)
    with running_front(hello) as front, connections(front.port, 1, say) as (silent,):
        assert is_closed(silent)


def test_a_connection_stays_open_between_requests_longer_than_one_that_says_nothing(monkeypatch):
    monkeypatch.setattr(limits, "IDLE_SECONDS", 0.1)
    with (
        running_front(hello) as front,
        closing(HTTPConnection("127.0.0.1", front.port, timeout=20)) as asking,
    ):
        asking.request("GET", "/")
        assert asking.getresponse().read() == b"hello"
        connection = asking.sock
        with connections(front.port, 1) as (silent,):
            assert is_closed(silent)
        asking.request("GET", "/")
        assert asking.getresponse().read() == b"hello"
        assert asking.sock is connection
        monkeypatch.setattr(limits, "KEPT_SECONDS", 0.1)
        assert is_closed(connection)


def test_whoever_is_told_to_come_back_finds_the_connection_open():
    assert LONGEST_TURN + 10 <= limits.KEPT_SECONDS


@pytest.mark.parametrize("seconds", [-(10**8), 10**8])
def test_a_clock_that_is_set_changes_no_time(monkeypatch, seconds):
    time_of_day = time.time
    half = GET[:-2]
    with running_front(hello) as front, connections(front.port, 1, half) as (speaking,):
        channels = front.front._server.active_channels
        wait_for(lambda: any(each.request for each in [*channels.values()]), "half a request")
        monkeypatch.setattr(time, "time", lambda: time_of_day() + seconds)
        with connections(front.port, 1) as (silent,):
            assert requests.get(front.url, timeout=10).text == "hello"
            speaking.sendall(GET[-2:])
            assert speaking.recv(12) == b"HTTP/1.1 200"
            monkeypatch.setattr(limits, "IDLE_SECONDS", 0.1)
            assert is_closed(silent)


def test_a_client_that_takes_nothing_of_its_answer_is_let_go(monkeypatch):
    monkeypatch.setattr(limits, "IDLE_SECONDS", 0.1)
    ended = threading.Event()

    def endless(environ, start_response):
        start_response("200 OK", [])
        try:
            while True:
                yield LARGE
        finally:
            ended.set()

    with running_front(endless) as front, connections(front.port, 1, GET):
        assert ended.wait(30)


@pytest.mark.parametrize(
    ("request_bytes", "status", "code"),
    [
        (b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "address-too-long"),
        (b"GET /" + b"a" * 400_000, 414, "address-too-long"),
        (
            b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 70_000 + b"\r\n\r\n",
            431,
            "headers-too-large",
        ),
        (b"GET / HTTP/1.1\r\nHost: x\r\nno header\r\n\r\n", 400, "bad-request"),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400, "bad-request"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: odd\r\n\r\n", 501, "not-implemented"),
        (b"POST / HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n" + LARGE, 413, "too-large"),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 400, "bad-request"),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n{}",
            400,
            "bad-request",
        ),
        (CHUNKED % b"1.1" + b"2\r\n{}\r\n0\r\n\r\n", 411, "length-required"),
        *(
            (line + b"\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 505, VERSION)
            for line in (b"POST / HTTP/1.2", b"POST / HTTP/2.0", b"POST / HTTP/9.9")
        ),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9), 505, VERSION),
    ],
)
def test_what_the_front_refuses_is_answered_as_the_application_would(
    request_bytes, status, code, caplog
):
    caplog.set_level(logging.INFO)
    with running_front(hello) as front:
        given, headers, body = ask(front.port, request_bytes)
    problem = json.loads(body)
    assert (given, problem["status"], problem["code"]) == (status, status, code)
    assert problem["hint"] or status == 501
    assert headers["content-type"] == "application/problem+json"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "server" not in headers
    assert headers["x-request-id"] == problem["request_id"]
    logged = [record.fields for record in caplog.records if hasattr(record, "fields")]
    assert logged == [{"request_id": problem["request_id"], "status": status}]


@pytest.mark.parametrize(
    "say",
    [
        CHUNKED % b"1.1" + b"0\r\n\r\n",
        CHUNKED % b"1.0" + b"0\r\n\r\n",
        CHUNKED % b"1.2" + b"0\r\n\r\n",
        (CHUNKED % b"1.1").replace(b"chunked", b"chunked, chunked") + b"0\r\n\r\n",
        (CHUNKED % b"1.1").replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\n") + b"0\r\n\r\n",
        (CHUNKED % b"1.1").replace(b"chunked", b"identity"),
        (CHUNKED % b"1.1").replace(b"Transfer-Encoding:", b"Transfer-Encoding :"),
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 30\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0, 30\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nX: a\nContent-Length: 30\r\n\r\n",
    ],
)
def test_a_body_of_two_lengths_hides_no_second_request(say):
    asked = []

    def noting(environ, start_response):
        asked.append(environ["PATH_INFO"])
        return length(environ, start_response)

    with running_front(noting) as front:
        hidden = b"GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
        status, headers, _ = ask(front.port, say + hidden)
    assert status in (400, 411, 501, 505)
    assert headers["connection"] == "close"
    assert asked == []


def test_empty_lines_before_a_request_cost_nothing(monkeypatch):
    begun = []
    make = Request.__init__

    def noting(*args):
        begun.append(args)
        make(*args)

    monkeypatch.setattr(Request, "__init__", noting)
    with running_front(hello) as front, connections(front.port, 1) as (silent,):
        silent.sendall(b"\r\n" * 10**6)
        silent.sendall(GET)
        assert silent.recv(12) == b"HTTP/1.1 200"
    assert len(begun) == 1


def test_pieces_of_a_body_cost_nothing():
    pieces = CHUNKED % b"1.1" + b"1\r\nx\r\n" * 200_000
    with running_front(hello) as front:
        assert ask(front.port, pieces)[0] == 411
        assert requests.get(front.url, timeout=10).text == "hello"


def test_a_line_as_long_as_the_longest_documented_address_passes():
    address = b"/?u=" + b"%2F" * 8192
    with running_front(hello) as front:
        assert ask(front.port, b"GET " + address + b" HTTP/1.0\r\nHost: x\r\n\r\n")[0] == 200


def test_bodies_that_stall_give_way_to_one_that_arrives(monkeypatch):
    monkeypatch.setattr(limits, "BODIES_BYTES", 12 * 2**20)
    monkeypatch.setattr("server.front.front._STALLED_SECONDS", 0.0)
    body = bytes(5 * 2**20)
    head = b"POST / HTTP/1.0\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
    stalled = head % (len(body) + 1) + body
    with running_front(length) as front, connections(front.port, 3, stalled) as waiting:
        # What is still being read has not stalled, and the next one would seem to have.
        channels = front.front._server.active_channels
        there = [len(body)] * 2
        wait_for(lambda: [each.body_bytes for each in [*channels.values()]] == there, "two bodies")
        assert ask(front.port, head % len(body) + body)[2] == str(len(body)).encode()
        assert is_closed(waiting[0])


def test_a_body_for_which_there_is_no_room_is_answered_with_503(monkeypatch, slow):
    monkeypatch.setattr(limits, "BODIES_BYTES", 12 * 2**20)
    body = bytes(8 * 2**20)
    whole = b"POST / HTTP/1.0\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    with running_front(slow) as front, connections(front.port, 1, whole):
        assert slow.begun.acquire(timeout=10)
        status, headers, answer = ask(front.port, whole)
        assert (status, json.loads(answer)["code"]) == (503, "busy")
        assert int(headers["retry-after"]) > 0
        slow.gate.set()


def test_each_line_of_a_stream_arrives_before_the_next_is_made():
    go_on = threading.Semaphore(0)

    def lines(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/x-ndjson")])
        for number in range(3):
            yield b'{"event": %d}\n' % number
            assert go_on.acquire(timeout=20)

    with running_front(lines) as front:
        with requests.get(front.url, stream=True, timeout=20) as answer:
            for number, line in enumerate(answer.iter_lines(chunk_size=1)):
                assert json.loads(line) == {"event": number}
                go_on.release()
        assert number == 2


def test_an_application_learns_that_its_client_has_gone():
    begun, gone = threading.Event(), threading.Event()

    def waiting(environ, start_response):
        begun.set()
        while not environ["waitress.client_disconnected"]():
            threading.Event().wait(0.01)
        gone.set()
        return hello(environ, start_response)

    with running_front(waiting) as front:
        with connections(front.port, 1, GET):
            assert begun.wait(10)
        assert gone.wait(10)


def test_https_is_believed_of_a_proxy_on_this_machine():
    def scheme(environ, start_response):
        start_response("200 OK", [])
        return [environ["wsgi.url_scheme"].encode()]

    with running_front(scheme) as front:
        assert requests.get(front.url, timeout=10).text == "http"
        headers = {"X-Forwarded-Proto": "https"}
        assert requests.get(front.url, headers=headers, timeout=10).text == "https"


def test_whoever_has_sent_a_request_is_answered_when_the_server_stops(slow):
    with running_front(slow, threads=2) as front, connections(front.port, 8, GET) as sent:
        for _ in range(2):
            assert slow.begun.acquire(timeout=10)
        front.front.stop()
        slow.gate.set()
        statuses = Counter(connection.recv(12) for connection in sent)
        front.thread.join(20)
        assert not front.thread.is_alive()
    assert statuses == {b"HTTP/1.1 200": 8}


def test_what_takes_longer_than_the_server_waits_is_refused_and_not_cut(slow, monkeypatch):
    monkeypatch.setattr("server.front.front.STOP_SECONDS", 0.0)
    monkeypatch.setattr("server.front.front._REFUSING_SECONDS", 60.0)
    with running_front(slow, threads=2) as front, connections(front.port, 8, GET) as sent:
        for _ in range(2):
            assert slow.begun.acquire(timeout=60)
        channels = front.front._server.active_channels
        while sum(channel.is_served for channel in list(channels.values())) < 8:
            assert front.thread.is_alive()
        front.front.stop()
        answers = [read(connection) for connection in sent]
        # Its answers come too late, and hurt nobody.
        slow.gate.set()
        front.thread.join(60)
        assert not front.thread.is_alive()
    for status, headers, body in answers:
        assert (status, json.loads(body)["code"]) == (503, "stopping")
        assert int(headers["retry-after"]) >= 1
        assert headers["connection"] == "close"


def test_silent_connections_do_not_hold_up_the_end():
    with running_front(hello) as front, connections(front.port, 20):
        front.front.stop()
        front.thread.join(5)
        assert not front.thread.is_alive()


@pytest.fixture(scope="module")
def shared_front():
    with running_front(length) as front:
        yield front


@hypothesis_settings(max_examples=150)
@given(
    pieces=st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.sampled_from(
                [
                    GET,
                    b"GET / HTTP/1.1\r\n",
                    b"Host: localhost\r\n",
                    b"Content-Length: 7\r\n",
                    b"Content-Length: -1\r\n",
                    b"Transfer-Encoding: chunked\r\n",
                    b"Expect: 100-continue\r\n",
                    b"\r\n",
                    b"5\r\nabcde\r\n",
                    b"0\r\n\r\n",
                    b"POST / HTTP/1.0\r\n",
                ]
            ),
        ),
        max_size=8,
    ),
    abrupt=st.booleans(),
)
def test_whatever_is_sent_the_next_client_is_answered(shared_front, pieces, abrupt):
    with socket.create_connection(("127.0.0.1", shared_front.port), 10) as connection:
        if abrupt:
            # Closing then resets the connection.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        for piece in pieces:
            try:
                connection.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                break
    assert requests.get(shared_front.url, timeout=10).text == "0"
