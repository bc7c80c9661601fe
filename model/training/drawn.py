"""Drawn pictures that show no garment: text, screenshots, charts, shapes, textures.

People point the extension at whatever a page shows. A network that has only seen photos
takes a striped background for a skirt; these pictures teach it otherwise. Each picture
follows from its seed alone (and from the fonts of the machine).
"""

import string
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from model.training.photometry import Picture

_FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
_SIDES = (240, 560)  # pixels
_TEXT = (
    "the of and to in is that it was for on are as with his they at be this from have or by one "
    "had not but what all were when we there can an your which their said if do will each about "
    "how up out them then she many some so these would other into has more her two like him see "
    "time could no make than first been its who now people my made over did down only way find "
    "use may water long little very after words called just where most know price order account"
)

Colour = tuple[int, int, int]


def fonts() -> list[Path]:
    """Return the font files of this machine, sorted; empty where there are none."""
    found = [p for folder in _FONT_FOLDERS for p in folder.rglob("*.[to]t[fc]")]
    return sorted(p for p in found if "Emoji" not in p.name and "Symbol" not in p.name)


def draw_nothing(seed: int) -> Picture:
    """Return a drawn picture, height x width x 3 BGR, without any garment."""
    random = np.random.default_rng(seed)
    width, height = (int(v) for v in random.integers(*_SIDES, size=2))
    makers = (_page, _screenshot, _chart, _shapes, _stripes, _cloth_like, _blobs, _lines, _limbs)
    maker = makers[random.integers(len(makers))]
    picture: Picture = maker(width, height, random)
    return picture


def _font(random: np.random.Generator, size: int) -> Any:
    files = fonts()
    if not files:
        return ImageFont.load_default(size)
    return ImageFont.truetype(str(files[random.integers(len(files))]), size)


def _colour(random: np.random.Generator) -> Colour:
    red, green, blue = (int(v) for v in random.integers(0, 256, size=3))
    return red, green, blue


def _paper(random: np.random.Generator) -> tuple[Colour, Colour]:
    """Return a background and an ink that can be told apart."""
    light = tuple(int(v) for v in random.integers(215, 256, size=3))
    dark = tuple(int(v) for v in random.integers(0, 90, size=3))
    return (dark, light) if random.random() < 0.3 else (light, dark)  # type: ignore[return-value]


def _bgr(image: Image.Image) -> Picture:
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def _pixels(values: Any) -> Picture:
    result: Picture = np.clip(values, 0, 255).astype(np.uint8)
    return result


def _sentence(random: np.random.Generator, words: int) -> str:
    known = _TEXT.split()
    return " ".join(known[i] for i in random.integers(len(known), size=words)).capitalize()


