"""The server as it is started by its users: the command, a process, the shipped weights."""

import json
import re
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from skimage.data import astronaut

from model.picture import MAX_BYTES
from tests.support.pictures import picture_file
from tests.support.server_process import COMMAND, REPOSITORY, environment, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running_server(tmp_path_factory.mktemp("state")) as server:
        yield server


def serve(state_dir, *arguments, **env):
    """Run the command where it is expected to end by itself."""
    return subprocess.run(
        [*COMMAND, "serve", *arguments],
        cwd=state_dir,
        env=environment(state_dir, env),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def post_picture(server, data):
    return requests.post(f"{server.url}/api/v1/looks", files={"image": ("x.jpg", data)}, timeout=60)


def test_the_command_says_where_the_server_and_the_extension_are(server):
    text = "\n".join(server.output)
    assert server.url in text
    assert "Ctrl-C" in text
    if (REPOSITORY / "extension" / "manifest.json").exists():
        assert str(REPOSITORY / "extension") in text
        assert "chrome://extensions" in text


def test_a_picture_becomes_a_look(server):
    answer = post_picture(server, picture_file(astronaut(), "JPEG"))
    assert answer.status_code == 201
    look = answer.json()
    assert (look["width"], look["height"]) == (512, 512)
    assert requests.get(server.url + answer.headers["Location"], timeout=10).json() == look


def test_the_garments_of_a_street_photo_are_found_and_cut_out(server, data_dir):
    if data_dir is None:
        pytest.skip("needs the street photos (WTB_DATA)")
    photo = min((data_dir / "street").rglob("*.jpg"))
    look = post_picture(server, photo.read_bytes()).json()
    assert look["garments"]
    for garment in look["garments"]:
        crop = requests.get(server.url + garment["crop"], timeout=30)
        assert crop.headers["Content-Type"] == "image/png"
        assert garment["search_text"]["ko"]


def test_a_look_outlives_the_server(tmp_path):
    with running_server(tmp_path) as first:
        look = post_picture(first, picture_file(astronaut(), "JPEG")).json()
    with running_server(tmp_path) as second:
        answer = requests.get(f"{second.url}/api/v1/looks/{look['id']}", timeout=10)
        assert answer.json() == look


def test_an_upload_that_is_too_large_is_answered_and_not_cut_off(server):
    answer = post_picture(server, bytes(MAX_BYTES + 2**20))
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_a_body_without_a_length_is_refused_however_long_it_is(server):
    def endless():
        for _ in range(200):
            yield b" " * 1024

    answer = requests.post(
        f"{server.url}/api/v1/looks",
        data=endless(),
        headers={"Content-Type": "application/json"},
        timeout=30,
    )
    assert "Content-Length" in answer.json()["hint"]
    assert (answer.status_code, answer.json()["code"]) == (411, "length-required")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /\x1b[31mred HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-\x1b[31mred: a\r\n\r\n",
        b"\x1b[31mred\r\n\r\n",
    ],
)
def test_nonsense_instead_of_a_request_does_not_reach_the_terminal(server, request_bytes):
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request_bytes)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass
    assert requests.get(f"{server.url}/healthz", timeout=10).status_code == 200
    assert "\x1b" not in "".join(server.output)


def test_no_other_way_in_is_opened_than_the_one_port(server):
    sockets = set()
    for process in _family(server.process.pid):
        for descriptor in Path(f"/proc/{process}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                found = re.fullmatch(r"socket:\[(\d+)\]", str(descriptor.readlink()))
                sockets |= {found[1]} if found else set()
    listening = [
        int(fields[1].rpartition(":")[2], 16)
        for name in ("tcp", "tcp6")
        for fields in _table(name)
        if fields[3] == "0A" and fields[9] in sockets
    ]
    assert listening == [int(server.url.rpartition(":")[2])]
    unix = [fields for fields in _table("unix") if fields[6] in sockets and fields[3] == "00010000"]
    assert unix == []
    udp = [fields for name in ("udp", "udp6") for fields in _table(name) if fields[9] in sockets]
    assert udp == []


def _family(pid):
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in _family(int(child)))]


def _table(name):
    return [line.split() for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_server_stops_cleanly(tmp_path, number):
    with running_server(tmp_path) as server:
        post_picture(server, picture_file(astronaut(), "JPEG"))
        server.process.send_signal(number)
        assert server.process.wait(15) == 0
    assert "Traceback" not in "\n".join(server.output)


def test_the_log_is_one_json_object_a_line_where_that_is_wanted(tmp_path):
    with running_server(tmp_path, {"WTB_LOG_FORMAT": "json"}) as server:
        name = requests.get(f"{server.url}/nothing", timeout=10).json()["request_id"]
    entries = [json.loads(line) for line in server.output if line.startswith("{")]
    (entry,) = [entry for entry in entries if entry.get("request_id") == name]
    assert (entry["logger"], entry["status"], entry["path"]) == ("server.access", 404, "/nothing")


def test_a_port_that_is_taken_is_reported_in_plain_words(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = serve(tmp_path, "--port", str(port))
    assert ended.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in ended.stderr
    assert f"--port {port + 1}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_address_of_another_machine_is_reported_in_plain_words(tmp_path):
    ended = serve(tmp_path, "--host", "192.0.2.1", WTB_ACCESS_TOKEN="correct-horse-battery")
    assert ended.returncode == 1
    assert "192.0.2.1 is not an address of this machine" in ended.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_the_server_is_not_open_to_others_without_a_token(tmp_path, host):
    ended = serve(tmp_path, "--host", host, "--port", "0")
    assert ended.returncode == 1
    assert "no access token is set" in ended.stderr
    assert "WTB_ACCESS_TOKEN" in ended.stderr


def test_the_server_is_open_to_others_with_a_token(tmp_path):
    token = "correct-horse-battery"
    arguments = ("--host", "0.0.0.0", "--port", "0")
    with running_server(tmp_path, {"WTB_ACCESS_TOKEN": token}, arguments=arguments) as server:
        address = f"{server.url}/api/v1/looks/x"
        assert requests.get(address, timeout=10).status_code == 401
        headers = {"Authorization": f"Bearer {token}"}
        assert requests.get(address, headers=headers, timeout=10).status_code == 404
    assert token not in "\n".join(server.output)


def test_a_setting_that_cannot_be_used_is_named_and_secrets_are_not_shown(tmp_path):
    ended = serve(tmp_path, WTB_PORT="http", WTB_ACCESS_TOKEN="correct-horse-battery")
    assert ended.returncode == 1
    assert "port" in ended.stderr
    assert "correct-horse" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_host_that_may_be_fetched_from_must_be_one(tmp_path):
    ended = serve(tmp_path, "--port", "0", WTB_FETCH_ALLOW="http://nas.home")
    assert ended.returncode != 0
    assert "'http://nas.home' is not a host" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_database_that_cannot_be_used_ends_the_server_with_the_reason(tmp_path):
    (tmp_path / "where-to-buy.sqlite3").mkdir()
    ended = serve(tmp_path, "--port", "0")
    assert ended.returncode != 0
    assert "where-to-buy.sqlite3" in ended.stderr
    assert "Traceback" not in ended.stderr
