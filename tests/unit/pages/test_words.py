"""Everything that the pages say is there, in the language that is wanted."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

import server.pages
from model.colours import Colour
from model.errors import WhereToBuyError
from server.goods.money import Money
from server.offers.order.choice import PREFERRED
from server.offers.order.ranking import Ranking
from server.pages import language
from server.pages.language import COOKIE, languages, wanted_language, words_of
from tests.support.providers import match_of, top

PAGES = Path(server.pages.__file__).parent
UI = PAGES.parents[1] / "ui"


def test_scripts_and_templates_say_only_what_there_is():
    used = set()
    for path in [*(PAGES / "static").glob("*.js"), *UI.glob("*.js")]:
        source = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'\bsay\("([^"$]+)"', source))
        # Of a choice between two words, both.
        for chosen in re.findall(r"\bsay\(\w[^()]* \? ([^()]*)\)", source):
            used |= set(re.findall(r'"([^"]+)"', chosen))
    for path in (PAGES / "templates").glob("*.html"):
        used |= set(re.findall(r"\bwords\.(\w+)", path.read_text(encoding="utf-8")))
    assert len(used) > 60
    assert used - words_of("en").keys() == set()


def test_every_reason_of_an_offer_has_words_in_every_language():
    offer = top(
        1, "one", cosine=0.99, availability="in_stock", price=Money("1.00", "USD"), partner=True,
        shipping=Money("0.00", "USD"), title="Navy top", colour_likeness=1.0,
    )  # fmt: skip
    navy = (Colour("navy", "#1f2a48", 0.9),)
    ranking = Ranking(opened=lambda _: True, colours=navy)
    offers = ranking.ranked([offer, replace(offer, match=match_of(0.8))])
    reasons = {PREFERRED} | {reason for one in offers for reason in one.why}
    assert {"very similar", "same colour", "you opened this shop before"} <= reasons
    keys = {f"why_{reason.replace(' ', '_')}" for reason in reasons}
    for tag in languages():
        assert keys <= words_of(tag).keys()


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({}, "en"),
        ({"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.8"}, "ko"),
        ({"Accept-Language": "fr-FR,fr;q=0.9"}, "en"),
        ({"Accept-Language": "en-GB,ko;q=0.5"}, "en"),
        ({"Accept-Language": "ja,en;q=0.8"}, "ja"),
        ({"Accept-Language": "es-419,es;q=0.9"}, "es"),
        ({"Accept-Language": "en", "Cookie": f"{COOKIE}=ko"}, "ko"),
        ({"Accept-Language": "ko", "Cookie": f"{COOKIE}=../../etc/passwd"}, "ko"),
    ],
)
def test_the_language_is_what_was_chosen_or_what_the_browser_asks_for(headers, wanted):
    with Flask(__name__).test_request_context(headers=headers):
        assert wanted_language() == wanted


@pytest.fixture
def words_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(language, "_WORDS", tmp_path)
    for cached in (languages, words_of):
        cached.cache_clear()
    yield tmp_path
    for cached in (languages, words_of):
        cached.cache_clear()


def test_a_language_is_there_when_its_file_is(words_folder):
    for tag, name in (("en", "English"), ("fr", "Français")):
        (words_folder / f"{tag}.json").write_text(json.dumps({"language_name": name}))
    assert languages() == {"en": "English", "fr": "Français"}
    with Flask(__name__).test_request_context(headers={"Accept-Language": "fr-CA"}):
        assert wanted_language() == "fr"


def test_without_the_copied_interface_the_server_says_what_to_run(words_folder):
    with pytest.raises(WhereToBuyError) as error:
        languages()
    assert "manifest-builder" in error.value.hint


def test_what_only_the_extension_says_is_in_no_page():
    for tag in languages():
        assert not [key for key in words_of(tag) if key.startswith("options_") or "@" in key]


def test_no_page_carries_script_or_style_of_its_own():
    for path in (PAGES / "templates").glob("*.html"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:|https?://(?!…)", source), path
        for script in re.findall(r"<script[^>]*>", source):
            assert "src=" in script or 'type="application/json"' in script
    for path in [*(PAGES / "static").glob("*.js"), *UI.glob("*.js")]:
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function",
            path.read_text(encoding="utf-8"),
        ), path
