"""Lists of the photos that were trained on, by hash, and how pictures are recognised.

`lists/SOURCE.sha256` has the form that `sha256sum --check` reads, with paths from the data
folder. `derived.json` names pictures that are not as their authors publish them but scaled down:
the picture they came from, their size, and how they look at 4 x 4 pixels, by which a picture that
was scaled again is recognised.
"""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).parent
_PIECE = 2**20
# Grey levels by which a picture that was scaled and compressed anew may differ on average.
_ALIKE = 4.0
_LOOKS = 4


@dataclass(frozen=True)
class Derived:
    """A picture that was scaled from a published one.

    Attributes:
        origin: The file name of the published picture.
        size: Width and height.
        looks: Its colours at 4 x 4 pixels, 48 bytes in hexadecimal.
    """

    origin: str
    size: tuple[int, int]
    looks: str


def digest_of(path: Path) -> str:
    """Return a file's SHA-256."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def listed(source: str, home: Path = HERE) -> dict[str, str]:
    """Return the SHA-256 of each photo of a source, by its path in the data folder."""
    lines = (home / "lists" / f"{source}.sha256").read_text().splitlines()
    return {path: digest for digest, _, path in (line.partition("  ") for line in lines)}


def derived(home: Path = HERE) -> dict[str, Derived]:
    """Return the pictures that were scaled, by their path in the data folder."""
    content = json.loads((home / "derived.json").read_text())
    return {
        path: Derived(entry["origin"], tuple(entry["size"]), entry["looks"])
        for path, entry in content.items()
    }


def looks_of(image: Image.Image) -> str:
    """Return a picture's colours at 4 x 4 pixels."""
    small = image.convert("RGB").resize((_LOOKS, _LOOKS), Image.Resampling.BOX)
    return np.asarray(small, np.uint8).tobytes().hex()


def are_alike(first: str, second: str) -> bool:
    """Return whether two pictures of the same size look the same."""
    one, other = (
        np.frombuffer(bytes.fromhex(looks), np.uint8).astype(int) for looks in (first, second)
    )
    return len(one) == len(other) and float(np.abs(one - other).mean()) <= _ALIKE


def scaled(data: bytes, wanted: Derived) -> bytes | None:
    """Return a published picture as JPEG at the size that was trained on; None if it is another."""
    with Image.open(io.BytesIO(data)) as image:
        small = image.convert("RGB")
    if small.size != wanted.size:
        small = small.resize(wanted.size, Image.Resampling.LANCZOS)
    if not are_alike(looks_of(small), wanted.looks):
        return None
    written = io.BytesIO()
    small.save(written, "JPEG", quality=90)
    return written.getvalue()


def states(data: Path, source: str, home: Path = HERE) -> Iterator[tuple[str, str]]:
    """Yield each photo of a source with what it is in a data folder.

    The states: `same` (by hash), `alike` (scaled again, by looks), `other`, `missing`.
    """
    origins = derived(home)
    for path, digest in listed(source, home).items():
        file = data / path
        if not file.is_file():
            yield path, "missing"
        elif digest_of(file) == digest:
            yield path, "same"
        elif path in origins and _is_alike(file, origins[path]):
            yield path, "alike"
        else:
            yield path, "other"


def _is_alike(file: Path, wanted: Derived) -> bool:
    try:
        with Image.open(file) as image:
            return image.size == wanted.size and are_alike(looks_of(image), wanted.looks)
    except (OSError, SyntaxError):
        return False
