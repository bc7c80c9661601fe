"""Global trade item numbers: GTIN-8, -12, -13, -14 (EAN, UPC), and ISBN as GTIN-13."""

import re

_NOISE = re.compile(r"[\s\-–]")
_ISBN10 = re.compile(r"\d{9}[\dXx]")


def read_gtin(value: object) -> str | None:
    """Return a number whose length and check digit are right, else None.

    Spaces, hyphens and a prefix such as ``isbn:`` are dropped; an ISBN-10 becomes a GTIN-13.
    Check digits: https://www.gs1.org/services/how-calculate-check-digit-manually.
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**14:
        value = str(value)
    if not isinstance(value, str) or len(value) > 40:
        return None
    text = _NOISE.sub("", value.rpartition(":")[2])
    if _ISBN10.fullmatch(text):
        return _from_isbn10(text)
    if not (text.isascii() and text.isdigit() and len(text) in (8, 12, 13, 14)):
        return None
    if not text.strip("0"):
        return None
    return text if _check_digit(text[:-1]) == text[-1] else None


def _check_digit(body: str) -> str:
    total = sum(int(digit) * (3 if i % 2 == 0 else 1) for i, digit in enumerate(reversed(body)))
    return str(-total % 10)


def _from_isbn10(text: str) -> str | None:
    total = sum((10 if digit in "Xx" else int(digit)) * (10 - i) for i, digit in enumerate(text))
    if total % 11 or not text.strip("0"):
        return None
    body = f"978{text[:9]}"
    return body + _check_digit(body)
