"""Measure how well and how fast shop pages are read, on pages whose offers are known.

    python benchmarks/shop_pages.py FOLDER [--errors]

FOLDER has one of two layouts:

- that of the public product extraction benchmark (scrapinghub/product-extraction-benchmark, MIT):
  ``ground-truth.json`` beside ``html/<id>.html.gz``, the truth being
  ``{id: {"url": ..., "price": ["49.00"], "availability": ["InStock"], "sku": ["A1"]}}`` where any
  of the values is right (a folder ``dataset`` that contains them is found too);
- ``truth.json`` of the same shape beside ``<name>.html`` files; it may also state ``currency``,
  ``title`` and ``picture``: parts of addresses that only the first picture has. An attribute with
  ``["?"]`` is not scored on that page.

Scores are those of the public benchmark: a right value is a true positive, a wrong one a false
positive and, if there is a truth, a false negative. It assumes that a page is in stock unless it
says otherwise, and has no preorder; "availability as read" counts an unknown as not found.
"""

import argparse
import gzip
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from server.shop_page.offer import ShopPage
from server.shop_page.read_page import read_shop_page

STATES = {"in_stock": "InStock", "preorder": "InStock", "out_of_stock": "OutOfStock"}
NOT_SCORED = {"?"}


@dataclass
class Score:
    """Counts of one attribute over the pages."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    errors: list[str] = field(default_factory=list)

    def count(self, page: str, truth: set[str], read: str | None) -> None:
        """Compare one page's value."""
        if truth == NOT_SCORED:
            return
        if read is not None and read in truth:
            self.right += 1
            return
        self.wrong += read is not None
        self.missed += bool(truth)
        if truth or read is not None:
            self.errors.append(f"{page}: {read!r} instead of {sorted(truth) or None}")

    def row(self) -> str:
        """Format F1, precision, recall and the number of pages."""
        precision = self.right / max(1, self.right + self.wrong)
        recall = self.right / max(1, self.right + self.missed)
        f1 = 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)
        return f"{f1:.3f}  {precision:.3f}      {recall:.3f}   {self.right + self.missed}"


def find_pages(folder: Path) -> tuple[dict[str, dict[str, object]], Callable[[str], bytes]]:
    """Return the truth by page, and a function that loads a page's bytes."""
    for root in (folder, folder / "dataset"):
        truth = root / "ground-truth.json"
        if truth.is_file():
            return json.loads(truth.read_text("utf-8")), lambda name, r=root: gzip.decompress(
                (r / "html" / f"{name}.html.gz").read_bytes()
            )
    truth = folder / "truth.json"
    if not truth.is_file():
        sys.exit(f"{folder} has neither ground-truth.json nor truth.json.")
    return json.loads(truth.read_text("utf-8")), lambda name: (folder / f"{name}.html").read_bytes()


def values(truth: dict[str, object], name: str) -> set[str]:
    """Return the right values of an attribute; amounts without trailing zeros."""
    found = truth.get(name) or []
    texts = {" ".join(str(v).split()) for v in (found if isinstance(found, list) else [found])}
    return {number(text) for text in texts} if name == "price" else texts


def part_in(address: str | None, parts: set[str]) -> str | None:
    """Return the part that an address has, else the address."""
    return next((part for part in parts if address and part in address), address)


def number(text: str) -> str:
    """Return an amount in one spelling."""
    try:
        return format(Decimal(text).normalize(), "f")
    except InvalidOperation:
        return text


def main() -> None:
    """Read every page and print the scores."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--errors", action="store_true", help="list what was read wrongly")
    options = parser.parse_args()
    truths, load = find_pages(options.folder)
    names = ["price", "availability", "availability as read", "sku"]
    names += [
        name
        for name in ("currency", "title", "picture")
        if any(name in truth for truth in truths.values())
    ]
    scores = {name: Score() for name in names}
    times: list[float] = []
    read_shop_page(b"<html><body><h1>Warm</h1></body></html>", "http://localhost/up")
    for name, truth in truths.items():
        data = load(name)
        start = time.perf_counter()
        page: ShopPage = read_shop_page(data, str(truth.get("url", "")))
        times.append(1000 * (time.perf_counter() - start))
        state = STATES.get(page.availability or "")
        scores["price"].count(
            name, values(truth, "price"), number(str(page.price)) if page.price else None
        )
        scores["availability"].count(name, values(truth, "availability"), state or "InStock")
        scores["availability as read"].count(name, values(truth, "availability"), state)
        scores["sku"].count(name, values(truth, "sku"), page.sku)
        if "currency" in scores and values(truth, "price"):
            scores["currency"].count(name, values(truth, "currency"), page.currency)
        if "title" in scores:
            scores["title"].count(name, values(truth, "title"), page.title)
        if "picture" in scores:
            parts, first = values(truth, "picture"), next(iter(page.pictures), None)
            scores["picture"].count(name, parts, part_in(first, parts))
    width = max(map(len, scores))
    print(f"{'':{width}}  F1     precision  recall  pages")
    for attribute, score in scores.items():
        print(f"{attribute:{width}}  {score.row()}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"\n{len(times)} pages: median {statistics.median(times):.1f} ms, "
        f"worst {max(times):.1f} ms; peak memory {peak:.0f} MB"
    )
    if options.errors:
        for attribute, score in scores.items():
            print(f"\n{attribute}")
            print("\n".join(f"  {error}" for error in score.errors))


if __name__ == "__main__":
    main()
