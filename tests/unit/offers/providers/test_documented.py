"""docs/providers.md knows every provider, and what switches it on."""

import re
from pathlib import Path

import pytest

from server.config import Settings
from server.fetch.fetcher import Fetcher
from server.offers.providers.from_settings import vendor_providers

DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "providers.md"


@pytest.fixture
def document() -> str:
    return DOCUMENT.read_text()


def test_every_provider_is_in_the_tables(settings: Settings, document: str) -> None:
    rows = re.findall(r"^\| `([a-z0-9_-]+)` \|", document, re.MULTILINE)
    names = {state.provider.name for state in vendor_providers(settings, Fetcher(settings))}
    assert set(rows) == names | {"catalog", "links"}


def test_every_switch_is_reported(settings: Settings, document: str) -> None:
    for state in vendor_providers(settings, Fetcher(settings)):
        for name in (state.switch or "").split(", "):
            assert name in document


def test_only_settings_that_exist_are_named(document: str) -> None:
    named = {name.lower() for name in re.findall(r"\bWTB_([A-Z0-9_]+)", document)} - {""}
    assert named <= set(Settings.model_fields)
