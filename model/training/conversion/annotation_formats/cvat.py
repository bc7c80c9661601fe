"""CVAT's export "CVAT for images 1.1" (https://docs.cvat.ai/docs/other/xml_format).

`<image name width height>` holds `<polygon label points="x,y;x,y">`, `<box label xtl ytl xbr ybr>`
and `<mask label rle left top width height>`, whose `rle` counts pixels of the box row by row,
background first. Shapes with one `group_id` are one object.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, parse

from model.training.conversion.annotation_formats.photo import (
    AnnotatedPhoto,
    AnnotationsError,
    Outline,
    Report,
    Shape,
    outlines_of,
    rectangle,
)

_OUTLINING = ("polygon", "box", "mask")
_OTHERS = ("polyline", "points", "cuboid", "skeleton", "ellipse")


def read_cvat(path: Path, photos: Path | None, report: Report) -> Iterator[AnnotatedPhoto]:
    """Read an `annotations.xml`; names of photos are relative to `photos`.

    Without `photos`, they are looked for in `images` beside the file, where CVAT puts them, and
    beside the file itself.

    Raises:
        AnnotationsError: It is not CVAT's, or of a video.
    """
    try:
        root = parse(path).getroot()
    except (ParseError, DefusedXmlException) as error:
        raise AnnotationsError(
            f"{path} is not XML that can be read: {error}.", hint="Export the task again."
        ) from error
    if root is None or root.tag != "annotations":
        raise AnnotationsError(
            f"{path} is not CVAT's.", hint='In CVAT, export the task as "CVAT for images 1.1".'
        )
    if root.find("track") is not None:
        raise AnnotationsError(
            f"{path} is of a video.", hint='In CVAT, export the task as "CVAT for images 1.1".'
        )
    beside = path.parent / "images"
    folder = photos or (beside if beside.is_dir() else path.parent)
    for image in root.iter("image"):
        photo = AnnotatedPhoto(
            folder / image.attrib["name"],
            int(float(image.attrib["width"])),
            int(float(image.attrib["height"])),
        )
        for element in image:
            if element.tag in _OUTLINING:
                _add(photo, element, report)
            elif element.tag in _OTHERS:
                report(image.attrib["name"], f"a {element.tag} outlines nothing")
        yield photo


def _add(photo: AnnotatedPhoto, element: Any, report: Report) -> None:
    try:
        outlines = _outlines(element)
    except (KeyError, ValueError) as error:
        report(photo.path.name, f"a {element.tag} cannot be read: {error}")
        return
    group = element.get("group_id")
    photo.shapes.append(
        Shape(
            label=element.get("label", ""),
            outlines=outlines,
            rough=element.tag == "box",
            group=group if group and group != "0" else None,
        )
    )


def _outlines(element: Any) -> list[Outline]:
    if element.tag == "box":
        corners = (float(element.attrib[key]) for key in ("xtl", "ytl", "xbr", "ybr"))
        return [rectangle(*corners)]
    if element.tag == "polygon":
        pairs = element.attrib["points"].split(";")
        return [[float(value) for pair in pairs for value in pair.split(",")]]
    left, top, width, height = (
        int(float(element.attrib[key])) for key in ("left", "top", "width", "height")
    )
    counts = [int(count) for count in element.attrib["rle"].split(",")]
    if min(counts) < 0 or sum(counts) != width * height:
        raise ValueError("its rle does not fill its box")
    values = np.arange(len(counts)) % 2
    return outlines_of(np.repeat(values, counts).reshape(height, width), left, top)
