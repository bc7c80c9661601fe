"""Makes what a release consists of, in ``dist/``: the same bytes from the same commit.

    python deploy/release.py [--out DIR]

writes the wheel, the extension as a zip for each browser, ``NOTES.md`` with what the changelog says
of this version, and ``SHA256SUMS``. Needs setuptools, and no network.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chrome", "edge", "firefox")
# What the wheel is made from; nothing else of the folder can get into it.
SOURCES = (
    "extension", "manifest-builder", "model", "server", "ui",
    "LICENSE", "README.md", "pyproject.toml", "setup.py",
)  # fmt: skip
# The earliest time that a zip can say, where there is no commit to take it from.
_FIRST_ZIP_TIME = 315532800
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.egg-info")


class ReleaseError(Exception):
    """A release cannot be made; the message says why."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=ROOT / "dist", metavar="DIR")
    options = parser.parse_args(arguments)
    try:
        made = make_release(options.out)
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    for file in made:
        print(f"{file.stat().st_size:>12,} bytes  {file}")
    return 0


def make_release(target: Path) -> list[Path]:
    """Write the files of a release into a folder; return them, sorted by name.

    Raises:
        ReleaseError: The changelog says nothing of this version, or a part cannot be built.
    """
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    notes = notes_of(version, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        made = [_wheel(Path(folder), target)]
    made += [_extension(browser, version, target) for browser in BROWSERS]
    made.append(target / "NOTES.md")
    made[-1].write_text(notes, encoding="utf-8")
    sums = target / "SHA256SUMS"
    sums.write_text(
        "".join(
            f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"
            for file in sorted(made)
        )
    )
    return sorted([*made, sums])


def notes_of(version: str, changelog: str) -> str:
    """Return what a changelog says of a version, or of what is not yet released.

    Raises:
        ReleaseError: It says nothing.
    """
    for name in (re.escape(version), r"\[Unreleased\]"):
        found = re.search(rf"^## {name}.*?$(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
        if found and found[1].strip():
            return f"# Where can I buy this? {version}\n\n{found[1].strip()}\n"
    raise ReleaseError(f"CHANGELOG.md says nothing of {version}.")


def _wheel(scratch: Path, target: Path) -> Path:
    source = scratch / "source"
    for name in SOURCES:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=_LEFT_OUT)
        else:
            shutil.copyfile(ROOT / name, source / name)
    _run(
        sys.executable, "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "--no-deps",
        "--no-build-isolation", "--wheel-dir", str(scratch / "made"), str(source),
        env={**os.environ, "SOURCE_DATE_EPOCH": str(_commit_time())},
    )  # fmt: skip
    (made,) = (scratch / "made").glob("*.whl")
    return Path(shutil.copyfile(made, target / made.name))


def _extension(browser: str, version: str, target: Path) -> Path:
    file = target / f"where-to-buy-{version}-{browser}.zip"
    _run(sys.executable, str(ROOT / "manifest-builder"), "--browser", browser, "--zip", str(file))
    return file


def _commit_time() -> int:
    found = subprocess.run(
        ["git", "log", "-1", "--format=%ct"],  # noqa: S607 - whichever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return int(found.stdout) if found.stdout.strip().isdecimal() else _FIRST_ZIP_TIME


def _run(*command: str, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(  # noqa: S603 - our own programs
        command, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ReleaseError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
