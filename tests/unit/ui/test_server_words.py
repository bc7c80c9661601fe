"""What the server says in English and with a code, the interface says in every language."""

import datetime
import inspect
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest

import model
import server
from model.errors import WhereToBuyError
from server.api import problems
from server.offers.errors import ProviderBusyError, ProviderError
from server.offers.rates import NoRates

REPOSITORY = Path(__file__).resolve().parents[3]
UI = REPOSITORY / "ui"
WORDS: dict[str, dict[str, str]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((UI / "words").glob("*.json"))
}
OTHERS = sorted(WORDS.keys() - {"en"})
# Of the command line, of importing a shop, and of pictures, whose places stay empty.
NEVER_SHOWN = {
    "backup-failed", "bad-backup", "bad-shop-list", "bad-signature", "broken-item", "client-gone",
    "export-failed", "history-file", "no-photo", "no-product-picture", "not-offered",
    "output-not-written", "picture-not-kept", "shop-busy", "thumbnail-not-found",
    "thumbnails-busy", "unreadable-feed", "unreadable-page", "unreadable-shop-page",
}  # fmt: skip
# What errors are made of, by the names of the arguments.
GIVEN: dict[str, Any] = {
    "title": "Some shop", "retry_after": 60.0, "reason": "Not today", "status": 403, "limit": 30,
    "left": datetime.timedelta(hours=2), "engines": "google",
    "why": "A file is missing.",
}  # fmt: skip
for package in (model, server):
    for module in walk_packages(package.__path__, f"{package.__name__}."):
        # Training needs its own extra; a migration only runs where Alembic calls it.
        if not module.name.startswith(("model.training", "server.storage.migrations")):
            import_module(module.name)


def below(kind: type[WhereToBuyError]) -> Iterator[type[Any]]:
    for inner in kind.__subclasses__():
        # Tests of training, if they run here, import it; nobody meets it in the interface.
        if not inner.__module__.startswith("model.training"):
            yield inner
            yield from below(inner)


FAILURES = sorted({*below(ProviderError)} - {ProviderBusyError}, key=lambda kind: kind.code)
CODES = sorted(
    {kind.code for kind in below(WhereToBuyError) if not issubclass(kind, ProviderError)}
    | {WhereToBuyError.code}
    | {code for code, _, _ in problems._HTTP.values()}
)


def key(prefix: str, code: str) -> str:
    return prefix + code.replace("-", "_")


@pytest.mark.parametrize("kind", FAILURES, ids=lambda kind: kind.code)
def test_every_way_in_which_a_provider_fails_is_said_in_every_language(kind: type[Any]) -> None:
    wanted = [name for name in inspect.signature(kind).parameters if name != "hint"]
    error = kind(*(GIVEN[name] for name in wanted))
    assert "code" in vars(kind)
    named = ["Some shop", *error.details]
    for part in named:
        assert part in str(error)
    for language in OTHERS:
        text = WORDS[language][key("failed_", kind.code)]
        assert set(re.findall(r"\$(\d)", text)) == {str(n + 1) for n in range(len(named))}


def test_no_provider_fails_with_words_that_have_no_code_of_their_own() -> None:
    bare = re.compile(r"(?:raise|return|=|\() *(?:ProviderError|ProviderBusyError)\(")
    for path in (REPOSITORY / "server").rglob("*.py"):
        assert not bare.search(path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("language", OTHERS)
def test_no_word_is_left_over_for_what_the_server_does_not_say(language: str) -> None:
    said = {key("failed_", kind.code) for kind in FAILURES}
    said |= {key("no_rates_", code) for code in NoRates}
    assert said == {word for word in WORDS[language] if word.startswith(("failed_", "no_rates_"))}


def test_every_problem_that_may_be_shown_has_words() -> None:
    source = (UI / "problems.js").read_text(encoding="utf-8")
    same = dict(re.findall(r'^  "([\w-]+)": "([\w-]+)",$', source, re.MULTILINE))
    assert same.keys() <= {*CODES}
    assert {*CODES} >= NEVER_SHOWN
    for code in {*CODES} - NEVER_SHOWN:
        word = key("", same.get(code, code))
        for words in WORDS.values():
            assert {f"{word}_title", f"{word}_advice"} <= words.keys(), code
