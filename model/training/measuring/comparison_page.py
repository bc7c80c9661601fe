"""A page on which one model's view of a photo is wiped over another's.

It is one file that loads nothing: pictures are in it. Without scripts, all columns are shown
beside each other.
"""

import base64
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

import cv2

from model.photometry import Picture

_QUALITY = 85


@dataclass(frozen=True)
class Column:
    """One view of a photo."""

    name: str
    note: str
    picture: Picture


def write_page(
    photos: Mapping[str, Sequence[Column]], rows: Sequence[Sequence[str]], path: Path
) -> None:
    """Write the page: the views of each photo by its name, and a table of all models."""
    names = dict.fromkeys(column.name for columns in photos.values() for column in columns)
    options = "".join(f"<option>{html.escape(name)}</option>" for name in names)
    table = "".join(
        f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    articles = "\n".join(_article(name, columns) for name, columns in photos.items())
    path.write_text(
        Template(_PAGE.read_text(encoding="utf-8")).substitute(
            options=options, rows=table, photos=articles
        ),
        encoding="utf-8",
    )


_PAGE = Path(__file__).with_name("comparison_page.html")


def _article(name: str, columns: Sequence[Column]) -> str:
    height, width = columns[0].picture.shape[:2]
    figures = "".join(
        f'<figure data-name="{html.escape(column.name)}">'
        f'<img src="{_data_address(column.picture)}" width="{width}" height="{height}" '
        f'alt="{html.escape(f"{name} as {column.name} has it: {column.note}")}">'
        f"<figcaption><b>{html.escape(column.name)}</b> {html.escape(column.note)}</figcaption>"
        "</figure>"
        for column in columns
    )
    return (
        f'<article style="--ratio: {width} / {height}"><h2>{html.escape(name)}</h2>'
        f'<div class="frame">{figures}<span class="edge"></span></div>'
        f'<input type="range" min="0" max="100" value="50" step="0.5" '
        f'aria-label="{html.escape(f"How much of {name} the left view takes")}"></article>'
    )


def _data_address(picture: Picture) -> str:
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not done:
        raise ValueError("a picture cannot be encoded as JPEG")
    return "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode()
