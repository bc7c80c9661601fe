"""Changes of a photo that leave its garments where they are."""

from typing import Any

import cv2
import numpy as np

# Height x width x 3, BGR.
Picture = np.ndarray[Any, np.dtype[np.uint8]]


def disturb(picture: Picture, random: np.random.Generator) -> Picture:
    """Change light, colour, sharpness and compression the way real photos differ."""
    values = picture.astype(np.float32)
    gain = random.uniform(0.75, 1.25)
    if random.random() < 0.15:
        gain = random.uniform(0.3, 0.65)  # a dim room, a mirror selfie at night
    values *= gain * random.uniform(0.94, 1.06, size=3).astype(np.float32)
    contrast = random.uniform(0.8, 1.2)
    values += (contrast - 1.0) * (values - float(values.mean()))
    saturation = 0.0 if random.random() < 0.03 else random.uniform(0.7, 1.3)
    grey = values.mean(axis=2, keepdims=True)
    values = grey + saturation * (values - grey)
    changed: Picture = np.clip(values, 0, 255).astype(np.uint8)
    if random.random() < 0.08:
        changed = cv2.GaussianBlur(changed, (0, 0), random.uniform(0.6, 1.6))  # type: ignore[assignment]
    if random.random() < 0.12:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(20, 70))]
        coded = cv2.imencode(".jpg", changed, quality)[1]
        changed = cv2.imdecode(coded, cv2.IMREAD_COLOR)  # type: ignore[assignment]
    return changed
