"""`requirements/install-browser.sh` says what is missing before a browser test could hang on it."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent.parent / "requirements" / "install-browser.sh"
CHROMIUM = "Chromium 156.0.1 built on Debian GNU/Linux"


class Machine:
    """A machine that has the tools that were put there, and no way to install others."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("timeout", "id", "bash"):
            found = shutil.which(name)
            assert found
            (folder / name).symlink_to(found)
        for name in ("Xvfb", "xdotool", "firefox-esr"):
            self.has(name)
        self.has("fc-list", says="NotoSansCJK.ttc")

    def has(self, name: str, *, says: str = "", status: int = 0) -> str:
        """Put a program there; return its path."""
        program = self.folder / name
        program.write_text(f"#!/bin/bash\necho '{says}'\nexit {status}\n")
        program.chmod(0o755)
        return str(program)

    def prepare(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the script."""
        return subprocess.run(
            [self.folder / "bash", SCRIPT],
            env={"PATH": str(self.folder), **environment},
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_machine_that_has_everything_is_left_alone(machine: Machine) -> None:
    machine.has("chromium", says=CHROMIUM)
    done = machine.prepare()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_chromium_elsewhere_is_taken(machine: Machine) -> None:
    assert machine.prepare(WTB_CHROMIUM=machine.has("mine", says=CHROMIUM)).returncode == 0


def test_a_firefox_of_another_name_or_place_is_taken(machine: Machine) -> None:
    machine.has("chromium", says=CHROMIUM)
    (machine.folder / "firefox-esr").rename(machine.folder / "firefox")
    assert machine.prepare().returncode == 0
    (machine.folder / "firefox").rename(machine.folder / "mine")
    assert machine.prepare().returncode == 1
    assert machine.prepare(WTB_FIREFOX=str(machine.folder / "mine")).returncode == 0


def test_what_is_missing_is_named(machine: Machine) -> None:
    (machine.folder / "xdotool").unlink()
    (machine.folder / "firefox-esr").unlink()
    done = machine.prepare()
    assert done.returncode == 1
    assert "chromium firefox-esr xdotool" in done.stderr


@pytest.mark.parametrize("name", ["missing", "not a browser", "does not start", "Google Chrome"])
def test_what_cannot_load_the_extension_is_refused_by_name(machine: Machine, name: str) -> None:
    chosen = {
        "missing": "/nowhere/chromium",
        "not a browser": machine.has("cat", says="cat (GNU coreutils) 9.1"),
        "does not start": machine.has("broken", says=CHROMIUM, status=127),
        "Google Chrome": machine.has("google-chrome", says="Google Chrome 156.0.1"),
    }[name]
    machine.has("chromium", says=CHROMIUM)
    done = machine.prepare(WTB_CHROMIUM=chosen)
    assert done.returncode == 1
    assert chosen in done.stderr


def test_a_file_that_only_says_how_to_get_it_is_no_browser(machine: Machine) -> None:
    machine.has("chromium-browser", says="Please install the snap", status=1)
    done = machine.prepare()
    assert done.returncode == 1
    assert "need: chromium" in done.stderr
