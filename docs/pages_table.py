"""Writes the table in docs/extension.md from what the browser tests noted.

    python -m docs.pages_table

A row is a kind of picture on a page, a column a browser. Rows that no test noted since the folder
`artifacts` was emptied stay as they are, so that running one browser's tests fills one column.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = REPOSITORY / "docs" / "extension.md"
SEEN = REPOSITORY / "artifacts" / "pages_seen"
BROWSERS = ("Chromium", "Firefox")
BEGIN, END = "<!-- filled by the tests -->", "<!-- until here -->"
_HEAD = ("picture", "page", "what a person sees", *BROWSERS)
_WORDS = {True: "yes", False: "**no**"}

# What a person sees in each browser, by picture, page and what has to be seen.
Table = dict[tuple[str, str, str], dict[str, str]]


def table_of(page: str) -> Table:
    """Return the table that a page has."""
    lines = _between(page).strip().splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    return {
        (row[0], row[1].strip("`"), row[2]): dict(zip(BROWSERS, row[3:], strict=True))
        for row in rows
    }


def fill(table: Table, noted: Iterable[Mapping[str, object]]) -> Table:
    """Return the table with what tests noted; of two that are of one cell, both have to show it."""
    found: dict[tuple[str, str, str], dict[str, bool]] = {}
    for row in noted:
        cells = found.setdefault((str(row["picture"]), str(row["page"]), str(row["seen"])), {})
        browser = str(row["browser"])
        cells[browser] = cells.get(browser, True) and row["shown"] is True
    filled = {row: dict(cells) for row, cells in table.items()}
    for row, cells in found.items():
        told = {browser: _WORDS[is_shown] for browser, is_shown in cells.items()}
        filled[row] = {**dict.fromkeys(BROWSERS, ""), **filled.get(row, {}), **told}
    return dict(sorted(filled.items()))


def with_table(page: str, table: Table) -> str:
    """Return a page with another table."""
    rows = [_HEAD, ("---",) * len(_HEAD)]
    rows += [
        (picture, f"`{name}`", seen, *(cells[browser] for browser in BROWSERS))
        for (picture, name, seen), cells in table.items()
    ]
    text = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    before, after = page.split(BEGIN, maxsplit=1)[0], page.split(END)[1]
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"


def _between(page: str) -> str:
    return page.split(BEGIN)[1].split(END, maxsplit=1)[0]


def main() -> int:
    """Fill the table; return the exit status."""
    noted = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(SEEN.glob("*.json"))]
    if not noted:
        print("No test has noted anything: run those in tests/e2e first.", file=sys.stderr)
        return 1
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_table(page, fill(table_of(page), noted)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
