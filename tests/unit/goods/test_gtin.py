"""Trade item numbers."""

import pytest

from server.goods.gtin import read_gtin


@pytest.mark.parametrize(
    ("value", "gtin"),
    [
        ("4006381333931", "4006381333931"),
        ("isbn:978-0-306-40615-7", "9780306406157"),
        ("0-306-40615-2", "9780306406157"),
        ("036000291452", "036000291452"),
        (4006381333931, "4006381333931"),
        ("96385074", "96385074"),
        ("4006381333932", None),
        ("0000000000000", None),
        ("123", None),
        ("²²²²²²²²", None),
        (True, None),
        (None, None),
    ],
)
def test_only_a_number_with_a_right_check_digit_is_a_gtin(value: object, gtin: str | None) -> None:
    assert read_gtin(value) == gtin
