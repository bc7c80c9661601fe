"""The files that ship, and the list of them with checksums."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

WEIGHTS = Path(__file__).parents[2] / "weights"


def put_in_place(temporary: Path, name: str, entry: dict[str, Any], folder: Path) -> None:
    """Move a finished file to its name in `folder` and list it in `weights.json`.

    `entry` is its description in `weights.json` under the file's stem, without name and
    SHA-256. Each file is replaced in one step, so that a server that starts meanwhile sees
    the old or the new file, never half of one.
    """
    digest = hashlib.sha256(temporary.read_bytes()).hexdigest()
    listing = folder / "weights.json"
    content = json.loads(listing.read_text()) if listing.exists() else {}
    content[Path(name).stem] = {"file": name, "sha256": digest, **entry}
    draft = folder / ".weights.json.new"
    draft.write_text(json.dumps(content, indent=2) + "\n")
    temporary.replace(folder / name)
    draft.replace(listing)


def segmenter_entry(folder: Path) -> dict[str, Any]:
    """Return what the `weights.json` of a folder says of its segmenter."""
    entry: dict[str, Any] = json.loads((folder / "weights.json").read_text())["segmenter"]
    return entry


def keep_copy(folder: Path, kept: Path) -> Path:
    """Copy the segmenter of a folder into a new folder below `kept`; return that.

    Its name begins with the file's SHA-256, so one copy never replaces another, and it is a
    set of weights of its own, which `where-to-buy weights add` takes.
    """
    entry = segmenter_entry(folder)
    copy = kept / f"replaced-{entry['sha256'][:12]}"
    copy.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / entry["file"], copy / entry["file"])
    (copy / "weights.json").write_text(json.dumps({"segmenter": entry}, indent=2) + "\n")
    return copy


def ship(source: Path, folder: Path) -> None:
    """Replace the segmenter of a folder by that of another."""
    entry = segmenter_entry(source)
    name = entry.pop("file")
    temporary = folder / f".{name}.new"
    shutil.copyfile(source / name, temporary)
    del entry["sha256"]
    put_in_place(temporary, "segmenter.onnx", entry, folder)
