"""Compose a training picture of one or more photos, seen near, far or cut off.

Street photos show one person, whole and in good light. People ask about
pictures of several people, of half a body, of someone small in the frame. A
collage makes the latter from the former: each photo is put into a cell of the canvas
by one affine map (zoom, shift, turn, mirror) that also moves its outlines.
"""

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from model.categories import GARMENTS
from model.photometry import Picture, disturb
from model.training.composing.obstacles import cast_shadow, fall_hair, hang_bag
from model.training.data.datasets import Record
from model.training.network.ignoring import IGNORED

# x0, y0, x1, y1 in pixels.
Box = tuple[float, float, float, float]
Mask = np.ndarray[Any, np.dtype[np.uint8]]
Points = np.ndarray[Any, np.dtype[np.float64]]

# A garment with a smaller visible share is ignored instead of expected.
_LEAST_SHARE = 0.12
_LEAST_PIXELS = 120


@dataclass
class Region:
    """A garment (category from 0) or an ignored place on the canvas."""

    category: int
    mask: Mask
    area: float  # in pixels, before anything was cut off or covered
    rough: bool = False  # the mask is a guess: good for a box, not to learn masks from


class Canvas:
    """A picture that photos are put into, with the regions that they bring along."""

    def __init__(self, height: int, width: int, random: np.random.Generator) -> None:
        self.random = random
        shade = int(random.choice([0, 127, 255])) if random.random() < 0.7 else 200
        self.picture: Picture = np.full((height, width, 3), shade, np.uint8)
        self.regions: list[Region] = []

    def put(self, record: Record, cell: Box, focus: Box, partial: bool, cover: bool) -> None:
        """Show `focus` of the record's photo in `cell`.

        `partial`: only what lies inside `focus` and is labelled is known; everything
        around it is ignored. `cover`: the focus fills the cell and may be cut off.
        """
        x0, y0, x1, y1 = (round(v) for v in cell)
        matrix = self._placement(focus, x1 - x0, y1 - y0, cover)
        edge = cv2.BORDER_REPLICATE if self.random.random() < 0.3 else cv2.BORDER_CONSTANT
        grey = int(self.random.choice([0, 127, 245]))
        patch = _warped(record["file_name"], matrix, (x1 - x0, y1 - y0), edge, (grey, grey, grey))
        self._cover(np.s_[y0:y1, x0:x1], None)
        self.picture[y0:y1, x0:x1] = disturb(patch, self.random)
        scale = abs(float(np.linalg.det(matrix[:, :2])))
        for annotation in record["annotations"]:
            self._add_garment(annotation, matrix, (x0, y0, x1, y1), scale)
        for polygons in record["ignored"]:
            outlines = [np.reshape(p, (-1, 2)) for p in polygons]
            self._add(IGNORED, outlines, matrix, (x0, y0, x1, y1), scale)
        if partial:
            bx, by, bw, bh = record["annotations"][0]["bbox"]
            height, width = record["height"], record["width"]
            for strip in (
                (0, 0, width, by),
                (0, by + bh, width, height),
                (0, by, bx, by + bh),
                (bx + bw, by, width, by + bh),
            ):
                self._add(IGNORED, [_corners(strip)], matrix, (x0, y0, x1, y1), scale)

    def obstruct(
        self, cell: Box, *, shadow: bool = False, hair: bool = False, bag: bool = False
    ) -> None:
        """Add obstacles to the clothes in `cell`: a cast shadow, hair, a bag."""
        x0, y0, x1, y1 = (round(v) for v in cell)
        place = np.s_[y0:y1, x0:x1]
        clothes = [
            r.mask[place]
            for r in self.regions
            if r.category != IGNORED and r.category < len(GARMENTS)
        ]
        if not clothes:
            return
        shape = np.max(clothes, axis=0)
        if shadow:
            cast_shadow(self.picture[place], shape, self.random)
        if hair:
            self._cover(place, fall_hair(self.picture[place], shape, self.random))
        if bag:
            self._cover(place, hang_bag(self.picture[place], shape, self.random))

    def paste(self, record: Record, centre: tuple[float, float], size: float) -> None:
        """Paste the record's garments, cut out, over what is there already.

        `size` is the longer side of the garments together, in canvas pixels.
        """
        x0, y0, x1, y1 = union_box(record)
        height, width = self.picture.shape[:2]
        mirror = -1.0 if self.random.random() < 0.5 else 1.0
        scale = size / max(x1 - x0, y1 - y0, 1.0)
        matrix = _affine(
            ((x0 + x1) / 2, (y0 + y1) / 2), centre, scale, mirror, self.random.normal(0, 8)
        )
        patch = _warped(record["file_name"], matrix, (width, height))
        patch = disturb(patch, self.random)
        before = len(self.regions)
        for annotation in record["annotations"]:
            self._add_garment(annotation, matrix, (0, 0, width, height), scale**2)
        added = self.regions[before:]
        del self.regions[before:]
        if not added:
            return
        shape = np.max([region.mask for region in added], axis=0)
        self._cover(np.s_[:, :], shape)
        soft = cv2.GaussianBlur(shape.astype(np.float32), (0, 0), 0.8)[..., None]
        self.picture[:] = (soft * patch + (1 - soft) * self.picture).astype(np.uint8)
        self.regions.extend(added)

    def finished(self) -> list[Region]:
        """Return picture and regions to learn from; garments hardly in view become ignored."""
        result = []
        for region in self.regions:
            seen = int(region.mask.sum())
            if seen == 0:
                continue
            hardly = seen < max(_LEAST_PIXELS, _LEAST_SHARE * region.area)
            category = IGNORED if hardly else region.category
            result.append(replace(region, category=category))
        return result

    def _placement(self, focus: Box, width: int, height: int, cover: bool) -> Points:
        random = self.random
        x0, y0, x1, y1 = focus
        across, down = width / max(x1 - x0, 1), height / max(y1 - y0, 1)
        scale = (max(across, down) if cover else min(across, down)) * random.uniform(0.85, 1.12)
        mirror = -1.0 if random.random() < 0.5 else 1.0
        angle = random.uniform(-14, 14) if random.random() < 0.25 else random.normal(0, 1.5)
        centre = (
            width * (0.5 + random.uniform(-0.06, 0.06)),
            height * (0.5 + random.uniform(-0.06, 0.06)),
        )
        return _affine(((x0 + x1) / 2, (y0 + y1) / 2), centre, scale, mirror, angle)

    def _add_garment(
        self,
        annotation: dict[str, Any],
        matrix: Points,
        cell: tuple[int, int, int, int],
        scale: float,
    ) -> None:
        outlines = [np.reshape(p, (-1, 2)) for p in annotation["segmentation"]]
        rough = annotation.get("rough", False)
        self._add(annotation["category_id"], outlines, matrix, cell, scale, rough=rough)

    def _add(
        self,
        category: int,
        outlines: list[Points],
        matrix: Points,
        cell: tuple[int, int, int, int],
        scale: float,
        *,
        rough: bool = False,
    ) -> None:
        x0, y0, x1, y1 = cell
        height, width = self.picture.shape[:2]
        patch = np.zeros((y1 - y0, x1 - x0), np.uint8)
        area = 0.0
        for outline in outlines:
            area += scale * abs(cv2.contourArea(outline.astype(np.float32)))
            moved = outline @ matrix[:, :2].T + matrix[:, 2]
            cv2.fillPoly(patch, [np.round(moved).astype(np.int32)], (1,))
        if not patch.any():
            return
        mask = np.zeros((height, width), np.uint8)
        mask[y0:y1, x0:x1] = patch
        self.regions.append(Region(category, mask, area, rough))

    def _cover(self, place: Any, shape: Mask | None) -> None:
        for region in self.regions:
            region.mask[place] *= 0 if shape is None else 1 - shape


