"""What a wheel holds beside the packages: the interface, and the source of the extension.

All else about the project is in pyproject.toml.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
# Where an installed server finds the extension's source; laid out as the repository is, because the
# manifest-builder finds everything by that.
SOURCE = Path("server", "pages", "source")
PARTS = ("extension", "manifest-builder", "ui", "pyproject.toml", "server/goods/currencies.py")
GENERATED = shutil.ignore_patterns("__pycache__", "_locales", "*.d.ts", "*.md")


class BuildWithInterface(build_py):
    """Copies the interface into the pages, and the extension's source beside them."""

    def run(self) -> None:
        """Build the packages, and what the server gives to browsers."""
        builder = ROOT / "manifest-builder"
        subprocess.run([sys.executable, "-B", "-S", builder], check=True)  # noqa: S603
        super().run()
        if self.editable_mode:
            return  # the server finds the checkout
        target = Path(self.build_lib, SOURCE)
        shutil.rmtree(target, ignore_errors=True)
        for part in PARTS:
            copy = target / part
            copy.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, copy, ignore=_generated)
            else:
                shutil.copyfile(ROOT / part, copy)


def _generated(folder: str, names: list[str]) -> set[str]:
    ignored = set(GENERATED(folder, names))
    if Path(folder) == ROOT / "extension":
        ignored.add("ui")
    return ignored


setup(cmdclass={"build_py": BuildWithInterface})
