"""The picture of the palette in the documentation shows the palette in force."""

import runpy
from pathlib import Path
from xml.etree import ElementTree

from model.palette import SHADES
from server.goods.languages import language

ROOT = Path(__file__).resolve().parents[3]
PICTURE = ROOT / "docs/images/palette.svg"


def test_the_picture_is_up_to_date() -> None:
    drawn = runpy.run_path(str(ROOT / "benchmarks/palette_picture.py"))["palette_picture"]()
    again = "run python benchmarks/palette_picture.py"
    assert PICTURE.read_text(encoding="utf-8") == drawn, again


def test_every_name_is_there_with_its_shades_in_both_languages() -> None:
    svg = ElementTree.fromstring(PICTURE.read_text(encoding="utf-8"))
    texts = {text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")}
    fills = {rect.get("fill") for rect in svg.iter("{http://www.w3.org/2000/svg}rect")}
    assert texts >= set(SHADES) | set(language("ko").search.colours.values())
    assert fills >= {shade for shades in SHADES.values() for shade in shades}
