"""The table of pages in docs/extension.md is filled by tests, and by nothing else."""

import re
from pathlib import Path

from docs.pages_table import BROWSERS, PAGE, fill, table_of, with_table

TESTS = Path(__file__).resolve().parents[1] / "e2e"
ROW = ("canvas", "canvas2d", "its garments")


def noted(*, shown: bool, browser: str = "Chromium") -> dict[str, object]:
    return {
        "browser": browser, "picture": ROW[0], "page": ROW[1], "seen": ROW[2], "shown": shown,
    }  # fmt: skip


def test_a_test_fills_the_cell_of_its_browser_and_leaves_the_others() -> None:
    table = fill({}, [noted(shown=True)])
    assert table == {ROW: {"Chromium": "yes", "Firefox": ""}}
    table = fill(table, [noted(shown=False, browser="Firefox")])
    assert table == {ROW: {"Chromium": "yes", "Firefox": "**no**"}}


def test_of_several_tests_of_a_cell_one_that_fails_is_enough() -> None:
    assert fill({}, [noted(shown=True), noted(shown=False)])[ROW]["Chromium"] == "**no**"
    assert fill({}, [noted(shown=False), noted(shown=True)])[ROW]["Chromium"] == "**no**"


def test_what_is_written_is_read_back() -> None:
    page = PAGE.read_text(encoding="utf-8")
    table = fill({}, [noted(shown=True)])
    assert table_of(with_table(page, table)) == table
    assert with_table(page, table_of(page)) == page


def test_every_row_is_that_of_a_test_and_every_test_has_its_row() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted(TESTS.glob("test_*.py")))
    marks = re.findall(r"mark\.shows\(\s*(\".*?),?\s*\)\n", sources, re.DOTALL)
    wanted = {tuple(re.findall(r'"([^"]*)"', mark)) for mark in marks}
    # Tests of several pages name them one by one; most show the same.
    for mark in re.findall(r" shown\(\s*(\".*?),?\s*\)[,\n]", sources, re.DOTALL):
        picture, page, *seen = re.findall(r'"([^"]*)"', mark)
        wanted.add((picture, page.partition(".")[0], *(seen or ["its garments"])))
    table = table_of(PAGE.read_text(encoding="utf-8"))
    assert set(table) == wanted
    for row, cells in table.items():
        assert set(cells) == set(BROWSERS)
        assert "yes" in cells.values(), row
