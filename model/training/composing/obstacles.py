"""Things on or beside garments that are not garments: cast shadows, bags and long hair.

Few photos of the data set show a hard shadow on a wall, a bag of the coat's own
colour, or hair that separates a shoulder from the rest of a jacket, so a network learns
what belongs to the garment from drawn ones.
"""

from typing import Any

import cv2
import numpy as np

from model.photometry import Picture

# Height x width, 1 where there is something.
Mask = np.ndarray[Any, np.dtype[np.uint8]]
# Black, dark brown, brown and blond, BGR.
_HAIR = np.array(
    [[18.0, 20.0, 24.0], [28.0, 40.0, 62.0], [45.0, 70.0, 110.0], [90.0, 140.0, 185.0]]
)


def cast_shadow(picture: Picture, shape: Mask, random: np.random.Generator) -> None:
    """Darken a sheared copy of `shape` beside it, in place; `shape` itself stays light."""
    rows, columns = np.nonzero(shape)
    if len(rows) == 0:
        return
    height, width = shape.shape
    foot = float(rows.max())
    reach = max(float(np.ptp(columns)), 8.0)
    side = -1.0 if random.random() < 0.5 else 1.0
    stretch = random.uniform(0.8, 1.15)
    lean = side * random.uniform(0.0, 0.5)
    shift = side * reach * random.uniform(0.15, 0.9)
    # About the feet: x' = x + lean * (foot - y) + shift, y' = foot - stretch * (foot - y).
    matrix = np.array([[1.0, -lean, lean * foot + shift], [0.0, stretch, foot * (1 - stretch)]])
    grown = cv2.dilate(shape, np.ones((3, 3), np.uint8))
    moved = cv2.warpAffine(grown, matrix, (width, height), flags=cv2.INTER_NEAREST)
    soft = cv2.GaussianBlur(moved.astype(np.float32), (0, 0), random.uniform(0.5, 3.0))
    soft[shape > 0] = 0.0
    light = 1.0 - soft[..., None] * random.uniform(0.4, 0.85)
    picture[:] = (picture * light).astype(np.uint8)


def hang_bag(picture: Picture, shape: Mask, random: np.random.Generator) -> Mask:
    """Draw a bag, often with a strap, at the edge of `shape`; return what it covers."""
    height, width = shape.shape
    covered: Mask = np.zeros((height, width), np.uint8)
    rows, columns = np.nonzero(shape)
    if len(rows) == 0:
        return covered
    tall, wide = float(np.ptp(rows)), float(np.ptp(columns))
    at = random.integers(len(rows))
    size = max(6.0, random.uniform(0.12, 0.4) * min(max(tall, wide), 1.6 * max(wide, 8.0)))
    edge = columns.min() if random.random() < 0.5 else columns.max()
    x = float(edge if random.random() < 0.6 else columns[at])
    y = float(rows[at])
    half = (size * random.uniform(0.35, 0.6), size * random.uniform(0.25, 0.6))
    corners = _rounded(half, random.uniform(2.0, 6.0)) @ _turn(random.normal(0, 12)).T + (x, y)
    cv2.fillPoly(covered, [np.round(corners).astype(np.int32)], (1,))
    if random.random() < 0.6:
        top = (int(x + random.normal(0, 0.3 * size)), int(y - random.uniform(0.8, 2.5) * size))
        thick = max(1, round(size * random.uniform(0.03, 0.1)))
        for end in (x - half[0] * 0.7, x + half[0] * 0.7):
            cv2.line(covered, (int(end), int(y - half[1] * 0.8)), top, (1,), thick)
    colour = _leather(picture, rows, columns, random)
    fall = np.linspace(random.uniform(0.7, 1.3), random.uniform(0.7, 1.3), width)[None, :, None]
    grain = random.normal(0, random.uniform(1, 9), (height, width, 1))
    drawn = np.clip(colour * fall + grain, 0, 255)
    soft = cv2.GaussianBlur(covered.astype(np.float32), (0, 0), 0.6)[..., None]
    picture[:] = (soft * drawn + (1 - soft) * picture).astype(np.uint8)
    return covered


def fall_hair(picture: Picture, shape: Mask, random: np.random.Generator) -> Mask:
    """Draw hair over the shoulders of the person in `shape`, in place; return the mask it covers.

    All sizes are shares of the shoulders' width, since legs may or may not be in view.
    """
    height, width = shape.shape
    covered: Mask = np.zeros((height, width), np.uint8)
    rows, columns = np.nonzero(shape)
    if len(rows) == 0:
        return covered
    top = float(rows.min())
    near_top = columns[rows <= top + 0.12 * max(float(np.ptp(rows)), 4.0)]
    shoulders = max(float(np.ptp(near_top)), 6.0)
    centre, parting = float(np.median(near_top)), shoulders * random.uniform(0.08, 0.22)
    length = shoulders * random.uniform(0.3, 1.3)
    base = _HAIR[random.integers(len(_HAIR))] * random.uniform(0.6, 1.4)
    thick = max(1, round(shoulders * random.uniform(0.006, 0.02)))
    drawn = picture.copy()
    down = np.linspace(0.0, 1.0, 8)
    for side in (-1.0, 1.0):
        if random.random() < 0.25:
            continue  # behind the shoulder
        wave, turns = shoulders * random.uniform(0.0, 0.05), random.uniform(1.0, 3.0)
        spread = shoulders * random.uniform(0.05, 0.14)
        for _ in range(int(random.uniform(40, 110))):
            start = centre + side * (parting + abs(random.normal(0, spread)))
            drift = shoulders * random.normal(0.03, 0.06)
            x = start + side * drift * down + wave * np.sin(2 * np.pi * turns * down)
            y = top + length * (random.uniform(0.6, 1.0) * (down + 0.3) - 0.3)
            strand = [np.round(np.stack([x, y], axis=1)).astype(np.int32)]
            cv2.polylines(covered, strand, isClosed=False, color=(1,), thickness=thick)
            shade = np.clip(base * random.uniform(0.7, 1.3), 0, 255)
            cv2.polylines(drawn, strand, isClosed=False, color=shade.tolist(), thickness=thick)
    soft = cv2.GaussianBlur(covered.astype(np.float32), (0, 0), 0.6)[..., None]
    picture[:] = (soft * drawn + (1 - soft) * picture).astype(np.uint8)
    return covered


def _leather(picture: Picture, rows: Any, columns: Any, random: np.random.Generator) -> Any:
    """Choose a colour: dark, any, or that of the garment itself, a little off."""
    chance = random.random()
    if chance < 0.35:
        return random.uniform(5, 60) * random.uniform(0.8, 1.2, size=3)
    if chance < 0.6:
        at = random.integers(len(rows))
        return picture[rows[at], columns[at]] * random.uniform(0.7, 1.3) + random.normal(0, 8, 3)
    if chance < 0.8:  # browns, BGR
        return np.array([45.0, 75.0, 120.0]) * random.uniform(0.5, 1.6)
    return random.uniform(0, 255, size=3)


def _rounded(half: tuple[float, float], power: float) -> Any:
    """Return the outline of a superellipse: 2 is an ellipse, more is closer to a box."""
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    across, down = np.cos(angle), np.sin(angle)
    return np.stack(
        [
            half[0] * np.sign(across) * np.abs(across) ** (2 / power),
            half[1] * np.sign(down) * np.abs(down) ** (2 / power),
        ],
        axis=1,
    )


def _turn(degrees: float) -> Any:
    angle = np.radians(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
