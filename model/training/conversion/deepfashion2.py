"""Conversion of DeepFashion2, as its authors distribute it, to one COCO file.

A split is a folder with `image/000001.jpg` and `annos/000001.json`. The latter
holds `source`, `pair_id` and `item1`, `item2`, ... with `category_id`, `style`,
`bounding_box` (x0, y0, x1, y1), `segmentation` (polygons), `landmarks` (x, y and
visibility), `scale`, `occlusion`, `zoom_in` and `viewpoint`; see
https://github.com/switchablenorms/DeepFashion2.

Conversion writes one line per photo to `TARGET.part`; only one photo is held in memory at a
time. Started again, it takes over what was converted without a fault and has not changed since,
and tries everything else once more. What is wrong is listed in `NAME.problems.jsonl` beside the
target, one object a line: `file`, `problem` and, where it is one of several, `item`.
"""

import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, BinaryIO

from model.errors import WhereToBuyError
from model.training.conversion.deepfashion2_photo import DEEPFASHION2, read_photo

logger = logging.getLogger(__name__)

# Changes with what a line of the part file holds.
_VERSION = 2

# Called with the name of a file and its fault.
Report = Callable[[str, str], None]


class NothingConvertedError(WhereToBuyError):
    """A folder is no split of DeepFashion2, or none of its photos can be used."""

    code = "nothing-converted"


def convert(
    source: Path,
    target: Path,
    report: Report,
    step: Callable[[int, int], None] | None = None,
    *,
    decode: bool = False,
) -> int:
    """Convert the split in `source` to the COCO file `target`; return its photos.

    Args:
        source: The folder of `annos` and `image`.
        target: `file_name`s are relative to its folder, and a photo's id is the number that is
            its name, as in the authors' own files.
        report: Called with each file that something is wrong with.
        step: Called with the number of photos done and their total.
        decode: Decode every picture, which takes hours and finds all that are broken. Otherwise
            only JPEG files that miss their end are found.

    Raises:
        NothingConvertedError: There is nothing to convert; the target is left as it was.
    """
    names = sorted(path.stem for path in (source / "annos").glob("*.json"))
    if not names:
        raise NothingConvertedError(f"{source} holds no annos/*.json.", hint=_elsewhere(source))
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    places = _resume(part, source, decode=decode)
    with part.open("ab") as lines:
        if not lines.tell():
            _write(lines, _header(source, decode=decode))
        for number, name in enumerate(names, 1):
            if name in places:
                continue
            places[name] = lines.tell()
            _write(lines, _line(source, name, target.parent, report, decode=decode))
            if step is not None:
                step(number, len(names))
    photos = [(place, places[name]) for place, name in enumerate(names, 1)]
    _write_problems(part, photos, problems_file(target))
    draft = target.with_name(target.name + ".new")
    with draft.open("w") as file:
        count = _assemble(part, photos, file)
    if not count:
        draft.unlink()
        raise NothingConvertedError(
            f"None of the {len(names)} photos in {source} can be used.",
            hint=f"{problems_file(target)} says why for each.",
        )
    draft.replace(target)
    part.unlink()
    return count


def problems_file(target: Path) -> Path:
    """Return where the problems of a conversion are listed."""
    return target.with_name(f"{target.stem}.problems.jsonl")


def _elsewhere(source: Path) -> str:
    below = sorted(p.name for p in source.iterdir() if (p / "annos").is_dir())
    if below:
        return f"Give one of its splits: {', '.join(str(source / name) for name in below)}."
    return "Give the folder of a split, such as deepfashion2/train, with annos and image in it."


def _header(source: Path, *, decode: bool) -> dict[str, Any]:
    return {"version": _VERSION, "source": str(source.resolve()), "decode": decode}


def _write(lines: BinaryIO, content: dict[str, Any]) -> None:
    lines.write(json.dumps(content, allow_nan=False).encode() + b"\n")
    # Nothing that was done is lost with the process.
    lines.flush()


