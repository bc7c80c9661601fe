"""Somebody with Chromium who visits any page of the web."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.e2e.chromium import find_chromium, open_chromium
from tests.e2e.display import open_display
from tests.e2e.open_web import running_open_web
from tests.e2e.passer_by import PasserBy
from tests.e2e.street import Street, made, street_photos
from tests.e2e.world import build_extension, what_is_missing
from tests.support.certificates import Authority
from tests.support.server_process import running_server

PAGES = Path(os.environ.get("WTB_ANY_PAGE") or Path(__file__).parent / "any_page")


@contextmanager
def strolling(playwright: Playwright, folder: Path, data_dir: Path | None) -> Iterator[Street]:
    """Start server, web, screen and browser; they are gone when the block is left.

    Args:
        playwright: A running Playwright.
        folder: Empty; state, browser profile and extension go there.
        data_dir: The real photos, or None.
    """
    missing = what_is_missing()
    chromium = find_chromium()
    if missing or chromium is None:
        pytest.fail(missing or "No Chromium", pytrace=False)
    photos = street_photos(data_dir)
    for name in ("state", "profile", "certificates"):
        (folder / name).mkdir()
    # Without this, an extension that is reloaded stays off.
    (folder / "profile" / "Default").mkdir()
    preferences = {"extensions": {"ui": {"developer_mode": True}}}
    (folder / "profile" / "Default" / "Preferences").write_text(json.dumps(preferences))
    pictures = {f"{name}.jpg": photo for name, photo in photos.items()} | made(photos)
    with ExitStack() as stack:
        tls = Authority(folder / "certificates").server_context("blog.example", "*.example")
        web = stack.enter_context(running_open_web(PAGES, pictures, tls))
        settings = {"WTB_FETCH_ALLOW": f"127.0.0.1:{web.picture_port}"}
        if data_dir is None:
            settings["WTB_MIN_SCORE"] = "0.2"
        server = stack.enter_context(running_server(folder / "state", settings, timeout=240))
        extension = build_extension(server.url, folder / "extension")
        display = stack.enter_context(open_display())
        hosts = {"*": web.port}
        browser = stack.enter_context(
            open_chromium(
                playwright, chromium, display, extension, folder / "profile", hosts,
                public=[web.picture_port],
            )
        )  # fmt: skip
        person = PasserBy(browser, display, server.url)
        person.wait_for_menu()
        yield Street(person, web, photos)
