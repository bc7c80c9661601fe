"""The server as users run it, attacked over real sockets, with honest requests beside."""

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import requests
from skimage.data import astronaut

from tests.support.chromium import MISSING, find_chromium
from tests.support.fronts import ask, connections
from tests.support.hostile_pictures import (
    large_png,
    lying_avif,
    many_chunks,
    many_exif_segments,
    many_scans,
    tiny_webp,
)
from tests.support.http_server import local_server, reply
from tests.support.pictures import picture_file
from tests.support.server_process import running_server

HALF = b"POST /api/v1/looks HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\n{"
NAMES = 400


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running_server(tmp_path_factory.mktemp("state")) as server:
        yield server


def port_of(server):
    return int(server.url.rpartition(":")[2])


def established(port):
    """Count the connections that are open on a port of this machine."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(f[3] == "01" and f[1].endswith(f":{port:04X}") for f in lines)


def wait_until(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def post_picture(server, data):
    return requests.post(f"{server.url}/api/v1/looks", files={"image": ("x", data)}, timeout=60)


def honest(number):
    """Make a picture that the server has not seen."""
    return picture_file(astronaut()[: 400 + number], "JPEG")


@pytest.mark.parametrize(
    ("number", "hostile"),
    list(
        enumerate(
            [
                many_scans(140, 6500),
                many_scans(20_000, 64),
                many_exif_segments(40_000),
                many_chunks(300_000),
                lying_avif(),
                tiny_webp(),
            ]
        )
    ),
    ids=["slow scans", "very many scans", "exif", "chunks", "avif", "webp"],
)
def test_a_hostile_picture_is_refused_and_honest_ones_beside_it_are_not(server, number, hostile):
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(post_picture(server, hostile)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    answer = post_picture(server, honest(number))
    assert answer.status_code == 201
    assert answer.json()["width"] == 512
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {413, 422}
    assert all(answer.json()["hint"] for answer in answers)


@pytest.mark.parametrize("say", [b"", b"GET /healthz HTTP/1.1\r\nHost: loc", HALF])
def test_silent_and_half_sent_requests_hold_up_nobody(server, say):
    with connections(port_of(server), 300, say):
        assert requests.get(f"{server.url}/readyz", timeout=10).status_code == 200
        assert post_picture(server, picture_file(astronaut(), "PNG")).status_code == 201


@contextmanager
def browsing(address, profile):
    """Open an address in Chromium as it is: Playwright switches off connecting in advance."""
    executable = find_chromium()
    if executable is None:
        pytest.fail(MISSING)
    arguments = ["--headless=new", "--no-sandbox", f"--user-data-dir={profile}", address]
    browser = subprocess.Popen(
        [executable, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(browser.pid, signal.SIGKILL)
        browser.wait()


@pytest.mark.browser
def test_a_page_that_connects_to_very_many_local_names_holds_up_nobody(server, tmp_path):
    port = port_of(server)
    page = "<!doctype html><head>" + "".join(
        f'<link rel="preconnect" href="http://n{number}.localhost:{port}">'
        for number in range(NAMES)
    )
    routes = {"/": reply(page.encode(), headers={"Content-Type": "text/html"})}
    with local_server(routes) as attacker, browsing(attacker.url(), tmp_path):
        wait_until(lambda: established(port) > 200)
        for _ in range(20):
            assert requests.get(f"{server.url}/healthz", timeout=5).status_code == 200
        assert post_picture(server, picture_file(astronaut(), "WEBP")).status_code == 201
        assert established(port) > 200


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="needs Linux")
def test_the_memory_that_large_pictures_needed_is_given_back(tmp_path):
    def memory():
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) // 1024

    with running_server(tmp_path) as server, ThreadPoolExecutor(8) as pool:
        for number in range(10):
            assert post_picture(server, honest(number)).status_code == 201
        before = memory()
        answers = list(pool.map(partial(post_picture, server), map(large_png, range(8))))
        # Those that wait for a place for too long are refused.
        assert {answer.status_code for answer in answers} <= {201, 422}
        # The pixels of eight are 1.2 GB.
        wait_until(lambda: memory() < before + 300)


def test_the_longest_documented_address_is_read_and_longer_lines_are_a_problem(server):
    address = f"{server.url}/api/v1/thumbnails"
    answer = requests.get(address, params={"u": "/" * 8192, "s": "x"}, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (403, "bad-signature")
    status, headers, _ = ask(port_of(server), b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\n\r\n")
    assert status == 414
    assert headers["content-type"] == "application/problem+json"
    assert headers["x-frame-options"] == "DENY"


def test_every_picture_is_answered_when_the_server_stops(tmp_path):
    answers = []
    pictures = [honest(n) for n in range(20)]
    with running_server(tmp_path, {"WTB_QUEUE_SIZE": "30"}) as server:
        threads = [
            threading.Thread(target=lambda data=data: answers.append(post_picture(server, data)))
            for data in pictures
        ]
        for thread in threads:
            thread.start()
        # Only who has connected can be answered.
        wait_until(lambda: answers and len(answers) + established(port_of(server)) >= 20)
        server.process.terminate()
        for thread in threads:
            thread.join()
        assert server.process.wait(15) == 0
    counted = Counter(answer.status_code for answer in answers)
    assert counted.total() == 20
    assert set(counted) <= {201, 503}
