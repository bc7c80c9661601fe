"""Files of Detectron2's model zoo are what their names tell, however they came."""

import hashlib
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

pytest.importorskip("detectron2")

from model.training.checkpoints import zoo as module
from model.training.checkpoints.zoo import PUBLISHED, SCHEME, Digest, ZooError, local_weights
from model.training.network.config import load_config
from tests.support.http_server import Answer, LocalServer, local_server, reply

DATA = bytes(range(256)) * 5000
MD5 = hashlib.md5(DATA).hexdigest()
PATH = f"COCO-InstanceSegmentation/some_model/1/model_final_{MD5[:6]}.pkl"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch) -> Path:
    """Detectron2's own folder of downloads."""
    monkeypatch.setenv("FVCORE_CACHE", os.fspath(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """Stands in for the zoo."""
    with local_server({f"/zoo/{PATH}": in_ranges(DATA)}) as running:
        yield running


def in_ranges(data: bytes) -> Answer:
    """Answers as the zoo does: with the rest of a file where that is asked for."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        first = int(handler.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        if first >= len(data):
            reply(status=416)(handler)
            return
        status = 206 if "Range" in handler.headers else 200
        reply(data[first:], status, {"Content-Range": f"bytes {first}-/{len(data)}"})(handler)

    return answer


def broken_off(data: bytes, after: int) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[:after])
        handler.close_connection = True

    return answer


def fetched(server: LocalServer) -> bytes:
    return Path(local_weights(SCHEME + PATH, server.url("/zoo/"))).read_bytes()


def test_a_file_is_downloaded_once_and_lies_where_detectron2_looks(server, cache: Path) -> None:
    assert fetched(server) == DATA
    assert (cache / "detectron2" / PATH).read_bytes() == DATA
    assert fetched(server) == DATA
    assert len(server.requests) == 1


def test_what_is_no_address_of_the_zoo_stays(server) -> None:
    assert local_weights("", server.url()) == ""
    assert local_weights("/my/weights.pth", server.url()) == "/my/weights.pth"


def test_progress_is_told(server, cache: Path) -> None:
    steps: list[tuple[int, int | None]] = []
    local_weights(SCHEME + PATH, server.url("/zoo"), lambda *step: steps.append(step))
    assert steps[-1] == (len(DATA), len(DATA))


def test_a_download_goes_on_where_it_broke_off(server, cache: Path) -> None:
    server.routes[f"/zoo/{PATH}"] = broken_off(DATA, 700_000)
    with pytest.raises(ZooError, match="cannot be downloaded") as caught:
        fetched(server)
    assert "Start again" in caught.value.hint
    assert not (cache / "detectron2" / PATH).exists()
    server.routes[f"/zoo/{PATH}"] = in_ranges(DATA)
    assert fetched(server) == DATA
    assert server.requests[-1][2]["range"] == "bytes=655360-"  # in pieces of 65,536


def test_a_server_that_knows_no_ranges_sends_all_again(server, cache: Path) -> None:
    part = cache / "detectron2" / f"{PATH}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 1000)
    server.routes[f"/zoo/{PATH}"] = reply(DATA)
    assert fetched(server) == DATA


@pytest.mark.parametrize("rest", [b"of another file", DATA, DATA + b"and more"])
def test_what_lay_there_before_is_not_trusted(server, cache: Path, rest: bytes) -> None:
    part = cache / "detectron2" / f"{PATH}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(rest)
    assert fetched(server) == DATA
    assert not part.exists()


@pytest.mark.parametrize("body", [b"", b"<html>Sign in to the hotel's network</html>", DATA[:-1]])
def test_another_file_is_refused_and_not_kept(server, cache: Path, body: bytes) -> None:
    server.routes[f"/zoo/{PATH}"] = reply(body)
    with pytest.raises(ZooError, match=f"does not begin with {MD5[:6]}"):
        fetched(server)
    assert not list(cache.rglob("*model_final*"))


def test_a_file_with_the_right_name_and_another_sha256_is_refused(
    server, cache: Path, monkeypatch
) -> None:
    published = {PATH: Digest(hashlib.sha256(b"other").hexdigest(), len(DATA))}
    monkeypatch.setattr(module, "PUBLISHED", published)
    with pytest.raises(ZooError, match="another SHA-256"):
        fetched(server)
    monkeypatch.setattr(module, "PUBLISHED", {PATH: Digest("0" * 64, 5)})
    with pytest.raises(ZooError, match="instead of 5"):
        fetched(server)


def test_a_file_that_was_altered_later_is_noticed(server, cache: Path) -> None:
    path = Path(local_weights(SCHEME + PATH, server.url("/zoo/")))
    path.write_bytes(DATA + b"!")
    with pytest.raises(ZooError, match="does not begin with") as caught:
        fetched(server)
    assert "Delete it" in caught.value.hint
    assert path.exists()


def test_a_zoo_without_the_file_is_told_with_another_way(server, cache: Path) -> None:
    del server.routes[f"/zoo/{PATH}"]
    with pytest.raises(ZooError, match="404") as caught:
        fetched(server)
    assert str(cache / "detectron2" / PATH) in caught.value.hint


@pytest.mark.parametrize(
    "path", ["some_model/model_final.pkl", "some_model/1/model.pth", f"../../{PATH}"]
)
def test_a_name_that_tells_no_digits_is_refused(server, cache: Path, path: str) -> None:
    with pytest.raises(ZooError, match="no file of the zoo"):
        local_weights(SCHEME + path, server.url("/zoo/"))
    assert server.requests == []


@pytest.mark.parametrize("name", ["mask_rcnn_R_50_FPN", "mask_rcnn_R_101_FPN"])
def test_the_papers_configurations_name_files_that_can_be_checked(name: str, server, cache) -> None:
    path = load_config(name).MODEL.WEIGHTS.removeprefix(SCHEME)
    server.routes[f"/zoo/{path}"] = reply(b"something else")
    with pytest.raises(ZooError, match=r"instead of 177,841,981|does not begin with a3ec72"):
        local_weights(SCHEME + path, server.url("/zoo/"))
    assert (path in PUBLISHED) == (name == "mask_rcnn_R_50_FPN")
