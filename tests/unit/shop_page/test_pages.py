"""Whole pages, marked up as the common shop systems do, compared with what they sell."""

import json
from pathlib import Path

import pytest

from server.shop_page.read_page import read_shop_page

PAGES = sorted(Path(__file__).parent.joinpath("pages").glob("*.json"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_page_is_read_as_a_person_would_read_it(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    html = path.with_suffix(".html").read_bytes()
    read = read_shop_page(html, case["url"], content_type=case.get("content_type")).to_json()
    assert {name: read[name] for name in case["expected"]} == case["expected"]


def test_there_are_pages_of_many_kinds() -> None:
    assert len(PAGES) >= 25
    assert all(path.with_suffix(".html").is_file() for path in PAGES)
