"""Searches for offers that a test answers itself."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route, expect

Event = dict[str, Any]
Query = dict[str, list[str]]

_SEARCH = re.compile(r"/garments/\d+/offers\?")


def answer_searches(page: Page, answer: Callable[[Query], Sequence[Event]]) -> list[Query]:
    """Answer all searches of a page with the events that ``answer`` makes of their parameters.

    Returns:
        The parameters of each search, in a list that grows.
    """
    queries: list[Query] = []

    def fulfil(route: Route) -> None:
        queries.append(parse_qs(urlsplit(route.request.url).query))
        body = "".join(json.dumps(event) + "\n" for event in answer(queries[-1]))
        route.fulfill(body=body, content_type="application/x-ndjson")

    page.route(_SEARCH, fulfil)
    return queries


def found(offers: Sequence[Event], **done: object) -> list[Event]:
    """Return the events of a search in which the catalogue alone has something.

    Args:
        offers: What it has, in order.
        done: What the last event says besides.
    """
    order = [offer["id"] for offer in offers]
    return [
        {"event": "offers", "provider": "catalog", "offers": list(offers)},
        {"event": "done", "order": order, "left_out": {}, **done},
    ]


def open_first_garment(page: Page, photo_file: Path) -> None:
    """Show a photo to the page, choose its first garment, and wait until the search is over."""
    page.set_input_files("#file", photo_file)
    page.locator(".garment-row").first.click()
    expect(page.locator(".skeleton")).to_have_count(0)