def union_box(record: Record) -> Box:
    """Return the box around all of the record's garments."""
    boxes = np.array([a["bbox"] for a in record["annotations"]], dtype=float).reshape(-1, 4)
    x0, y0 = boxes[:, :2].min(axis=0)
    x1, y1 = (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


def _corners(box: Box) -> Points:
    x0, y0, x1, y1 = box
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=float)


def _warped(
    file_name: str,
    matrix: Points,
    size: tuple[int, int],
    edge: int = cv2.BORDER_CONSTANT,
    shade: tuple[int, int, int] = (0, 0, 0),
) -> Picture:
    """Read a photo and map it into a picture of `size` (width, height).

    Photos that are shrunk by more than half are read at half size, which is faster
    and leaves no jagged edges.
    """
    scale = abs(float(np.linalg.det(matrix[:, :2]))) ** 0.5
    step = 4 if scale < 0.25 else 2 if scale < 0.5 else 1
    flag = {
        1: cv2.IMREAD_COLOR,
        2: cv2.IMREAD_REDUCED_COLOR_2,
        4: cv2.IMREAD_REDUCED_COLOR_4,
    }[step]
    photo = cv2.imread(file_name, flag)
    if photo is None:
        raise FileNotFoundError(file_name)
    matrix = matrix @ np.diag([step, step, 1.0])
    warped: Picture = cv2.warpAffine(photo, matrix, size, borderMode=edge, borderValue=shade)  # type: ignore[assignment]
    return warped


def _affine(
    source: tuple[float, float],
    target: tuple[float, float],
    scale: float,
    mirror: float,
    degrees: float,
) -> Points:
    """Return the 2 x 3 map that takes `source` to `target`, scaled, mirrored, turned."""
    turn = np.deg2rad(degrees)
    cosine, sine = np.cos(turn), np.sin(turn)
    linear = scale * np.array([[cosine, -sine], [sine, cosine]]) @ np.diag([mirror, 1.0])
    shift = np.array(target) - linear @ np.array(source)
    return np.concatenate([linear, shift[:, None]], axis=1)