def _resume(part: Path, source: Path, *, decode: bool) -> dict[str, int]:
    """Return where in the part file each photo is that need not be converted again.

    A line that a power cut left half written is dropped, with what may follow. A file of
    another folder, or one in which pictures were not decoded although they are to be now, is
    emptied.
    """
    if not part.exists():
        return {}
    places: dict[str, int] = {}
    with part.open("rb+") as file:
        if not _goes_on(file.readline(), source, decode=decode):
            logger.warning("%s is of another conversion: beginning anew.", part)
            file.truncate(0)
            return {}
        place = file.tell()
        for line in file:
            try:
                photo = json.loads(line) if line.endswith(b"\n") else None
            except ValueError:
                photo = None
            if photo is None:
                break
            if not photo["problems"] and photo["stamp"] == _stamp(source, photo["name"]):
                places[photo["name"]] = place
            place += len(line)
        file.truncate(place)
    return places


def _goes_on(first: bytes, source: Path, *, decode: bool) -> bool:
    try:
        header = json.loads(first)
    except ValueError:
        return False
    wanted = [_header(source, decode=True)]
    if not decode:
        wanted.append(_header(source, decode=False))
    return header in wanted


def _files(source: Path, name: str) -> tuple[Path, Path]:
    return source / "annos" / f"{name}.json", source / "image" / f"{name}.jpg"


def _stamp(source: Path, name: str) -> list[list[int] | None]:
    """Return what tells whether a photo's files are still those that were converted."""
    stamp: list[list[int] | None] = []
    for path in _files(source, name):
        try:
            state = path.stat()
        except OSError:
            stamp.append(None)
        else:
            stamp.append([state.st_size, state.st_mtime_ns])
    return stamp


def _line(source: Path, name: str, home: Path, report: Report, *, decode: bool) -> dict[str, Any]:
    annotation, picture = _files(source, name)
    photo = read_photo(annotation, picture, decode=decode)
    for problem in photo.problems:
        report(problem.file, str(problem))
    image = photo.image and {"file_name": os.path.relpath(picture, home), **photo.image}
    problems = [
        {key: value for key, value in asdict(problem).items() if value is not None}
        for problem in photo.problems
    ]
    return {
        "name": name,
        "stamp": _stamp(source, name),
        "image": image,
        "annotations": photo.annotations,
        "ignored": [{"segmentation": polygons} for polygons in photo.ignored],
        "problems": problems,
    }


def _lines(part: Path, photos: list[tuple[int, int]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the id and the line of each photo."""
    with part.open("rb") as lines:
        for place, offset in photos:
            lines.seek(offset)
            photo = json.loads(lines.readline())
            yield _image_id(photo, place), photo


def _image_id(photo: dict[str, Any], place: int) -> int:
    """Return the id that the authors give a photo: the digits of its name (000001.jpg is 1)."""
    name = photo["name"]
    return int(name) if name.isdecimal() else place


def _write_problems(part: Path, photos: list[tuple[int, int]], target: Path) -> None:
    draft = target.with_name(target.name + ".new")
    with draft.open("w") as file:
        for _, photo in _lines(part, photos):
            file.writelines(json.dumps(problem) + "\n" for problem in photo["problems"])
    if draft.stat().st_size:
        draft.replace(target)
    else:
        draft.unlink()
        target.unlink(missing_ok=True)


def _assemble(part: Path, photos: list[tuple[int, int]], file: IO[str]) -> int:
    """Write the COCO file; return the number of its photos."""

    def write_list(name: str, rows: Iterator[dict[str, Any]]) -> int:
        file.write(f',\n"{name}": [')
        count = 0
        for count, row in enumerate(rows, 1):
            file.write(",\n" if count > 1 else "\n")
            file.write(json.dumps(row, allow_nan=False))
        file.write("]")
        return count

    def images() -> Iterator[dict[str, Any]]:
        for number, photo in _lines(part, photos):
            if photo["image"]:
                yield {"id": number, **photo["image"]}

    def rows(key: str) -> Iterator[dict[str, Any]]:
        count = 0
        for number, photo in _lines(part, photos):
            for row in photo[key]:
                count += 1
                yield {"id": count, "image_id": number, **row}

    categories = [{"id": c.id, "name": c.name} for c in DEEPFASHION2]
    file.write('{"categories": ' + json.dumps(categories))
    found = write_list("images", images())
    write_list("annotations", rows("annotations"))
    write_list("ignored_regions", rows("ignored"))
    file.write("}\n")
    return found
