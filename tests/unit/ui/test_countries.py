import re
from pathlib import Path

from server.goods.currencies import currency_of_country

SCRIPT = Path(__file__).resolve().parents[3] / "ui" / "countries.js"


def test_countries_have_the_same_currencies_in_the_interface_as_on_the_server() -> None:
    pairs = re.findall(r'\b([A-Z]{2}): "([A-Z]{3})"', SCRIPT.read_text(encoding="utf-8"))
    assert len(pairs) > 30
    assert {country: currency_of_country(country) for country, _ in pairs} == dict(pairs)