def _page(width: int, height: int, random: np.random.Generator) -> Picture:
    paper, ink = _paper(random)
    image = Image.new("RGB", (width, height), paper)
    draw = ImageDraw.Draw(image)
    size = int(random.integers(9, 40))
    font = _font(random, size)
    margin = int(random.integers(4, 40))
    y = margin
    while y < height - margin:
        text = _sentence(random, int(random.integers(2, 3 + width // (3 * size))))
        draw.text((margin, y), text, fill=ink, font=font)
        y += int(size * random.uniform(1.2, 1.8))
    return _bgr(image)


def _screenshot(width: int, height: int, random: np.random.Generator) -> Picture:
    paper, ink = _paper(random)
    image = Image.new("RGB", (width, height), paper)
    draw = ImageDraw.Draw(image)
    font = _font(random, int(random.integers(9, 16)))
    bar = int(random.integers(16, 50))
    draw.rectangle((0, 0, width, bar), fill=_colour(random))
    draw.text((8, bar // 4), _sentence(random, 3), fill=paper, font=font)
    for _ in range(int(random.integers(3, 14))):
        x, y = int(random.integers(0, width)), int(random.integers(bar, height))
        w, h = int(random.integers(20, width // 2)), int(random.integers(12, height // 3))
        fill = _colour(random) if random.random() < 0.5 else paper
        radius = int(random.integers(0, 12))
        draw.rounded_rectangle((x, y, x + w, y + h), radius, fill=fill, outline=ink)
        if random.random() < 0.7:
            draw.text((x + 4, y + 3), _sentence(random, 2), fill=ink, font=font)
    return _bgr(image)


def _chart(width: int, height: int, random: np.random.Generator) -> Picture:
    paper, ink = _paper(random)
    image = Image.new("RGB", (width, height), paper)
    draw = ImageDraw.Draw(image)
    count = int(random.integers(3, 14))
    step = width / (count + 1)
    if random.random() < 0.6:
        for i in range(count):
            top = int(random.uniform(0.1, 0.9) * height)
            left = int((i + 0.5) * step)
            draw.rectangle((left, top, int(left + 0.7 * step), height - 12), fill=_colour(random))
    else:
        start = 0.0
        box = (width // 8, height // 8, width - width // 8, height - height // 8)
        for share in random.dirichlet(np.ones(count)):
            draw.pieslice(box, start, start + 360 * share, fill=_colour(random), outline=ink)
            start += 360 * share
    draw.line((4, height - 12, width - 4, height - 12), fill=ink)
    draw.text((6, 4), _sentence(random, 3), fill=ink, font=_font(random, 13))
    return _bgr(image)


def _shapes(width: int, height: int, random: np.random.Generator) -> Picture:
    picture = _gradient(width, height, random)
    for _ in range(int(random.integers(1, 9))):
        centre = random.uniform(0, 1, 2) * (width, height)
        size = random.uniform(0.08, 0.5) * min(width, height)
        count = int(random.integers(3, 9))
        angles = np.sort(random.uniform(0, 2 * np.pi, count))
        reach = size * random.uniform(0.5, 1.0, count)
        corners = centre + np.stack([np.cos(angles), np.sin(angles)], 1) * reach[:, None]
        if random.random() < 0.5:
            axes = (int(size * random.uniform(0.3, 1)), int(size * random.uniform(0.3, 1)))
            where = (int(centre[0]), int(centre[1]))
            turn = float(random.uniform(0, 180))
            cv2.ellipse(picture, where, axes, turn, 0, 360, _colour(random), -1, cv2.LINE_AA)
        else:
            outline = [np.round(corners).astype(np.int32)]
            cv2.fillPoly(picture, outline, _colour(random), cv2.LINE_AA)
    if random.random() < 0.3:
        letter = str(random.choice(list(string.ascii_letters + string.digits)))
        image = Image.fromarray(picture[:, :, ::-1])
        size = int(0.8 * min(width, height))
        font = _font(random, size)
        ImageDraw.Draw(image).text((width // 5, 0), letter, fill=_colour(random), font=font)
        picture = _bgr(image)
    return picture


def _gradient(width: int, height: int, random: np.random.Generator) -> Picture:
    across = np.linspace(0, 1, width)[None, :, None]
    down = np.linspace(0, 1, height)[:, None, None]
    turn = random.uniform(0, 1)
    along = turn * across + (1 - turn) * down
    one, other = random.uniform(0, 255, 3), random.uniform(0, 255, 3)
    noise = random.normal(0, random.uniform(0, 6), (height, width, 1))
    return _pixels(one + (other - one) * along + noise)


def _pattern(width: int, height: int, random: np.random.Generator) -> Picture:
    """Stripes, checks, dots or grain over the whole picture, turned by any angle."""
    angle = random.uniform(0, np.pi)
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    period = random.uniform(5, 80)
    kind = random.integers(4)
    share: Any
    if kind == 0:
        share = (u / period % 1 < random.uniform(0.2, 0.8)).astype(float)
    elif kind == 1:
        share = ((u / period % 1 < 0.5).astype(float) + (v / period % 1 < 0.5)) / 2
    elif kind == 2:
        share = ((u % period - period / 2) ** 2 + (v % period - period / 2) ** 2) < (
            period * random.uniform(0.15, 0.45)
        ) ** 2
        share = share.astype(float)
    else:
        grain = random.normal(0, 1, (height // 2 + 1, width // 2 + 1))
        grain = cv2.GaussianBlur(grain, (0, 0), random.uniform(0.6, 12))
        share = cv2.resize(grain, (width, height))
        share = (share - share.min()) / max(float(np.ptp(share)), 1e-6)
    one, other = random.uniform(0, 255, 3), random.uniform(0, 255, 3)
    return _pixels(one + (other - one) * share[..., None])


def _stripes(width: int, height: int, random: np.random.Generator) -> Picture:
    return _pattern(width, height, random)


def _cloth_like(width: int, height: int, random: np.random.Generator) -> Picture:
    """A flag, curtain or cushion: a pattern with soft folds inside a bent outline."""
    picture = _gradient(width, height, random)
    pattern = _pattern(width, height, random).astype(np.float32)
    if random.random() < 0.4:
        pattern[:] = random.uniform(0, 255, 3)
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    waves = np.sin(2 * np.pi * (random.uniform(1, 7) * x + random.uniform(-2, 2) * y))
    pattern *= (1 + random.uniform(0.05, 0.35) * waves)[..., None]
    left, right = np.sort(random.uniform(0, 1, 2)) * (0.7, 1.0) + (0.0, 0.15)
    top, bottom = np.sort(random.uniform(0, 1, 2)) * (0.7, 1.0) + (0.0, 0.15)
    bend = random.uniform(0, 0.05)
    inside = (x > left + bend * np.sin(9 * y)) & (x < right + bend * np.sin(7 * y))
    inside &= (y > top + bend * np.sin(8 * x)) & (y < bottom + bend * np.sin(6 * x))
    soft = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 1.0)[..., None]
    return _pixels(soft * pattern + (1 - soft) * picture)


def _blobs(width: int, height: int, random: np.random.Generator) -> Picture:
    """Shaded round things on a plain ground, as mugs, balls and lamps are."""
    picture = _gradient(width, height, random).astype(np.float32)
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    for _ in range(int(random.integers(1, 5))):
        cx, cy = random.uniform(0.1, 0.9) * width, random.uniform(0.1, 0.9) * height
        rx, ry = random.uniform(0.08, 0.4, 2) * (width, height)
        power = random.uniform(1.6, 6)
        distance = np.abs((x - cx) / rx) ** power + np.abs((y - cy) / ry) ** power
        light = 1.1 - 0.6 * np.clip((x - cx) / rx * 0.5 + 0.5, 0, 1)
        soft = np.clip((1 - distance) * 20, 0, 1)[..., None]
        picture = soft * random.uniform(20, 255, 3) * light[..., None] + (1 - soft) * picture
    return _pixels(picture)


def _lines(width: int, height: int, random: np.random.Generator) -> Picture:
    """A line drawing: curves of one ink on paper."""
    paper, ink = _paper(random)
    picture = np.full((height, width, 3), paper, np.uint8)
    for _ in range(int(random.integers(4, 40))):
        steps = random.normal(0, 1, (int(random.integers(4, 30)), 2)).cumsum(axis=0).cumsum(axis=0)
        steps *= random.uniform(0.1, 0.6) * min(width, height) / max(float(np.abs(steps).max()), 1)
        points = steps + random.uniform(0, 1, 2) * (width, height)
        closed = bool(random.random() < 0.3)
        thick = int(random.integers(1, 5))
        cv2.polylines(picture, [points.astype(np.int32)], closed, ink, thick, cv2.LINE_AA)
    return picture


def _limbs(width: int, height: int, random: np.random.Generator) -> Picture:
    """Long dark or skin-coloured shapes side by side: legs of animals, bottles, fingers."""
    pattern = _pattern(width, height, random)
    picture = _pixels(cv2.GaussianBlur(pattern, (0, 0), random.uniform(1, 12)))
    skin = random.random() < 0.4
    tone = np.array([110.0, 150.0, 205.0]) if skin else random.uniform(0, 110, 3)
    colour = np.clip(tone * random.uniform(0.4, 1.2), 0, 255)
    for _ in range(int(random.integers(1, 6))):
        start = random.uniform(0, 1, 2) * (width, height)
        angle = np.pi / 2 + random.normal(0, 0.35)
        length = random.uniform(0.3, 0.9) * height
        middle = start + 0.5 * length * np.array([np.cos(angle), np.sin(angle)])
        end = middle + 0.5 * length * np.array([np.cos(angle), np.sin(angle + random.normal(0, 1))])
        outline = [np.array([start, middle, end]).astype(np.int32)]
        thick = int(random.uniform(0.03, 0.16) * width) + 2
        shade = tuple(float(v) for v in np.clip(colour * random.uniform(0.8, 1.2), 0, 255))
        cv2.polylines(picture, outline, isClosed=False, color=shade, thickness=thick)
    return picture
