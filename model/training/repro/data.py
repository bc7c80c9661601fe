"""From public downloads to the data folder, each photo checked by its hash.

An archive's layout does not matter: whatever in it has the hash of a photo that is wanted is put
in that photo's place. Annotations come from `annotations/`, which holds those that are ours or
may be passed on. No photo is in this repository.
"""

import gzip
import hashlib
import json
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import requests
import yaml
from pycocotools import mask as coco_mask

from model.errors import WhereToBuyError
from model.training.checkpoints.zoo import Step, fetch_rest
from model.training.repro.lists import HERE, derived, listed, scaled, states

# A larger member of an archive is no photo.
_LARGEST = 32 * 2**20
# Downloads are kept here until they are unpacked, so that they can go on.
_DOWNLOADS = ".downloads"
# States of a photo that needs nothing.
_RIGHT = ("same", "alike")


class RebuildError(WhereToBuyError):
    """The data folder cannot be made."""

    code = "rebuild-data"


@dataclass(frozen=True)
class Source:
    """One source of photos.

    Attributes:
        name: Its folder.
        page: Where its authors describe it.
        archives: Addresses of archives that hold its photos; empty if none can be named.
        licence: Under which it is published.
    """

    name: str
    page: str
    archives: tuple[str, ...]
    licence: str


def sources(home: Path = HERE) -> dict[str, Source]:
    """Return what is known about the sources, by name."""
    content: dict[str, dict[str, Any]] = yaml.safe_load((home / "sources.yaml").read_text())
    return {
        name: Source(name, entry["page"], tuple(entry["archives"]), entry["licence"])
        for name, entry in content.items()
    }


def rebuild(
    data: Path,
    source: Source,
    *,
    archives: tuple[str, ...] = (),
    step: Step | None = None,
    home: Path = HERE,
) -> dict[str, list[str]]:
    """Put a source's photos and annotations into a data folder.

    Args:
        data: The data folder; what is there already and right stays.
        source: The source.
        archives: Files or addresses to take instead of the source's own.
        step: Called with the bytes of a download and their total.
        home: The folder of lists and annotations.

    Returns:
        The paths of its photos by state: `same`, `alike`, `other`, `missing`.

    Raises:
        RebuildError: A download or an archive is broken.
    """
    wanted = {path for path, state in states(data, source.name, home) if state not in _RIGHT}
    for archive in archives or source.archives:
        if wanted:
            _take(data, source, archive, wanted, step=step, home=home)
    write_annotations(data, source.name, home)
    found: dict[str, list[str]] = {}
    for path, state in states(data, source.name, home):
        found.setdefault(state, []).append(path)
    return found


def _take(
    data: Path,
    source: Source,
    archive: str,
    wanted: set[str],
    *,
    step: Step | None,
    home: Path,
) -> None:
    """Put the wanted photos that an archive holds into their places."""
    if "://" in archive:
        path = data / _DOWNLOADS / hashlib.sha256(archive.encode()).hexdigest()[:16]
        _download(archive, path, step)
    else:
        path = Path(archive)
    by_hash: dict[str, list[str]] = {}
    for photo, digest in listed(source.name, home).items():
        if photo in wanted:
            by_hash.setdefault(digest, []).append(photo)
    origins: dict[str, list[str]] = {}
    scales = {photo: how for photo, how in derived(home).items() if photo in wanted}
    for photo, how in scales.items():
        origins.setdefault(how.origin, []).append(photo)
    for name, content in _members(path, archive):
        for photo in by_hash.get(hashlib.sha256(content).hexdigest(), []):
            _put(data / photo, content)
            wanted.discard(photo)
        for photo in origins.get(Path(name).name, []):
            made = scaled(content, scales[photo]) if photo in wanted else None
            if made is not None:
                _put(data / photo, made)
                wanted.discard(photo)
    if path.parent.name == _DOWNLOADS:
        path.unlink()


def _download(address: str, path: Path, step: Step | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        fetch_rest(address, path, step)
    except (requests.RequestException, OSError) as error:
        raise RebuildError(
            f"{address} cannot be downloaded: {error}.",
            hint="Start again to go on, or download it by other means and give it with --archive.",
        ) from error


def _members(path: Path, archive: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file in a tar or zip archive; nothing is unpacked."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                for entry in packed.infolist():
                    if not entry.is_dir() and entry.file_size <= _LARGEST:
                        yield entry.filename, packed.read(entry)
            return
        with tarfile.open(path) as packed_tar:
            for member in packed_tar:
                file = packed_tar.extractfile(member) if member.isfile() else None
                if file is not None and member.size <= _LARGEST:
                    yield member.name, file.read()
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError) as error:
        if path.parent.name == _DOWNLOADS:
            path.unlink(missing_ok=True)
        raise RebuildError(
            f"{archive} is not a whole tar or zip archive: {error}.",
            hint="Start again, or download it by other means and give it with --archive.",
        ) from error


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(content)
    draft.replace(path)


def write_annotations(data: Path, source: str, home: Path = HERE) -> None:
    """Write a source's annotations into its folder."""
    for packed in sorted((home / "annotations").glob(f"{source}_*.json.gz")):
        content = gzip.decompress(packed.read_bytes())
        name = packed.name.removesuffix(".json.gz").removeprefix(f"{source}_")
        if name == "masks":
            _write_masks(data / source / "masks", json.loads(content))
        else:
            _put(data / source / f"{name}.json", content)


def _write_masks(folder: Path, masks: dict[str, Any]) -> None:
    """Write masks as PNG, 1 where the garment is; `masks` are run lengths by photo."""
    for photo, runs in masks.items():
        mask = np.asarray(coco_mask.decode({**runs, "counts": runs["counts"].encode()}), np.uint8)
        _put(folder / f"{photo}.png", cv2.imencode(".png", mask)[1].tobytes())
