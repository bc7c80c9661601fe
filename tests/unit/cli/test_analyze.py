"""`where-to-buy analyze` on files, folders and addresses, with the shipped weights."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image
from skimage import data

from model.picture import encode_jpeg, encode_png
from server.cli.analyze import analyze
from server.cli.output_folders import folder_name
from server.looks.schema import LookOut
from tests.support.http_server import local_server, reply
from tests.support.server_process import environment

Run = Callable[..., Result]


@pytest.fixture
def run_with_own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command into tmp_path/out, whatever the developer's own settings are."""
    for name in [name for name in os.environ if name.startswith("WTB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "120")

    def call(*arguments: object, out: Path = tmp_path / "out") -> Result:
        return CliRunner().invoke(analyze, [*map(str, arguments), "--out", str(out)])

    return call


@pytest.fixture
def run(run_with_own_models: Run, shipped_models: None) -> Run:
    """Likewise, with models that are loaded once for all tests."""
    return run_with_own_models


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A person in an orange overall, which a package ships."""
    path = tmp_path / "astronaut.jpg"
    path.write_bytes(encode_jpeg(data.astronaut()))
    return path


def read(folder: Path) -> dict:
    return json.loads((folder / "look.json").read_text(encoding="utf-8"))


def test_a_photo_gets_a_table_and_a_folder(
    run_with_own_models: Run, photo: Path, tmp_path: Path
) -> None:
    result = run_with_own_models(photo, "--min-score", "0.1")
    assert result.exit_code == 0, result.output
    folder = tmp_path / "out" / "astronaut"
    look = read(folder)
    assert look["file"] == "astronaut.jpg"
    LookOut.model_validate_json(json.dumps(look), strict=True)
    assert (look["width"], look["height"]) == (512, 512)
    assert look["garments"]
    crops = [
        f"{garment['number']:02d}-{garment['category'].replace(' ', '-')}.png"
        for garment in look["garments"]
    ]
    wanted = {"look.json", "overlay.png", *crops}
    assert {path.name for path in folder.iterdir()} == wanted
    for garment, crop in zip(look["garments"], crops, strict=True):
        with Image.open(folder / crop) as image:
            assert image.mode == "RGBA"
            assert image.getextrema()[3][0] == 0
        assert garment["category"] in result.stdout
        assert garment["colours"][0]["name"] in result.stdout.replace("\u00a0", " ")
    with Image.open(folder / "overlay.png") as image:
        assert image.size == (512, 512)
        assert (np.asarray(image) != data.astronaut()).any()


def test_a_broken_file_costs_one_line_and_the_exit_status(
    run: Run, photo: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(photo.read_bytes()[:5000])
    result = run(broken, tmp_path / "missing.png", photo)
    assert result.exit_code == 1
    assert (tmp_path / "out" / "astronaut" / "look.json").exists()
    assert not (tmp_path / "out" / "broken").exists()
    for name in ("broken.jpg", "missing.png"):
        assert sum(f"{name}:" in line for line in result.stderr.splitlines()) == 1
    assert "Traceback" not in result.output
    assert "2 of 3" in result.stderr


def test_a_folder_gives_its_photos_and_a_progress_bar(
    run: Run, photo: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "photos"
    (folder / "deeper").mkdir(parents=True)
    for name in ("b.jpg", "a.JPG", ".hidden.jpg", "deeper/c.jpg"):
        (folder / name).write_bytes(photo.read_bytes())
    (folder / "notes.txt").write_text("no photo")
    result = run(folder)
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a", "b"]
    assert "2/2" in result.stderr


def test_a_folder_without_photos_is_reported(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run(tmp_path / "empty")
    assert result.exit_code == 1
    assert "no photos" in result.stderr


def test_photos_of_one_stem_do_not_overwrite_each_other(
    run: Run, photo: Path, tmp_path: Path
) -> None:
    other = tmp_path / "astronaut.png"
    other.write_bytes(encode_png(np.full((40, 60, 3), 200, np.uint8)))
    assert run(photo, other).exit_code == 0
    out = tmp_path / "out"
    assert read(out / "astronaut")["file"] == "astronaut.jpg"
    assert read(out / "astronaut-2")["file"] == "astronaut.png"
    # In another run, the other way round: each finds its own folder again.
    assert run(other, photo).exit_code == 0
    assert sorted(path.name for path in out.iterdir()) == ["astronaut", "astronaut-2"]
    assert read(out / "astronaut")["file"] == "astronaut.jpg"


def test_photos_of_one_name_do_not_overwrite_each_other_in_later_runs(
    run: Run, photo: Path, tmp_path: Path
) -> None:
    other = tmp_path / "elsewhere" / photo.name
    other.parent.mkdir()
    other.write_bytes(encode_jpeg(np.full((40, 60, 3), 200, np.uint8)))
    out = tmp_path / "out"
    for _ in range(2):
        assert run(photo).exit_code == 0
        assert run(other).exit_code == 0
        assert sorted(path.name for path in out.iterdir()) == ["astronaut", "astronaut-2"]
        assert read(out / "astronaut")["width"] == 512
        assert read(out / "astronaut-2")["width"] == 60


def test_crops_of_an_earlier_run_go_and_other_files_stay(
    run: Run, photo: Path, tmp_path: Path
) -> None:
    run(photo, "--min-score", "0.1")
    folder = tmp_path / "out" / "astronaut"
    (folder / "notes.txt").write_text("mine")
    (folder / "09-skirt.png").write_bytes(b"stale")
    run(photo, "--min-score", "0.1")
    assert (folder / "notes.txt").read_text() == "mine"
    assert not (folder / "09-skirt.png").exists()


def test_somebody_elses_folder_is_left_alone(run: Run, photo: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "out" / "astronaut"
    theirs.mkdir(parents=True)
    (theirs / "overlay.png").write_bytes(b"theirs")
    assert run(photo).exit_code == 0
    assert (theirs / "overlay.png").read_bytes() == b"theirs"
    assert (tmp_path / "out" / "astronaut-2" / "look.json").exists()


def test_the_orientation_of_a_phones_photo_is_respected(run: Run, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "phone.jpg"
    Image.fromarray(data.astronaut()[:300]).save(path, exif=exif)
    run(path)
    look = read(tmp_path / "out" / "phone")
    assert (look["width"], look["height"]) == (300, 512)


def test_an_address_is_downloaded_within_the_guards_limits(
    run: Run, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with local_server({"/p/Some%20one.jpg": reply(photo.read_bytes())}) as site:
        url = site.url("/p/Some%20one.jpg?sig=1")
        refused = run(url)
        assert refused.exit_code == 1
        assert not site.requests
        monkeypatch.setenv("WTB_FETCH_ALLOW", site.address)
        result = run(url)
    assert result.exit_code == 0, result.output
    look = read(tmp_path / "out" / "Some one")
    assert look["file"] == "Some one.jpg"
    assert look["image_url"] == url


def test_a_file_that_is_too_large_is_reported_as_such(run: Run, tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    with large.open("wb") as file:
        file.truncate(20 * 2**20)
    result = run(large)
    assert result.exit_code == 1
    assert "large.jpg: The picture file has more than 15 MiB" in result.stderr


@pytest.mark.parametrize("address", ["ftp://shop.example/a.jpg", "FILE:///tmp/astronaut.jpg"])
def test_an_address_of_another_kind_is_reported_as_one(run: Run, address: str) -> None:
    result = run(address)
    assert result.exit_code == 1
    (line,) = [line for line in result.stderr.splitlines() if line.startswith(f"{address}:")]
    assert "http:// or https://" in line
    assert "No such file" not in line


def test_the_same_photo_has_the_id_that_the_server_gives(
    run: Run, photo: Path, tmp_path: Path
) -> None:
    run(photo)
    first = read(tmp_path / "out" / "astronaut")["id"]
    run(photo)
    assert read(tmp_path / "out" / "astronaut")["id"] == first
    run(photo, "--min-score", "0.9")
    assert read(tmp_path / "out" / "astronaut")["id"] != first


def test_names_steer_no_terminal(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "evil\x1b[31m[bold]x.jpg"
    path.write_bytes(b"no picture")
    result = run(path)
    assert "\x1b[31m[bold]" not in result.output
    assert "[bold]x.jpg" in result.stderr


def test_results_that_cannot_be_written_are_a_line(run: Run, photo: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    result = run(photo, out=file / "out")
    assert result.exit_code == 1
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("photo.jpg", "photo"),
        ("사진 1.jpg", "사진 1"),
        ("../../etc/passwd", "_"),
        ("..", "photo"),
        ("a/b\\c\0d.png", "a_b_c_d"),
        (".jpg", "jpg"),
        ("x" * 300 + ".jpg", "x" * 80),
    ],
)
def test_a_folders_name_stays_in_its_folder(file: str, name: str) -> None:
    assert folder_name(file) == name


def test_its_help_and_its_work_import_no_more_than_they_need(photo: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from server.cli.main import cli\n"
        "unwanted = set(sys.argv.pop(1).split())\n"
        "cli(standalone_mode=False)\n"
        "sys.exit(', '.join(unwanted & sys.modules.keys()))\n"
    )

    def ran(unwanted: str, *arguments: object) -> str:
        command = [sys.executable, "-c", code, unwanted, "analyze", *map(str, arguments)]
        return subprocess.run(
            command, env=environment(tmp_path, {}), capture_output=True, text=True, check=False
        ).stderr

    assert ran("cv2 numpy onnxruntime pydantic requests rich sqlalchemy", "--help") == "\n"
    # A file is analysed without the database.
    told = ran("sqlalchemy", photo, "--out", tmp_path / "out")
    assert "sqlalchemy" not in told
    assert "Traceback" not in told
    assert (tmp_path / "out" / "astronaut").is_dir()
