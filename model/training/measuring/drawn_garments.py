"""Garments drawn over a photo, with labels that can be read."""

import colorsys
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from model.categories import CATEGORIES
from model.photometry import Picture
from model.training.data.datasets import Record
from model.training.detecting.detectors import Detections
from model.training.measuring.evaluation import draw, truth_masks

_TINT = 0.4
_GREY = (150, 150, 150)
_DARK, _LIGHT = (24, 24, 28), (255, 255, 255)

# Left, top, right, bottom.
_Rectangle = tuple[int, int, int, int]
_Colour = tuple[int, ...]


def colour_of(category: int) -> _Colour:
    """Return a category's colour in BGR: the same in every column, neighbours far apart."""
    hue = (category * 0.381966) % 1  # the golden angle
    red, green, blue = colorsys.hsv_to_rgb(hue, 0.75, 1.0)
    return tuple(round(255 * value) for value in (blue, green, red))


def draw_garments(picture: Picture, found: Detections) -> Picture:
    """Return a copy with each find tinted, outlined and named with its score."""
    labels = [
        f"{CATEGORIES[int(category)].name} {score:.0%}"
        for category, score in zip(found.categories, found.scores, strict=True)
    ]
    return _drawn(picture, found, labels)


def draw_annotations(picture: Picture, record: Record) -> Picture:
    """Return a copy with what is annotated; regions that do not count are grey."""
    masks = truth_masks(record)
    boxes = [(x, y, x + w, y + h) for x, y, w, h in (a["bbox"] for a in record["annotations"])]
    categories = np.array([a["category_id"] for a in record["annotations"]], int)
    found = Detections(np.array(boxes).reshape(-1, 4), np.ones(len(boxes)), categories, masks)
    under: Any = picture.copy()
    for polygons in record["ignored"]:
        mask = draw(polygons, record["height"], record["width"])
        _tint(under, mask, _GREY, max(1, max(picture.shape) // 400))
    return _drawn(under, found, [CATEGORIES[int(category)].name for category in categories])


def titled(picture: Picture, title: str) -> Picture:
    """Return a picture with a title above it, in letters that fit its size."""
    font = ImageFont.load_default(_letters(picture))
    left, top, right, bottom = font.getbbox(title)
    # A long title over a narrow picture is set smaller.
    fits = min(1.0, (picture.shape[1] - 8) / max(right - left, 1))
    font = ImageFont.load_default(max(8, int(_letters(picture) * fits)))
    left, top, right, bottom = font.getbbox(title)
    strip = Image.new("RGB", (picture.shape[1], int(bottom - top) + 12), _LIGHT)
    ImageDraw.Draw(strip).text((4 - left, 6 - top), title, font=font, fill=_DARK)
    whole: Picture = np.vstack([np.asarray(strip)[:, :, ::-1], picture]).astype(np.uint8)
    return whole


def _letters(picture: Picture) -> int:
    """Return the height of letters in pixels."""
    longer: int = max(picture.shape[:2])
    return max(13, round(longer / 48))


def _drawn(picture: Picture, found: Detections, labels: Sequence[str]) -> Picture:
    drawn: Any = picture.copy()
    line = max(1, max(picture.shape) // 400)
    for index in range(len(found)):
        _tint(drawn, found.masks[index], colour_of(int(found.categories[index])), line)
    image = Image.fromarray(drawn[:, :, ::-1])
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(_letters(picture))
    pad = max(2, _letters(picture) // 4)
    # One height for all, whether a word has letters below the line or not.
    _, top, _, bottom = pen.textbbox((0, 0), "dp%", font=font)
    taken: list[_Rectangle] = []
    for index, text in enumerate(labels):
        left, _, right, _ = pen.textbbox((0, 0), text, font=font)
        size = int(right - left) + 3 * pad, int(bottom - top) + 2 * pad
        x, y = _spot(found.boxes[index], size, picture.shape[:2], taken)
        place = (x, y, x + size[0], y + size[1])
        taken.append(place)
        pen.rectangle(place, fill=_DARK)
        colour = colour_of(int(found.categories[index]))[::-1]
        pen.rectangle((x, y, x + pad, place[3]), fill=colour)
        pen.text((x + 2 * pad - left, y + pad - top), text, font=font, fill=_LIGHT)
    result: Picture = np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
    return result


def _tint(drawn: Any, mask: Any, colour: _Colour, line: int) -> None:
    drawn[mask] = ((1 - _TINT) * drawn[mask] + _TINT * np.array(colour)).astype(np.uint8)
    outlines, _ = cv2.findContours(
        mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    cv2.drawContours(drawn, outlines, -1, (255, 255, 255), 2 * line + 1, cv2.LINE_AA)
    cv2.drawContours(drawn, outlines, -1, colour, line, cv2.LINE_AA)


def _spot(
    box: Any, label: tuple[int, int], size: tuple[int, ...], taken: Sequence[_Rectangle]
) -> tuple[int, int]:
    """Return the corner of a label on the upper part of its garment and off other labels."""
    wide, high = label
    left = int(np.clip((box[0] + box[2] - wide) / 2, 0, max(0, size[1] - wide - 1)))
    lowest = max(0, size[0] - high - 1)
    first = int(np.clip(box[1] + 0.12 * (box[3] - box[1]), 0, lowest))
    for step in sorted(range(-lowest, lowest + 1, high + 4), key=abs):
        top = first + step
        if 0 <= top <= lowest and not any(
            left < r and other < left + wide and top < b and t < top + high
            for other, t, r, b in taken
        ):
            return left, top
    return left, first
