"""Taking in weights from elsewhere: described in this project's terms, copied and tried out.

The files are a stranger's. Sizes are limited, a file is copied and hashed in one go, its
content is examined before anything runs it (`model.weight_files.onnx_file`), and its first run
is in a separate process with limits (`model.weight_files.trial`), where it may crash or hang.
"""

import hashlib
import json
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from model.categories import CATEGORIES
from model.errors import WeightsError
from model.weight_files.errors import UnmappedClassError, UnnamedClassesError
from model.weight_files.onnx_file import check_onnx
from model.weight_files.trial import Trial, try_in_child
from model.weights_description import WeightsDescription

# Most bytes of one ONNX file; Mask R-CNN with ResNeXt-101 takes 430 MB.
LARGEST_FILE: Final = 2**30
_LARGEST_TEXT: Final = 2**20
_MOST_CLASSES: Final = 1000
_FILES: Final = {"segmenter": "segmenter.onnx", "embedder": "embedder.onnx"}
# How Detectron2's own models are run, which a bare ONNX file does not say.
_USUAL: Final = {
    "short_side": 800,
    "max_side": 1333,
    "score_threshold": 0.5,
    "mask_margin": 0.0,
}
_CATEGORY_NAMES: Final = {category.name for category in CATEGORIES}


def take_in(
    draft: Path,
    source: Path,
    *,
    classes: Sequence[str] | None = None,
    mapping: Mapping[str, str] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Trial:
    """Fill an empty folder with a set of weights, and try them out.

    Args:
        draft: The folder to fill.
        source: A folder with `weights.json`, or an ONNX file of a segmenter.
        classes: Names of the graph's classes, class 0 first; None for those of `weights.json`.
        mapping: The category of each class with another name; an empty one leaves it out.
        changes: Further fields of the segmenter in `weights.json` that are to differ.

    Raises:
        WeightsError: They cannot be used, for the reason given.
    """
    entries = _described(source)
    segmenter = entries["segmenter"]
    named = segmenter.get("categories") if classes is None else classes
    segmenter.update(changes or {}, categories=in_our_categories(named, mapping or {}))
    origin = source if source.is_dir() else source.parent
    for part, entry in entries.items():
        path = origin / Path(str(entry.get("file"))).name
        data = _read(path, LARGEST_FILE)
        contents = check_onnx(data, printable(str(path)))
        (draft / _FILES[part]).write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        if entry.get("sha256", digest) != digest:
            raise WeightsError(
                f"{path} is not the file that weights.json lists (its SHA-256 differs).",
                hint="Download both again.",
            )
        entry.update(file=_FILES[part], sha256=digest)
        if "input" not in entry:
            entry.update(zip(("input", "score_input"), contents.inputs, strict=False))
    (draft / "weights.json").write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
    WeightsDescription.read(draft)  # cheaper than a process
    return try_in_child(draft)


def in_our_categories(names: object, mapping: Mapping[str, str]) -> list[str | None]:
    """Return the category of each class; None for classes that are left out.

    Raises:
        WeightsError: A class is none of our categories and is not mapped, it is mapped to
            none of them, or no class is left.
    """
    if (
        not isinstance(names, list | tuple)
        or not 0 < len(names) <= _MOST_CLASSES
        or not all(name is None or isinstance(name, str) for name in names)
    ):
        raise UnnamedClassesError
    unused = set(mapping) - set(names)
    if unused:
        raise WeightsError(
            f"No class is called {_listed(unused)}.", hint=f"There are: {_listed(set(names), 40)}."
        )
    strangers = {
        name for name in names if name is not None and name not in {*_CATEGORY_NAMES, *mapping}
    }
    if strangers:
        raise UnmappedClassError(
            f"{len(strangers)} of {len(names)} classes are none of the {len(CATEGORIES)} "
            f"categories: {_listed(strangers)}.",
            example=min(strangers),
            categories=", ".join(category.name for category in CATEGORIES),
        )
    mapped = [None if name is None else mapping.get(name, name) or None for name in names]
    wrong = {name for name in mapped if name is not None and name not in _CATEGORY_NAMES}
    if wrong:
        raise WeightsError(
            f"{_listed(wrong)} is none of the {len(CATEGORIES)} categories.",
            hint=f"The categories: {', '.join(category.name for category in CATEGORIES)}.",
        )
    if not any(mapped):
        raise WeightsError("No class is left.", hint="Map one class at least to a category.")
    return mapped


def read_class_names(path: Path) -> list[str]:
    """Read the names of classes from a file: one per line, or a JSON list.

    Raises:
        WeightsError: The file cannot be read or holds something else.
    """
    text = _read(path, _LARGEST_TEXT).decode("utf-8", "replace")
    if not text.lstrip().startswith("["):
        return [line.strip() for line in text.splitlines() if line.strip()]
    try:
        names = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WeightsError(
            f"{path} is not JSON: {error}.", hint="One name a line will do."
        ) from error
    if not all(isinstance(name, str) for name in names):
        raise WeightsError(f"{path} holds more than names.", hint="One name a line will do.")
    return list(names)


def _described(source: Path) -> dict[str, dict[str, Any]]:
    """Read the description of each file, unchecked."""
    if not source.is_dir():
        return {"segmenter": {"file": source.name, **_USUAL}}
    path = source / "weights.json"
    try:
        content = json.loads(_read(path, _LARGEST_TEXT))
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"{path} is not JSON: {error}.", hint="See docs/weights.md.") from error
    entries = content if isinstance(content, dict) else {}
    known = {part: entry for part, entry in entries.items() if part in _FILES}
    if "segmenter" not in known or not all(isinstance(each, dict) for each in known.values()):
        raise WeightsError(f"{path} describes no segmenter.", hint="See docs/weights.md.")
    return known


def _read(path: Path, most: int) -> bytes:
    try:
        # Opening a pipe would wait until something writes to it.
        if not stat.S_ISREG(path.stat().st_mode):
            raise WeightsError(f"{path} is not a file.", hint="Name the ONNX file or its folder.")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise WeightsError(
            f"{path} cannot be read: {error.strerror}.", hint="Name the ONNX file or its folder."
        ) from error
    if len(data) > most:
        raise WeightsError(
            f"{path} is too big: more than {most // 2**20:,} MiB.",
            hint="Such a model would not fit into the memory of a small server.",
        )
    return data


def printable(text: str) -> str:
    """Replace characters that a terminal would obey instead of showing."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _listed(names: set[Any], most: int = 6) -> str:
    shown = [repr(name) for name in sorted(name for name in names if name is not None)]
    return ", ".join(shown[:most]) + (", …" if len(shown) > most else "")
