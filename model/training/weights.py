"""The files that ship, and the list of them with checksums."""

import hashlib
import json
from pathlib import Path
from typing import Any

WEIGHTS = Path(__file__).parent.parent / "weights"


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
