"""The page of settings says what server/config.py says."""

from docs.settings_page import PAGE, page
from server.config import Settings


def test_the_page_is_as_fresh_as_the_settings() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "docs/settings.md is stale: make docs"


def test_every_setting_is_on_the_page_once() -> None:
    lines = page().splitlines()
    for name in Settings.model_fields:
        assert sum(line.startswith(f"| `WTB_{name.upper()}` |") for line in lines) == 1, name
