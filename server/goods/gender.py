"""Whom a thing is made for, in the words of feeds and markup."""

from typing import Final, Literal

Gender = Literal["female", "male", "unisex"]

_LONGEST: Final = 60
# Google's values (https://support.google.com/merchants/answer/6324479), those of
# https://schema.org/GenderType, and what shops write instead.
_WORDS: Final[dict[str, Gender]] = {
    **dict.fromkeys(("female", "women", "woman", "womens", "ladies", "girl", "girls", "f"),
                    "female"),
    **dict.fromkeys(("male", "men", "man", "mens", "boy", "boys", "m"), "male"),
    **dict.fromkeys(("unisex", "all", "neutral", "genderneutral"), "unisex"),
}  # fmt: skip


def read_gender(value: object) -> Gender | None:
    """Read a word of a closed vocabulary, also as an address of schema.org; None for any other."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    name = value.strip().rstrip("/").rpartition("/")[2]
    return _WORDS.get("".join(c for c in name.casefold() if c.isalnum()))


def suiting(gender: Gender | None) -> frozenset[Gender | None]:
    """Return whom things are made for that suit somebody; empty for any.

    What is for everybody suits, and so does what does not say.
    """
    return frozenset({gender, "unisex", None}) if gender else frozenset()
