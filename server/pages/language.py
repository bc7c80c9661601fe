"""The language that a page speaks, and its words."""

import json
from functools import cache
from pathlib import Path

from flask import request

# By code, as each calls itself; the first where nothing is asked for.
LANGUAGES = {"en": "English", "ko": "한국어"}
COOKIE = "where-to-buy-language"
_WORDS = Path(__file__).parent / "static" / "words"


def wanted_language() -> str:
    """Give the language that was chosen on the page, else the best that the browser asks for."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    # Not `best_match`: to it, "en-GB, ko;q=0.5" asks for Korean rather than for English.
    asked = (tag.lower().partition("-")[0] for tag, weight in request.accept_languages if weight)
    return next((language for language in asked if language in LANGUAGES), "en")


@cache
def words_of(language: str) -> dict[str, str]:
    """Give the words of a language, by key; ``$1`` stands for what is put in."""
    words: dict[str, str] = json.loads((_WORDS / f"{language}.json").read_text(encoding="utf-8"))
    return words
