"""Draw the palette as docs/images/palette.svg: each name with its shades.

python benchmarks/palette_picture.py
"""

import sys
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from model.palette import SHADES
from server.goods.languages import language

PICTURE = Path(__file__).resolve().parent.parent / "docs/images/palette.svg"
_KOREAN = language("ko").search.colours
_COLUMNS = 5
# Of one name's card, and the gap between two, in pixels.
_WIDTH, _HEIGHT, _GAP = 176, 88, 16
# Height of the shades, in pixels.
_SWATCHES = 40
_STYLE = """
    text { font: 600 14px system-ui, "Noto Sans KR", sans-serif; fill: #1c1c1e }
    .korean { font-weight: 400; font-size: 13px; fill: #5c5c62 }
    .edge { fill: none; stroke: #0003 }
    @media (prefers-color-scheme: dark) {
      text { fill: #f2f2f4 } .korean { fill: #a8a8b0 } .edge { stroke: #fff4 }
    }
"""


def palette_picture() -> str:
    """Return the picture as SVG, legible on light and dark backgrounds."""
    rows = -(-len(SHADES) // _COLUMNS)
    width = _COLUMNS * (_WIDTH + _GAP) - _GAP
    height = rows * (_HEIGHT + _GAP) - _GAP
    cards = "\n".join(_card(index, name) for index, name in enumerate(SHADES))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {width + 2} {height + 2}" \
width="{width + 2}" role="img" aria-labelledby="title">
  <title id="title">{len(SHADES)} names of colours and their shades</title>
  <style>{_STYLE}  </style>
{cards}
</svg>
"""


def _card(index: int, name: str) -> str:
    left = index % _COLUMNS * (_WIDTH + _GAP)
    top = index // _COLUMNS * (_HEIGHT + _GAP)
    shades = SHADES[name]
    each = _WIDTH / len(shades)
    swatches = "".join(
        f'<rect x="{place * each:.2f}" width="{each + 0.5:.2f}" height="{_SWATCHES}" '
        f'fill="{shade}"/>'
        for place, shade in enumerate(shades)
    )
    korean = _KOREAN[name]
    assert isinstance(korean, str)
    return f"""  <g transform="translate({left} {top})">
    <clipPath id="c{index}"><rect width="{_WIDTH}" height="{_SWATCHES}" rx="8"/></clipPath>
    <g clip-path="url(#c{index})">{swatches}</g>
    <rect class="edge" width="{_WIDTH}" height="{_SWATCHES}" rx="8"/>
    <text x="2" y="{_SWATCHES + 19}">{escape(name)}</text>
    <text class="korean" x="2" y="{_SWATCHES + 37}" lang="ko">{escape(korean)}</text>
  </g>"""


if __name__ == "__main__":
    PICTURE.write_text(palette_picture(), encoding="utf-8")
    sys.stdout.write(f"{PICTURE}\n")
