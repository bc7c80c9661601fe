"""Queries for made-up garments."""

import numpy as np
from numpy.typing import NDArray

from model.categories import category_by_name
from model.picture import encode_jpeg
from server.goods.safe_text import public_address
from server.offers.offer import GarmentQuery


def unit(*values: float, dimensions: int = 8) -> NDArray[np.float32]:
    """Return a unit vector whose first components are in proportion to ``values``."""
    vector = np.zeros(dimensions, np.float32)
    vector[: len(values)] = values
    return vector / np.linalg.norm(vector)


def garment_query(
    category: str = "long sleeve outwear",
    *,
    image_url: str | None = None,
    vector: NDArray[np.float32] | None = None,
    look_id: str = "a" * 32,
    number: int = 1,
) -> GarmentQuery:
    """Make a query for a navy garment."""
    korean = {"long sleeve outwear": "네이비 긴팔 아우터"}.get(category, "네이비 옷")
    return GarmentQuery(
        look_id=look_id,
        number=number,
        category=category_by_name(category),
        search_text={"en": f"navy {category}", "ko": korean},
        picture_url=public_address(image_url),
        jpeg=encode_jpeg(np.full((64, 64, 3), (20, 30, 70), np.uint8)),
        vector=unit(1) if vector is None else vector,
    )
