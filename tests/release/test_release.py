"""What a release consists of, made from the source and used from the built files alone."""

import hashlib
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import requests

from deploy.release import ReleaseError, make_release, notes_of
from tests.support.pictures import outfit, picture_file
from tests.support.server_process import running_server

BROWSERS = ("chrome", "edge", "firefox")


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release")
    return {file.name: file for file in make_release(folder)}


@pytest.fixture(scope="module")
def installed(release, tmp_path_factory):
    """The wheel in an environment of its own; its libraries are those of the tests."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, with_pip=False, symlinks=True)
    paths = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", "venv", paths))
    wheel = wheel_of(release)
    target = ["--target", str(site), "--no-deps", "--no-index", "-q", "--no-compile"]
    subprocess.run([sys.executable, "-m", "pip", "install", *target, str(wheel)], check=True)
    # After the wheel's own: the checkout that the tests' environment names must not be found.
    own = Path(sysconfig.get_path("purelib"))
    for each in own.iterdir():
        name = each.name
        if "where_to_buy" in name or name.endswith(".pth") or (site / name).exists():
            continue
        (site / name).symlink_to(each)
    return folder / "bin" / "python"


def wheel_of(release):
    (name,) = (name for name in release if name.endswith(".whl"))
    return release[name]


def test_a_release_is_made_of_a_wheel_the_extension_notes_and_checksums(release):
    kinds = sorted(name.rpartition("-")[2] for name in release)
    assert kinds == [
        "NOTES.md", "SHA256SUMS", "any.whl", *(f"{browser}.zip" for browser in BROWSERS),
    ]  # fmt: skip
    sums = dict(line.split("  ")[::-1] for line in release["SHA256SUMS"].read_text().splitlines())
    assert set(sums) == set(release) - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256(release[name].read_bytes()).hexdigest() == digest


def test_the_same_source_gives_the_same_bytes(release, tmp_path):
    again = {file.name: file for file in make_release(tmp_path)}
    assert again["SHA256SUMS"].read_text() == release["SHA256SUMS"].read_text()


def test_the_wheel_holds_what_the_server_needs_and_no_test(release):
    with zipfile.ZipFile(wheel_of(release)) as wheel:
        names = wheel.namelist()
    rooms = {name.split("/")[0] for name in names if not name.split("/")[0].endswith(".dist-info")}
    assert rooms == {"model", "server"}
    assert "model/weights/weights.json" in names
    assert "server/pages/static/ui/words/en.json" in names
    assert "server/pages/source/extension/manifest.json" in names
    assert not [name for name in names if "__pycache__" in name or "/ui/words.d.ts" in name]


def test_the_installed_server_analyses_a_picture_and_gives_the_extension(
    installed, tmp_path, monkeypatch
):
    command = (str(installed), "-c", "from server.cli.main import main; main()")
    monkeypatch.setattr("tests.support.server_process.COMMAND", command)
    with running_server(tmp_path) as server:
        where = subprocess.run(
            [installed, "-c", "import server; print(server.__file__)"],
            cwd=tmp_path, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        assert Path(where.strip()).is_relative_to(installed.parent.parent)
        files = {"image": ("x.png", picture_file(outfit()))}
        look = requests.post(f"{server.url}/api/v1/looks", files=files, timeout=60)
        assert look.status_code == 201
        assert "<html" in requests.get(server.url, timeout=60).text
        assert requests.get(f"{server.url}/static/ui/words.js", timeout=60).status_code == 200
        for browser in BROWSERS:
            answer = requests.get(f"{server.url}/extension/{browser}.zip", timeout=60)
            assert answer.status_code == 200, answer.text
            with zipfile.ZipFile(BytesIO(answer.content)) as extension:
                default = extension.read("background/default_server.js").decode()
                assert {"manifest.json", "ui/words.js", "_locales/en/messages.json"} <= set(
                    extension.namelist()
                )
            assert server.url in default


def test_the_installed_command_says_its_version(installed, tmp_path):
    done = subprocess.run(
        [installed, "-c", "from server.cli.main import main; main()", "--version"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
        env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.stdout.strip()


def test_notes_are_those_of_the_version_or_of_what_comes_next():
    changelog = "# Changes\n\n## [Unreleased]\n\n- New\n\n## 0.1.0 - 2026\n\n- First\n"
    assert "- First" in notes_of("0.1.0", changelog)
    assert "- New" not in notes_of("0.1.0", changelog)
    assert "- New" in notes_of("0.2.0", changelog)
    with pytest.raises(ReleaseError, match="says nothing"):
        notes_of("0.2.0", "## [Unreleased]\n\n## 0.1.0\n\n- First\n")
