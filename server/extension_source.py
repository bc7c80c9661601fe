"""Where the extension's source lies: in the checkout, or inside of an installed package.

Both are laid out as the repository is.
"""

from pathlib import Path
from typing import Final

_CHECKOUT: Final = Path(__file__).resolve().parent.parent
_INSTALLED: Final = Path(__file__).resolve().parent / "pages" / "source"


def source() -> Path | None:
    """Return the folder with ``extension/`` and ``manifest-builder/``; None if there is none."""
    for folder in (_CHECKOUT, _INSTALLED):
        if (folder / "extension" / "manifest.json").is_file() and builder_in(folder).is_dir():
            return folder
    return None


def loadable() -> Path | None:
    """Return the folder that a browser can load unpacked; only a checkout has it."""
    folder = _CHECKOUT / "extension"
    return folder if (folder / "manifest.json").is_file() else None


def builder_in(folder: Path) -> Path:
    """Return the manifest-builder of such a folder, to be run with Python."""
    return folder / "manifest-builder"
