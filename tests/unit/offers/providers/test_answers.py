"""What a vendor gives as its reason is told without what nobody is to read."""

import html
from collections.abc import Callable

import pytest

from server.offers.providers.answers import refusal

KEY = "sk-1<2&3'4-secret"


@pytest.mark.parametrize(
    "written",
    [
        str,
        html.escape,
        lambda key: html.escape(html.escape(key)),
        lambda key: "".join(f"&#{ord(letter)};" for letter in key),
    ],
)
@pytest.mark.parametrize("before", ["The key ", "x " * 90])
def test_a_key_that_the_vendor_repeats_is_not_told(
    written: Callable[[str], str], before: str
) -> None:
    said = str(refusal("Shop", f"{before}{written(KEY)} is not known.", KEY))
    assert "secret" not in said
    assert "sk-1" not in said


def test_a_long_reason_is_cut_and_a_missing_one_is_said_to_be_missing() -> None:
    assert len(str(refusal("Shop", "no " * 500))) < 300
    assert str(refusal("Shop", None)) == "Shop refused the search: no reason given"
