"""Requests that no honest client sends, over real sockets: refused in words, and felt by nobody."""

import gzip
import json
import re
from contextlib import ExitStack

import pytest
import requests
from skimage.data import astronaut

from server.app import OPERATIONS
from tests.support.fronts import ask, connections
from tests.support.pictures import outfit, picture_file
from tests.support.server_process import running_server

LOOKS = "/api/v1/looks"
# What a page may send to another site without asking first.
SIMPLE_TYPES = (
    None,
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
)
FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
)
CHANGES = [each for each in OPERATIONS if each.method != "get"]
NAMES = {"look_id": "a1" * 16, "pairing_id": "a1" * 16, "name": "ebay"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    settings = {"WTB_MIN_SCORE": "0.2", "WTB_REQUESTS_PER_MINUTE": "1000000"}
    with running_server(tmp_path_factory.mktemp("state"), settings) as server:
        yield server
        assert "Traceback" not in "\n".join(server.output)


@pytest.fixture(autouse=True)
def others_are_answered(server):
    """Ask as somebody else, whatever was sent before."""
    yield
    assert requests.get(f"{server.url}/readyz", timeout=60).status_code == 200


def said(server, head: bytes, body: bytes = b""):
    """Send a request with this head; return the status and the problem's code."""
    port = int(server.url.rpartition(":")[2])
    length = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
    status, headers, answer = ask(port, head + length + body)
    assert status < 500
    assert headers["x-content-type-options"] == "nosniff"
    if status < 400:
        return status, None
    problem = json.loads(answer)
    assert problem["hint"] or status == 416
    return status, problem["code"]


def get(path: bytes, *headers: bytes, host: bytes = b"localhost") -> bytes:
    lines = [b"GET " + path + b" HTTP/1.1", b"Host: " + host, *headers, b""]
    return b"\r\n".join(lines)


def posted(kind: bytes, *headers: bytes, path: bytes = LOOKS.encode()) -> bytes:
    lines = [b"POST " + path + b" HTTP/1.1", b"Host: localhost", b"Content-Type: " + kind]
    return b"\r\n".join([*lines, *headers, b""])


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_no_page_of_another_site_changes_anything_with_what_it_may_send(server, headers):
    assert len(CHANGES) > 15
    with requests.Session() as session:
        for operation in CHANGES:
            path = re.sub(r"{(\w+)}", lambda name: NAMES.get(name[1], "1"), operation.path)
            for kind in (*SIMPLE_TYPES, "application/json"):
                answer = session.request(
                    operation.method,
                    f"{server.url}/api/v1{path}",
                    headers=headers | ({"Content-Type": kind} if kind else {}),
                    data=b"{}",
                    timeout=60,
                )
                seen = (operation.method, path, kind, answer.text)
                assert (answer.status_code, answer.json()["code"]) == (403, "origin-not-allowed"), (
                    seen
                )
                assert answer.headers.get("Access-Control-Allow-Origin") not in {"*", "null"}


@pytest.mark.parametrize("kind", SIMPLE_TYPES[1:3])
def test_what_needs_no_permission_to_be_sent_is_no_json(server, kind):
    for operation in CHANGES:
        if [each.media_type for each in operation.request] != ["application/json"]:
            continue
        path = re.sub(r"{(\w+)}", lambda name: NAMES.get(name[1], "1"), operation.path)
        answer = requests.request(
            operation.method,
            f"{server.url}/api/v1{path}",
            headers={"Content-Type": kind, "Origin": server.url},
            data=b"{}",
            timeout=60,
        )
        # Of a look that there is not, nothing more is read; asking to be allowed is for extensions.
        assert answer.status_code in {403, 404, 415}, (path, answer.text)


@pytest.mark.parametrize(
    "host",
    [
        b"localhost.", b"127.1", b"2130706433", b"0x7f.1", b"[::ffff:127.0.0.1]", b"0.0.0.0",
        b"0", b"evil.localhost", b"localhost@evil.example", b"evil.example@localhost",
        b"localhost#@evil",
        b"localhost, evil.example", b"localhost\r\nHost: evil.example", b"localhost:",
        b"localhost:x", b"127.0.0.1.nip.io", b"\xe3\x8d\x8f", b"localho\xc5\xbft",
        b"[::1%25lo]", b"", b"localhost/",
    ],
)  # fmt: skip
def test_a_name_that_only_looks_like_this_machines_is_refused(server, host):
    assert said(server, get(LOOKS.encode(), host=host)) == (403, "host-not-allowed")


def test_the_host_of_an_absolute_address_does_not_count(server):
    evil = get(b"http://localhost" + LOOKS.encode(), host=b"evil.example")
    assert said(server, evil) == (403, "host-not-allowed")


@pytest.mark.parametrize(
    "path",
    [
        b"../app.py", b"..%2fviews.py", b"%2e%2e/views.py", b"..\\views.py", b"%5c..%5cviews.py",
        b"ui/../../views.py", b"%c0%ae%c0%ae/views.py", b"....//views.py", b"home.js%00.png",
        b".", b"",
        b"a/" * 4000, b"x" * 5000, b"%ff%fe", b"%zz", b"%E2%80%AE", b"/proc/self/environ",
    ],
)  # fmt: skip
def test_static_files_are_those_of_the_folder_however_they_are_named(server, path):
    status, code = said(server, get(b"/static/" + path))
    assert (status, code) in {(404, "not-found"), (308, None)}


@pytest.mark.parametrize(
    "header",
    [
        b"Cookie: a=" + b"b" * 60_000,
        b"Cookie: " + b"; ".join(b"session=%d" % n for n in range(4000)),
        b'Cookie: a="' + b"\\0" * 25_000,
        b"\r\n".join(b"A%d:" % n for n in range(7000)),
        b"\r\n".join([b"A:"] * 12_000),
        b"X: a" + b"\r\n b" * 15_000,
        b"Accept: " + b",".join([b"text/html;a=b;q=0.1"] * 3000),
        b"Accept-Language: " + b"a-" * 30_000,
        b"Authorization: Basic " + b"A" * 60_000,
        b"Authorization: Bearer \xff\xfe",
        b"If-None-Match: " + b'"' * 60_000,
        b"Range: bytes=" + b",".join([b"0-"] * 20_000),
        b"Range: bytes=-99999999999999999999",
        b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
        b"X-HTTP-Method-Override: DELETE",
    ],
    ids=lambda header: header[:20].decode("latin-1"),
)
@pytest.mark.parametrize("path", [b"/static/ui/words/en.json", LOOKS.encode()])
def test_headers_without_measure_cost_no_more_than_others(server, path, header):
    status, code = said(server, get(path, header))
    assert (status, code) in {(200, None), (206, None), (416, "requested-range-not-satisfiable")}


DEEP, LONG = b"[" * 60_000, b"9" * 60_000


@pytest.mark.parametrize(
    "body",
    [
        DEEP, b'{"a":' * 12_000, b'{"image_url":%s}' % LONG, b'{"image_url":"http://%s"}' % LONG,
        b'{"image_url":NaN}', b'{"image_url":1e999}', b"null", b"1", b"", b"\xef\xbb\xbf{}",
        b'{"image_url":"\xff\xfe"}', b'{"image_url":"http://a/\\ud800"}', b'{"image_url":"http://a/\\u0000"}',
        b"{" + b",".join(b'"k%d":1' % n for n in range(5500)) + b"}",
        b'{"image_url":"http://a.example/",' * 1500 + b'"image_url":1}',
        gzip.compress(bytes(10**6), mtime=0),
    ],
    ids=range(16),
)  # fmt: skip
@pytest.mark.parametrize("path", [LOOKS, "/api/v1/clicks", "/api/v1/pairings/x/token"])
def test_json_that_is_none_or_too_much_is_refused(server, path, body):
    origin = b"Origin: chrome-extension://" + b"a" * 32 if "pairings" in path else b"X: x"
    head = posted(b"application/json", b"Content-Encoding: gzip", origin, path=path.encode())
    assert said(server, head, body) == (400, "invalid-request")


def part(name: bytes = b"image", data: bytes = b"x", file: bytes = b"x") -> bytes:
    head = b'--b\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n'
    return head % (name, file) + data + b"\r\n"


END = b"--b--\r\n"
MIXED = b"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n"
NESTED = part(data=b"--c\r\n" * 1000).replace(b"\r\n\r\n", MIXED, 1)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
HTML = b"<!doctype html><script>1</script>"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (part(), 400),
        (b"--b\r\n" * 50_000, 413),
        (b"".join(part(b"p%d" % n) for n in range(10_000)) + END, 413),
        (part(b"image\0") + END, 400),
        (part(file=b"a\0b/../../x") + END, 415),
        (part(b"a" * 200_000) + END, 413),
        (b"--b\r\nX: a" + b"\r\n b" * 200_000 + b"\r\n\r\n" + END, 413),
        (b"\r\n" * 1_000_000 + part() + END, 413),
        (part(data=b"\r\n--" * 500_000) + END, 415),
        (part(data=b"\r" * 3_000_000) + END, 415),
        (NESTED + END, 415),
        (part() + part() + END, 400),
        (part(data=SVG) + END, 415),
        (part(data=HTML, file=b"<img src=x onerror=1>.jpg") + END, 415),
        (part(data=b"GIF89a/*" + b"x" * 100 + b"*/=1") + END, 422),
        (part(data=b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n") + END, 415),
        (part(data=gzip.compress(picture_file(outfit()), mtime=0)) + END, 415),
    ],
    ids=range(18),
)  # fmt: skip
def test_a_form_that_is_none_or_no_picture_is_refused(server, body, status):
    head = posted(b"multipart/form-data; boundary=b", b"Content-Encoding: gzip")
    assert said(server, head, body)[0] == status


def test_readers_of_offers_that_stop_reading_hold_up_nobody(server):
    picture = {"image": ("x", picture_file(astronaut(), "JPEG"))}
    look = requests.post(server.url + LOOKS, files=picture, timeout=60).json()
    assert look["garments"]
    path = f"{LOOKS}/{look['id']}/garments/1/offers".encode()
    port = int(server.url.rpartition(":")[2])
    with ExitStack() as stack:
        stack.enter_context(connections(port, 60, get(path) + b"\r\n"))
        answer = requests.get(server.url + path.decode(), timeout=60)
        assert '"done"' in answer.text
        picture = {"image": ("x", picture_file(outfit()))}
        assert requests.post(server.url + LOOKS, files=picture, timeout=60).status_code == 201
