"""Which countries the settings list, and the currencies that the interface knows of countries."""

import json
import re
from pathlib import Path

import pytest

from server.goods.currencies import CURRENCY_OF_COUNTRY, currency_of_country

REPOSITORY = Path(__file__).resolve().parents[3]
COPIES = [REPOSITORY / "extension" / "ui", REPOSITORY / "server" / "pages" / "static" / "ui"]


@pytest.mark.parametrize("copy", COPIES, ids=["extension", "pages"])
def test_countries_have_the_same_currencies_in_the_interface_as_on_the_server(copy: Path) -> None:
    source = (copy / "currencies.js").read_text(encoding="utf-8")
    [table] = re.findall(r"\((\{.*?\})\);", source, re.DOTALL)
    assert json.loads(table) == CURRENCY_OF_COUNTRY


def test_every_country_that_may_be_chosen_has_a_currency() -> None:
    source = (REPOSITORY / "ui" / "countries.js").read_text(encoding="utf-8")
    codes = re.findall(r'"([A-Z]{2})"', source)
    assert len(codes) > 30
    assert [code for code in codes if currency_of_country(code) is None] == []
    assert codes == sorted(set(codes))


def test_the_table_is_nowhere_in_the_interface_itself() -> None:
    for path in (REPOSITORY / "ui").glob("*.js"):
        assert not re.search(r'\b[A-Z]{2}: "[A-Z]{3}"', path.read_text(encoding="utf-8")), path
