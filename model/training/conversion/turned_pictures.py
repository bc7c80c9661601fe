"""Labels of pictures that their EXIF data turn: are they turned too?

Everything that reads pictures here turns them as their EXIF data say. Labels were drawn on the
picture as it is stored or as it is shown, and do not say on which; but where width and height
change places, they often fit only one of the two.
"""

from collections.abc import Callable
from typing import Any

# Where a point of the stored picture of that width and height is shown, for those orientations
# that change width and height (Exif 2.32, tag 0x0112).
_TURNS: dict[int, Callable[[float, float, int, int], tuple[float, float]]] = {
    5: lambda x, y, _w, _h: (y, x),
    6: lambda x, y, _w, h: (h - y, x),
    7: lambda x, y, w, h: (h - y, w - x),
    8: lambda x, y, w, _h: (y, w - x),
}


def turn_with_picture(items: dict[str, Any], orientation: int, width: int, height: int) -> bool:
    """Bring items into the picture as it is shown; return whether it is known how.

    Args:
        items: DeepFashion2's items by name; their coordinates are changed where necessary.
        orientation: The EXIF data's, 2 to 8.
        width: Of the picture as it is stored.
        height: Of the picture as it is stored.
    """
    as_stored = _all_inside(items, width, height)
    as_shown = _all_inside(items, height, width)
    if orientation not in _TURNS or as_stored == as_shown:
        return False
    if as_stored:
        for item in items.values():
            _turn(item, orientation, width, height)
    return True


def _all_inside(items: dict[str, Any], width: int, height: int) -> bool:
    """Return whether all items' boxes lie in a picture of that size, to a pixel."""
    boxes: list[Any] = [i.get("bounding_box") for i in items.values() if isinstance(i, dict)]
    try:
        return bool(boxes) and all(
            -1 <= x <= width + 1 and -1 <= y <= height + 1
            for box in boxes
            for x, y in zip(box[0::2], box[1::2], strict=True)
        )
    except (TypeError, ValueError):
        return False


def _turn(item: Any, orientation: int, width: int, height: int) -> None:
    if not isinstance(item, dict):
        return
    turn = _TURNS[orientation]

    def turned(flat: list[Any], step: int) -> list[Any]:
        result = list(flat)
        for at in range(0, len(flat) - 1, step):
            result[at], result[at + 1] = turn(flat[at], flat[at + 1], width, height)
        return result

    item["bounding_box"] = turned(item["bounding_box"], 2)
    if isinstance(item.get("segmentation"), list):
        item["segmentation"] = [
            turned(polygon, 2) if _is_flat(polygon) else polygon for polygon in item["segmentation"]
        ]
    if _is_flat(item.get("landmarks")):
        item["landmarks"] = turned(item["landmarks"], 3)


def _is_flat(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, int | float) for v in value)
