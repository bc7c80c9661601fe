"""The data folder comes from public archives, photo by photo by its hash."""

import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("detectron2")

import numpy as np
import yaml
from click.testing import CliRunner, Result
from PIL import Image
from pycocotools import mask as coco_mask

from model.training.cli import main
from model.training.data.datasets import load_coco
from model.training.network.config import load_config
from model.training.repro.data import sources
from model.training.repro.lists import HERE, derived, listed, looks_of
from tests.support.http_server import LocalServer, local_server, reply

# pycocotools does not know NumPy 2's `copy`: theirs to mend.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def jpeg(seed: int, size: tuple[int, int] = (60, 90)) -> bytes:
    colours = np.random.default_rng(seed).integers(0, 255, (3, 2, 3), np.uint8)
    image = Image.fromarray(colours).resize(size, Image.Resampling.BICUBIC)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=95)
    return written.getvalue()


def packed(files: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return written.getvalue()


STREET = {f"photos/{n:04}.jpg": jpeg(n) for n in range(3)}
# Nothing of the archive's layout has to be known.
PUBLISHED = {f"repository-1a2b/anywhere/{n}.JPG": c for n, c in enumerate(STREET.values())}


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """Stands in for the places where photos are published."""
    shop = io.BytesIO()
    with zipfile.ZipFile(shop, "w") as archive:
        archive.writestr("media/coat.jpg", jpeg(7, (240, 360)))
        archive.writestr("media/hat.jpg", jpeg(8, (240, 360)))
    routes = {
        "/street.tar.gz": reply(packed({**PUBLISHED, "repository-1a2b/README.md": b"Read me"})),
        "/shop.zip": reply(shop.getvalue()),
    }
    with local_server(routes) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, server: LocalServer) -> Path:
    """Lists and annotations of two sources."""
    home = tmp_path / "repro"
    (home / "lists").mkdir(parents=True)
    (home / "annotations").mkdir()
    content = {
        "street": {"page": "https://street.example/", "archives": ["street.tar.gz"]},
        "shop": {"page": "https://shop.example/", "archives": ["shop.zip"]},
    }
    for entry in content.values():
        entry["archives"] = [server.url(f"/{name}") for name in entry["archives"]]
        entry["licence"] = "CC0-1.0"
    (home / "sources.yaml").write_text(yaml.safe_dump(content))
    write_list(home, "street", STREET)
    # Scaled for training, by somebody who did not say how.
    write_list(home, "shop", {"images/coat.jpg": b"another encoder's bytes"})
    with Image.open(io.BytesIO(jpeg(7, (240, 360)))) as coat:
        looks = looks_of(coat.resize((80, 120)))
    entry = {"origin": "coat.jpg", "size": [80, 120], "looks": looks}
    (home / "derived.json").write_text(json.dumps({"shop/images/coat.jpg": entry}))
    labels = {
        "images": [{"id": 1, "file_name": "photos/0000.jpg", "width": 60, "height": 90}],
        "annotations": [],
    }
    pack(home, "street_train", labels)
    mask = np.asfortranarray(np.eye(4, dtype=np.uint8))
    runs = coco_mask.encode(mask)
    pack(home, "shop_masks", {"coat": {**runs, "counts": runs["counts"].decode()}})
    return home


def write_list(home: Path, source: str, files: dict[str, bytes]) -> None:
    lines = [f"{hashlib.sha256(c).hexdigest()}  {source}/{name}\n" for name, c in files.items()]
    (home / "lists" / f"{source}.sha256").write_text("".join(lines))


def pack(home: Path, name: str, content: Any) -> None:
    path = home / "annotations" / f"{name}.json.gz"
    path.write_bytes(gzip.compress(json.dumps(content).encode()))


def run(home: Path, data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["rebuild-data", str(data), "--lists", str(home), *arguments])


