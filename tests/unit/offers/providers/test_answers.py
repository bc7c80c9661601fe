"""A vendor's reason is shown without secrets and markup."""

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
def test_a_key_that_the_vendor_repeats_is_not_shown(
    written: Callable[[str], str], before: str
) -> None:
    message = str(refusal("Shop", f"{before}{written(KEY)} is not known.", KEY))
    assert "secret" not in message
    assert "sk-1" not in message


def test_a_long_reason_is_cut_and_a_missing_one_is_reported_as_missing() -> None:
    assert len(str(refusal("Shop", "no " * 500))) < 300
    assert str(refusal("Shop", None)) == "Shop refused the search: no reason given"
