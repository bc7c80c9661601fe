"""What any page is tried with: photos, and what is made of them."""

import base64
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from tests.e2e.open_web import OpenWeb
from tests.e2e.subjects import astronaut

# Names of photos by the names that pages call them.
NAMES = ("0035", "0040", "0050", "0010", "0020", "0065", "0070", "0075")


@dataclass(frozen=True)
class Street:
    """What runs while somebody visits pages."""

    person: Any  # a `Person`; tests of one browser alone use what is its own
    web: OpenWeb
    photos: dict[str, bytes]


def street_photos(data_dir: Path | None) -> dict[str, bytes]:
    """Return photos by name: real ones, or parts of the one picture that a package ships."""
    if data_dir is not None:
        folder = data_dir / "street" / "photos"
        return {name: (folder / f"{name}.jpg").read_bytes() for name in NAMES}
    found = {}
    with Image.open(io.BytesIO(astronaut().photo)) as person:
        for place, name in enumerate(NAMES):
            turned = person.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if place % 2 else person
            # The suit has to be in all of them.
            left = 20 * (place // 2) + (90 if place % 2 else 0)
            found[name] = _jpeg(turned.crop((left, 0, left + 340, 512)))
    return found


def made(photos: dict[str, bytes]) -> dict[str, bytes]:
    """Return the pictures that are no photos: an icon, a notice, a film, a strip."""
    opened = [Image.open(io.BytesIO(photos[name])).convert("RGB") for name in NAMES]
    first, second = opened[:2]
    size = (first.width, first.height)
    gif = io.BytesIO()
    first.save(
        gif,
        "GIF",
        save_all=True,
        append_images=[second.resize(size)],
        duration=[700, 600_000],
        loop=0,
    )
    strip = Image.new("RGB", (860, 15_900))
    for place in range(12):
        strip.paste(opened[place % len(opened)].resize((860, 1325)), (0, place * 1325))
    icon = Image.new("RGB", (64, 64), "#ddd")
    notice = Image.new("RGB", size, "#eee")
    sheet = Image.new("RGB", (3 * size[0], size[1]))
    for place, one in enumerate((second, first, opened[2])):
        sheet.paste(one.resize(size), (place * size[0], 0))
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}">'
        f'<image width="{size[0]}" height="{size[1]}" href="data:image/jpeg;base64,'
        f'{base64.b64encode(photos[NAMES[0]]).decode()}"/></svg>'
    )
    return {
        "photo": photos[NAMES[0]],
        "photo.svg": drawing.encode(),
        "sheet.jpg": _jpeg(sheet),
        "two.gif": gif.getvalue(),
        "strip.jpg": _jpeg(strip),
        "blur.jpg": _jpeg(icon),
        "notice.jpg": _jpeg(notice),
        "v.webm": _film([np.asarray(one.resize((450, 678))) for one in opened[:2]]),
    }


def _film(frames: list[np.ndarray]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "film.webm"
        height, width = frames[0].shape[:2]
        writer = cv2.VideoWriter(
            str(file),
            cv2.VideoWriter_fourcc(*"VP80"),
            5,
            (width, height),  # type: ignore[attr-defined]
        )
        for frame in frames:
            for _ in range(15):
                writer.write(frame[:, :, ::-1])
        writer.release()
        return file.read_bytes()


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=92)
    return out.getvalue()