def test_photos_and_annotations_come_into_their_places(home: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    done = run(home, data)
    assert done.exit_code == 0, done.output
    assert "street: of 3 photos 3 are those that were trained on" in done.output
    assert "shop: of 1 photos 1 were scaled again and look the same" in done.output
    for name, content in STREET.items():
        assert (data / "street" / name).read_bytes() == content
    (record,) = load_coco(data / "street" / "train.json")
    assert Path(record["file_name"]).is_file()
    with Image.open(data / "shop" / "images" / "coat.jpg") as image:
        assert image.size == (80, 120)
    with Image.open(data / "shop" / "masks" / "coat.png") as image:
        np.testing.assert_array_equal(np.asarray(image), np.eye(4))
    assert run(home, data, "--check").exit_code == 0
    assert not list((data / ".downloads").iterdir())


def test_what_is_right_already_is_not_downloaded_again(
    home: Path, server: LocalServer, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    run(home, data)
    before = len(server.requests)
    assert run(home, data).exit_code == 0
    assert len(server.requests) == before


def test_a_photo_that_differs_is_named_and_put_right(home: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(home, data)
    changed = data / "street" / "photos" / "0001.jpg"
    changed.write_bytes(jpeg(99))
    done = run(home, data, "--check")
    assert done.exit_code == 3
    assert "1 are others" in done.output
    assert "street/photos/0001.jpg" in done.output
    assert run(home, data, "--source", "street").exit_code == 0
    assert changed.read_bytes() == STREET["photos/0001.jpg"]


def test_a_photo_that_is_published_no_more_is_named(
    home: Path, server: LocalServer, tmp_path: Path
) -> None:
    # The same name, another photo: it is not taken for the one that was trained on.
    others = dict(zip(PUBLISHED, [jpeg(50), *list(STREET.values())[1:]], strict=True))
    server.routes["/street.tar.gz"] = reply(packed(others))
    server.routes["/shop.zip"] = reply(packed({"coat.jpg": jpeg(51, (240, 360))}))
    done = run(home, tmp_path / "data")
    assert done.exit_code == 3
    assert "2 are those that were trained on, 1 are missing" in done.output
    assert "street/photos/0000.jpg" in done.output
    assert "https://street.example/" in done.output
    assert "shop: of 1 photos 1 are missing" in done.output


def test_an_archive_that_was_got_otherwise_is_taken(
    home: Path, server: LocalServer, tmp_path: Path
) -> None:
    archive = tmp_path / "mine.tar.gz"
    archive.write_bytes(packed(PUBLISHED))
    done = run(home, tmp_path / "data", "--source", "street", "--archive", f"street={archive}")
    assert done.exit_code == 0
    assert server.requests == []
    assert archive.exists()


def test_a_download_that_breaks_off_goes_on(
    home: Path, server: LocalServer, tmp_path: Path
) -> None:
    noise = np.random.default_rng(0).bytes(200_000)
    whole = packed({"video.mp4": noise, **PUBLISHED})

    def broken_off(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(whole)))
        handler.end_headers()
        handler.wfile.write(whole[:100_000])
        handler.close_connection = True

    def the_rest(handler: BaseHTTPRequestHandler) -> None:
        first = int(handler.headers["Range"].removeprefix("bytes=").rstrip("-"))
        reply(whole[first:], 206)(handler)

    server.routes["/street.tar.gz"] = broken_off
    data = tmp_path / "data"
    done = run(home, data, "--source", "street")
    assert done.exit_code == 1
    assert "cannot be downloaded" in str(done.exception)
    server.routes["/street.tar.gz"] = the_rest
    assert run(home, data, "--source", "street").exit_code == 0
    assert server.requests[-1][2]["range"] == "bytes=65536-"  # in pieces


def test_what_is_no_archive_is_refused_and_not_kept(
    home: Path, server: LocalServer, tmp_path: Path
) -> None:
    server.routes["/street.tar.gz"] = reply(b"<html>Sign in to the hotel's network</html>")
    done = run(home, tmp_path / "data", "--source", "street")
    assert done.exit_code == 1
    assert "is not a whole tar or zip archive" in str(done.exception)
    assert not list((tmp_path / "data" / ".downloads").iterdir())


def test_a_source_that_is_not_known_is_told(home: Path, tmp_path: Path) -> None:
    done = run(home, tmp_path / "data", "--source", "strete")
    assert done.exit_code == 2
    assert "shop, street" in done.output


def test_this_repositorys_lists_are_whole_and_hold_no_photo() -> None:
    known = sources()
    assert set(known) == {path.stem for path in (HERE / "lists").iterdir()}
    photos = {path for name in known for path in listed(name)}
    assert set(derived()) <= photos
    assert len(photos) == 4969
    for packed_file in (HERE / "annotations").iterdir():
        content = json.loads(gzip.decompress(packed_file.read_bytes()))
        source = packed_file.name.partition("_")[0]
        images = content.get("images", []) if isinstance(content, dict) else []
        for image in images:
            assert f"{source}/{image['file_name']}" in photos
    kinds = {path.suffix for path in HERE.rglob("*") if path.is_file()} - {".pyc"}
    assert kinds == {".py", ".yaml", ".md", ".sha256", ".json", ".gz"}


def test_every_run_names_keys_of_the_configuration_and_graphs_of_the_history() -> None:
    content = yaml.safe_load((HERE / "runs.yaml").read_text())
    assert list(content["runs"]) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    for entry in content["runs"].values():
        flat = [part for item in (entry["keys"] or {}).items() for part in map(str, item)]
        load_config(overrides=flat)
        if isinstance(entry["data"], dict):
            assert sum(entry["data"].values()) == pytest.approx(1)
