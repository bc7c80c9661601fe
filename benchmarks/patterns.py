"""The words for the garments in some photos, on one picture for inspection.

    python -m benchmarks.patterns FOLDER SHEET [--photos 30]

FOLDER holds photos; every n-th is segmented with the weights that ship, and each garment is
shown on SHEET (a JPEG) with its search text and its pattern. The time for naming the pattern
of one garment is printed: processor time on one thread, the median.

`python -m model.training.patterns` measures how often the words are right.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

from benchmarks.contact_sheet import write_sheet
from model.crops import cut_out
from model.keywords import describe
from model.patterns import Patterns
from model.picture import decode_picture
from model.segmenter import Segmenter
from server.goods.languages import language
from server.goods.search_text import search_text


def main() -> None:
    """Segment, name, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("sheet", type=Path)
    parser.add_argument("--photos", type=int, default=30)
    arguments = parser.parse_args()
    found = sorted(path for path in arguments.folder.iterdir() if path.suffix.lower() == ".jpg")
    step = max(1, len(found) // arguments.photos)
    segmenter, patterns = Segmenter(), Patterns()
    tiles, milliseconds = [], []
    for path in found[::step][: arguments.photos]:
        picture = decode_picture(path.read_bytes())
        for garment in segmenter.segment(picture):
            crop = cut_out(picture, garment.mask, garment.box)
            began = time.thread_time()
            pattern = patterns.name(crop)
            milliseconds.append((time.thread_time() - began) * 1000)
            words = describe(crop, garment.category, pattern)
            text = search_text(language("en"), words.colours, garment.category, pattern)
            tiles.append((crop, [text, f"{path.stem}: {pattern or 'unsure'}"]))
    write_sheet(arguments.sheet, tiles)
    sys.stdout.write(
        f"{len(tiles)} garments in {arguments.photos} photos, "
        f"{statistics.median(milliseconds):.1f} ms for a garment's pattern\n"
    )


if __name__ == "__main__":
    main()
