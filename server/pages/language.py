"""The language that a page is in, and its words: a language is one file of ``ui/words``."""

import json
import re
from functools import cache
from pathlib import Path

from flask import request

from model.errors import WhereToBuyError

COOKIE = "where-to-buy-language"
# Where nothing else is asked for.
DEFAULT = "en"
# Keys of what only the extension says.
_OF_THE_EXTENSION = re.compile("(options|popup)_.*|.*@extension")
_WORDS = Path(__file__).parent / "static" / "ui" / "words"


@cache
def languages() -> dict[str, str]:
    """Return what each language calls itself, by its tag.

    Raises:
        WhereToBuyError: The interface was never copied to where the pages load it from.
    """
    tags = sorted(path.stem for path in _WORDS.glob("*.json"))
    if DEFAULT not in tags:
        raise WhereToBuyError(
            "The interface's files are missing.", hint="Run `python manifest-builder`."
        )
    return {tag: words_of(tag)["language_name"] for tag in tags}


def wanted_language() -> str:
    """Return the language chosen on the page, or the best one that the browser asks for."""
    known = languages()
    chosen = request.cookies.get(COOKIE)
    if chosen in known:
        return chosen
    # Not `best_match`: to it, "en-GB, ko;q=0.5" asks for Korean rather than for English.
    asked = (tag.lower().partition("-")[0] for tag, weight in request.accept_languages if weight)
    return next((language for language in asked if language in known), DEFAULT)


@cache
def words_of(language: str) -> dict[str, str]:
    """Return the pages' words of a language by key; ``$1`` is a placeholder."""
    words: dict[str, str] = json.loads((_WORDS / f"{language}.json").read_text(encoding="utf-8"))
    return {key: text for key, text in words.items() if not _OF_THE_EXTENSION.fullmatch(key)}
