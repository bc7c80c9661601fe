"""Both languages say the same things, and everything that pages say is there."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

import server.pages
from model.colours import Colour
from server.goods.money import Money
from server.offers.order.choice import PREFERRED
from server.offers.order.ranking import Ranking
from server.pages.language import COOKIE, LANGUAGES, wanted_language, words_of
from tests.support.providers import match_of, top

PAGES = Path(server.pages.__file__).parent
CONTENT = PAGES.parents[1] / "extension" / "content"


def test_every_language_has_every_word_with_the_same_places_to_fill():
    english = words_of("en")
    for language in LANGUAGES:
        words = words_of(language)
        assert words.keys() == english.keys()
        for key, text in words.items():
            assert text.strip()
            assert sorted(re.findall(r"\$\d", text)) == sorted(re.findall(r"\$\d", english[key])), (
                key
            )


def test_scripts_and_templates_say_only_what_there_is():
    said = set()
    for path in (PAGES / "static").glob("*.js"):
        source = path.read_text(encoding="utf-8")
        said |= set(re.findall(r'\bsay\("([^"$]+)"', source))
        # Of a choice between two words, both.
        for chosen in re.findall(r"\bsay\(\w[^()]* \? ([^()]*)\)", source):
            said |= set(re.findall(r'"([^"]+)"', chosen))
    for path in (PAGES / "templates").glob("*.html"):
        said |= set(re.findall(r"\bwords\.(\w+)", path.read_text(encoding="utf-8")))
    assert len(said) > 60
    assert said - words_of("en").keys() == set()


def test_every_reason_of_an_offer_has_words_in_both_languages_here_and_in_the_extension():
    offer = top(
        1, "one", cosine=0.99, availability="in_stock", price=Money("1.00", "USD"), partner=True,
        shipping=Money("0.00", "USD"), title="Navy top", colour_likeness=1.0,
    )  # fmt: skip
    navy = (Colour("navy", "#1f2a48", 0.9),)
    ranking = Ranking(opened=lambda _: True, colours=navy)
    offers = ranking.ranked([offer, replace(offer, match=match_of(0.8))])
    reasons = {PREFERRED} | {reason for one in offers for reason in one.why}
    assert {"very similar", "same colour", "you opened this shop before"} <= reasons
    row = (CONTENT / "offer_row.js").read_text("utf-8")
    listed = row.partition("SHOWN_REASONS = new Set([")[2].partition("]")[0]
    shown = set(re.findall(r'"([^"]+)"', listed))
    for language in LANGUAGES:
        assert {f"why {reason}" for reason in reasons} <= words_of(language).keys()
        path = CONTENT.parent / "_locales" / language / "messages.json"
        messages = json.loads(path.read_text("utf-8"))
        for reason in reasons - shown | {"same colour"}:
            assert f"why_{reason.replace(' ', '_')}" in messages


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "en"),
        ({"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.8"}, "ko"),
        ({"Accept-Language": "fr-FR,fr;q=0.9"}, "en"),
        ({"Accept-Language": "en-GB,ko;q=0.5"}, "en"),
        ({"Accept-Language": "en", "Cookie": f"{COOKIE}=ko"}, "ko"),
        ({"Accept-Language": "ko", "Cookie": f"{COOKIE}=../../etc/passwd"}, "ko"),
    ],
)
def test_the_language_is_what_was_chosen_or_what_the_browser_asks_for(headers, language):
    with Flask(__name__).test_request_context(headers=headers):
        assert wanted_language() == language


def test_no_page_carries_script_or_style_of_its_own():
    for path in (PAGES / "templates").glob("*.html"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:|https?://(?!…)", source), path
        for script in re.findall(r"<script[^>]*>", source):
            assert "src=" in script or 'type="application/json"' in script
    for path in (PAGES / "static").glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function",
            path.read_text(encoding="utf-8"),
        ), path
