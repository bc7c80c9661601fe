"""A language that is read from right to left: English in Hebrew letters, added as data."""

import importlib.util
import json
import shutil
from pathlib import Path

from tests.support.server_process import REPOSITORY

TAG = "he"
_LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "אבגדהוזחטיכלמנספצקרשתאבגדה" * 2,
)


def words() -> dict[str, str]:
    """Return the words of the interface."""
    english: dict[str, str] = json.loads(
        (REPOSITORY / "ui" / "words" / "en.json").read_text(encoding="utf-8")
    )
    made = {key: text.translate(_LETTERS) for key, text in english.items()}
    return made | {"direction": "rtl", "country": "IL"}


def add_to_extension(extension: Path, folder: Path) -> None:
    """Build an extension's copy of the interface again, with the language among its words.

    Args:
        extension: Its folder.
        folder: Empty; where the words of all languages are put together.
    """
    source = folder / "ui"
    shutil.copytree(REPOSITORY / "ui", source)
    text = json.dumps(words(), ensure_ascii=False)
    (source / "words" / f"{TAG}.json").write_text(text, encoding="utf-8")
    file = REPOSITORY / "manifest-builder" / "interface.py"
    spec = importlib.util.spec_from_file_location("interface", file)
    assert spec is not None
    assert spec.loader is not None
    builder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(builder)
    builder.SOURCE = source  # type: ignore[attr-defined]
    builder.copy_into_extension(extension, with_types=False)
