"""Drawn pictures that show no garment: text, screenshots, charts, shapes, textures.

People point the extension at whatever a page shows. A network that has only seen photos
takes a striped background for a skirt; these pictures teach it otherwise. Each picture
follows from its seed alone (and from the fonts of the machine).
"""

import string
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw

from model.photometry import Picture
from model.training.data.drawn_pages import bgr, chart, colour, font, page, paper, screenshot

_SIDES = (240, 560)  # pixels


def draw_nothing(seed: int) -> Picture:
    """Return a drawn picture, height x width x 3 BGR, without any garment."""
    random = np.random.default_rng(seed)
    width, height = (int(v) for v in random.integers(*_SIDES, size=2))
    makers = (
        page,
        screenshot,
        chart,
        _shapes,
        _stripes,
        _cloth_like,
        _blobs,
        _lines,
        _limbs,
        _flag,
    )
    maker = makers[random.integers(len(makers))]
    picture: Picture = maker(width, height, random)
    return picture


def _pixels(values: Any) -> Picture:
    result: Picture = np.clip(values, 0, 255).astype(np.uint8)
    return result


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
            cv2.ellipse(picture, where, axes, turn, 0, 360, colour(random), -1, cv2.LINE_AA)
        else:
            outline = [np.round(corners).astype(np.int32)]
            cv2.fillPoly(picture, outline, colour(random), cv2.LINE_AA)
    if random.random() < 0.3:
        letter = str(random.choice(list(string.ascii_letters + string.digits)))
        image = Image.fromarray(picture[:, :, ::-1])
        size = int(0.8 * min(width, height))
        face = font(random, size)
        ImageDraw.Draw(image).text((width // 5, 0), letter, fill=colour(random), font=face)
        picture = bgr(image)
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
        grain: Any = random.normal(0, 1, (height // 2 + 1, width // 2 + 1))
        grain = cv2.GaussianBlur(grain, (0, 0), random.uniform(0.6, 12))
        share = cv2.resize(grain, (width, height))
        share = (share - share.min()) / max(float(np.ptp(share)), 1e-6)
    one, other = random.uniform(0, 255, 3), random.uniform(0, 255, 3)
    return _pixels(one + (other - one) * share[..., None])


def _stripes(width: int, height: int, random: np.random.Generator) -> Picture:
    return _pattern(width, height, random)


def _cloth_like(width: int, height: int, random: np.random.Generator) -> Picture:
    """Draw a flag, curtain or cushion: a pattern with soft folds inside a bent outline."""
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


def _flag(width: int, height: int, random: np.random.Generator) -> Picture:
    """Draw a flag or banner that hangs in folds from a pole, often cut off by the edge."""
    picture = _gradient(width, height, random)
    x, y = np.meshgrid(np.arange(width) / width, np.arange(height) / height)
    bands = int(random.integers(2, 14))
    bend = random.uniform(0, 0.12) * np.sin(2 * np.pi * random.uniform(0.5, 3) * x)
    along = (y if random.random() < 0.4 else x + 0.4 * y) + bend
    colours = random.uniform(0, 255, (int(random.integers(2, 4)), 3))
    if random.random() < 0.5:
        colours = np.array([[235.0, 235, 235], [50, 40, 190], [120, 50, 40]])[: len(colours)]
    cloth: Any = colours[(along * bands).astype(int) % len(colours)]
    if random.random() < 0.5:
        corner = (x < random.uniform(0.1, 0.6)) & (y < random.uniform(0.2, 0.6))
        cloth[corner] = (120.0, 50.0, 40.0)
        for _ in range(int(random.integers(4, 40))):
            centre = (random.uniform(0, 1, 2) * (0.6 * width, 0.6 * height)).astype(int)
            cv2.drawMarker(cloth, centre.tolist(), (235, 235, 235), cv2.MARKER_STAR, 9, 2)
    folds = np.sin(2 * np.pi * (random.uniform(2, 9) * x + random.uniform(-1, 1) * y))
    cloth *= (0.85 + random.uniform(0.1, 0.3) * folds)[..., None]
    left = random.uniform(-0.4, 0.9)
    right = left + random.uniform(0.1, 0.6)
    edge = 0.03 * np.sin(11 * y + random.uniform(0, 6))
    inside = (x > left + edge) & (x < right + edge) & (y < random.uniform(0.3, 1.3) - 0.3 * x)
    soft = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 1.0)[..., None]
    return _pixels(soft * cloth + (1 - soft) * picture)


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
    """Draw lines: curves of one ink on paper."""
    ground, ink = paper(random)
    picture = np.full((height, width, 3), ground, np.uint8)
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
