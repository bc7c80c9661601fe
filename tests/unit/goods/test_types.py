"""Words outside the vocabulary are refused before anything runs."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
CODE = """
from server.catalog.sources.product import SourceProduct
from server.catalog.store import StoredProduct
from server.offers.offer import Offer, Seller
from server.shop_page.offer import ShopPage

link = "https://shop.example/"
Seller("1", "p", link, availability="in_stock")
Seller("1", "p", link, availability="instock")
Offer("1", "p", "Tee", link, availability="instock")
Offer("1", "p", "Tee", link, condition="worn")
SourceProduct("1", "Tee", link, None, availability="instock")
SourceProduct("1", "Tee", link, None, condition="worn")
ShopPage(availability="instock")
ShopPage(condition="worn")

def stored(product: StoredProduct) -> None:
    product.availability = "instock"
    product.condition = "worn"
"""
# The vocabulary is our own: reading the libraries' types too takes ten times as long.
OPTIONS = ("--config-file=", "--strict", "--no-site-packages", "--ignore-missing-imports",
           "--follow-imports=silent")  # fmt: skip


def test_mypy_refuses_availability_and_condition_that_are_not_in_the_vocabulary(
    tmp_path: Path,
) -> None:
    path = tmp_path / "example.py"
    path.write_text(CODE)
    command = [sys.executable, "-m", "mypy", *OPTIONS, f"--cache-dir={tmp_path}", str(path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    refused = [line for line in ran.stdout.splitlines() if '"Literal[' in line]
    wrong = [line for line in CODE.splitlines() if '"instock"' in line or '"worn"' in line]
    numbers = [CODE.splitlines().index(line) + 1 for line in wrong]
    assert [int(line.split(":")[1]) for line in refused] == numbers
