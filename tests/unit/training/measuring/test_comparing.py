"""Photos as several models see them: labels, the annotation, and the page with a slider."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("detectron2")

import cv2
import numpy as np
from click.testing import CliRunner
from playwright.sync_api import Page, Playwright

from model.training.cli import main
from model.training.data.datasets import load_coco
from model.training.detecting.detectors import Detections
from model.training.measuring.comparison import Seeing, compare
from model.training.measuring.drawn_garments import colour_of, draw_annotations, draw_garments
from tests.support.chromium import MISSING, find_chromium

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


def found(*boxes: tuple[int, int, int, int]) -> Detections:
    masks = np.zeros((len(boxes), 400, 300), bool)
    for mask, (left, top, right, bottom) in zip(masks, boxes, strict=True):
        mask[top:bottom, left:right] = True
    count = len(boxes)
    return Detections(np.array(boxes, float), np.full(count, 0.9), np.arange(count), masks)


def labels_in(drawn: Any) -> list[tuple[int, int, int, int]]:
    """Return x, y, width and height of the dark plates on a drawn picture."""
    dark = (drawn == (28, 24, 24)).all(axis=2).astype(np.uint8)
    # Letters leave holes in a plate.
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(closed)
    return [tuple(int(v) for v in row[:4]) for row in stats[1:] if row[4] > 200]


def test_each_garment_has_a_label_that_nothing_covers() -> None:
    grey = np.full((400, 300, 3), 128, np.uint8)
    # Three garments one on top of the other, whose labels would lie in one place.
    drawn = draw_garments(grey, found((50, 50, 250, 350), (52, 52, 248, 348), (54, 50, 250, 352)))
    plates = labels_in(drawn)
    assert len(plates) == 3
    tops = sorted((y, y + height) for _, y, _, height in plates)
    assert all(below[0] > above[1] for above, below in pairwise(tops))
    for x, y, width, height in plates:
        assert height >= 13
        # Letters are white on the plate, and all of it is in the picture.
        assert (drawn[y : y + height, x : x + width] > 240).all(axis=2).sum() > 40
        assert x >= 0
        assert x + width <= 300


def test_a_label_at_the_edge_stays_in_the_picture() -> None:
    grey = np.full((400, 300, 3), 128, np.uint8)
    ((x, y, width, height),) = labels_in(draw_garments(grey, found((270, 380, 300, 400))))
    assert x + width <= 300
    assert y + height <= 400


def test_neighbouring_categories_have_colours_far_apart() -> None:
    colours = [np.array(colour_of(number), int) for number in range(13)]
    assert min(np.abs(a - b).sum() for a, b in pairwise(colours)) > 100


def test_what_is_annotated_is_drawn_and_what_does_not_count_is_grey(photos: Path) -> None:
    record = load_coco(photos / "street" / "val.json")[0]
    record["ignored"] = [[[70.0, 170, 118, 170, 118, 178, 70, 178]]]
    drawn = draw_annotations(np.full((180, 120, 3), 225, np.uint8), record)
    assert len(np.unique(drawn[174, 75:115].reshape(-1, 3), axis=0)) == 1
    red, green, blue = (int(v) for v in drawn[174, 90])
    assert red == green == blue < 225
    assert drawn[60, 60].tolist() != [225] * 3


def test_the_annotation_is_the_first_column(graph, photos: Path, tmp_path: Path) -> None:
    folder = tmp_path / "compared"
    result = CliRunner().invoke(
        main,
        [
            "compare", str(graph()), "--data", str(photos), "--dataset", "street_val", "--to",
            str(folder),
        ],
        catch_exceptions=False,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert str(folder / "index.html") in result.output
    assert cv2.imread(str(folder / "v0.png")).shape[1] == 240
    page = (folder / "index.html").read_text()
    assert re.findall(r'<figure data-name="(\w+)"', page) == ["annotation", "segmenter"] * 2


def test_without_photos_it_says_what_to_give(graph, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["compare", str(graph()), "--to", str(tmp_path)])
    assert result.exit_code == 2
    assert "--photo" in result.output


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of two photos of one name under two models, one with an odd name."""
    folder = tmp_path_factory.mktemp("page")
    photos = []
    for sub in ("one", "other"):
        path = folder / sub / "a & b.png"
        path.parent.mkdir()
        cv2.imwrite(str(path), np.full((400, 300, 3), 128, np.uint8))
        photos.append(path)
    models = {
        "<b>half</b>": Seeing(lambda _: found((0, 0, 300, 200)), 0.5),
        "none": Seeing(lambda _: found((0, 0, 1, 1))[[]], 0.5),
    }
    compare(models, photos, folder)
    assert (folder / "a & b-2.png").exists()
    return folder / "index.html"


def test_the_page_loads_nothing_and_escapes_names(page_file: Path) -> None:
    text = page_file.read_text()
    addresses = re.findall(r'(?:src|href)="([^"]{0,30})', text)
    assert len(addresses) == 4
    assert all(address.startswith("data:image/jpeg;base64,") for address in addresses)
    assert "<b>half" not in text
    assert "a &amp; b" in text


@pytest.fixture
def page(page_file: Path, playwright: Playwright) -> Iterator[Page]:
    executable = find_chromium()
    if executable is None:
        pytest.fail(MISSING)
    browser = playwright.chromium.launch(executable_path=executable, chromium_sandbox=False)
    page = browser.new_page(viewport={"width": 900, "height": 700})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text))
    page.goto(page_file.as_uri())
    yield page
    browser.close()
    assert errors == []


@pytest.mark.browser
def test_the_slider_wipes_one_view_over_the_other(page: Page) -> None:
    frame = page.locator(".frame").first

    def colour(share: float) -> Any:
        """Return the colour at a share of the width, in the upper half."""
        data = np.frombuffer(frame.screenshot(), np.uint8)
        picture = cv2.imdecode(data, cv2.IMREAD_COLOR)
        return picture[int(0.4 * picture.shape[0]), int(share * picture.shape[1])].astype(int)

    slider = page.locator("article input").first
    # The view on the left has a tinted upper half, that on the right is grey.
    slider.fill("90")
    assert np.ptp(colour(0.8)) > 20
    slider.fill("10")
    assert np.ptp(colour(0.8)) < 12
    slider.press("End")
    assert np.ptp(colour(0.8)) > 20
    # Dragging on the picture moves the line as well.
    box = frame.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 20)
    page.mouse.up()
    assert float(slider.input_value()) == pytest.approx(20, abs=1)
    page.select_option("#right", index=0)
    assert np.ptp(colour(0.8)) > 20
