"""Drawn pages of text, screenshots and charts: what a page shows beside its photos."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from model.photometry import Picture

_FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
_TEXT = (
    "the of and to in is that it was for on are as with his they at be this from have or by one "
    "had not but what all were when we there can an your which their said if do will each about "
    "how up out them then she many some so these would other into has more her two like him see "
    "time could no make than first been its who now people my made over did down only way find "
    "use may water long little very after words called just where most know price order account"
)

Colour = tuple[int, int, int]


def page(width: int, height: int, random: np.random.Generator) -> Picture:
    """Draw lines of text."""
    ground, ink = paper(random)
    image = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(image)
    size = int(random.integers(9, 40))
    face = font(random, size)
    margin = int(random.integers(4, 40))
    y = margin
    while y < height - margin:
        text = _sentence(random, int(random.integers(2, 3 + width // (3 * size))))
        draw.text((margin, y), text, fill=ink, font=face)
        y += int(size * random.uniform(1.2, 1.8))
    return bgr(image)


def screenshot(width: int, height: int, random: np.random.Generator) -> Picture:
    """Draw a window with a bar, boxes and labels."""
    ground, ink = paper(random)
    image = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(image)
    face = font(random, int(random.integers(9, 16)))
    bar = int(random.integers(16, 50))
    draw.rectangle((0, 0, width, bar), fill=colour(random))
    draw.text((8, bar // 4), _sentence(random, 3), fill=ground, font=face)
    for _ in range(int(random.integers(3, 14))):
        x, y = int(random.integers(0, width)), int(random.integers(bar, height))
        w, h = int(random.integers(20, width // 2)), int(random.integers(12, height // 3))
        fill = colour(random) if random.random() < 0.5 else ground
        radius = int(random.integers(0, 12))
        draw.rounded_rectangle((x, y, x + w, y + h), radius, fill=fill, outline=ink)
        if random.random() < 0.7:
            draw.text((x + 4, y + 3), _sentence(random, 2), fill=ink, font=face)
    return bgr(image)


def chart(width: int, height: int, random: np.random.Generator) -> Picture:
    """Draw bars or a pie."""
    ground, ink = paper(random)
    image = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(image)
    count = int(random.integers(3, 14))
    step = width / (count + 1)
    if random.random() < 0.6:
        for i in range(count):
            top = int(random.uniform(0.1, 0.9) * height)
            left = int((i + 0.5) * step)
            draw.rectangle((left, top, int(left + 0.7 * step), height - 12), fill=colour(random))
    else:
        start = 0.0
        box = (width // 8, height // 8, width - width // 8, height - height // 8)
        for share in random.dirichlet(np.ones(count)):
            draw.pieslice(box, start, start + 360 * share, fill=colour(random), outline=ink)
            start += 360 * share
    draw.line((4, height - 12, width - 4, height - 12), fill=ink)
    draw.text((6, 4), _sentence(random, 3), fill=ink, font=font(random, 13))
    return bgr(image)


def fonts() -> list[Path]:
    """Return the font files of this machine, sorted; empty where there are none."""
    found = [p for folder in _FONT_FOLDERS for p in folder.rglob("*.[to]t[fc]")]
    return sorted(p for p in found if "Emoji" not in p.name and "Symbol" not in p.name)


def font(random: np.random.Generator, size: int) -> Any:
    """Return a typeface of this machine in that size, in pixels."""
    files = fonts()
    if not files:
        return ImageFont.load_default(size)
    return ImageFont.truetype(str(files[random.integers(len(files))]), size)


def colour(random: np.random.Generator) -> Colour:
    """Return any colour."""
    red, green, blue = (int(v) for v in random.integers(0, 256, size=3))
    return red, green, blue


def paper(random: np.random.Generator) -> tuple[Colour, Colour]:
    """Return a background and an ink that can be told apart."""
    light = tuple(int(v) for v in random.integers(215, 256, size=3))
    dark = tuple(int(v) for v in random.integers(0, 90, size=3))
    return (dark, light) if random.random() < 0.3 else (light, dark)  # type: ignore[return-value]


def bgr(image: Image.Image) -> Picture:
    """Return an image as a picture."""
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def _sentence(random: np.random.Generator, words: int) -> str:
    known = _TEXT.split()
    return " ".join(known[i] for i in random.integers(len(known), size=words)).capitalize()
