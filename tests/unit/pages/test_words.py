"""Both languages say the same things, and everything that pages say is there."""

import re
from pathlib import Path

import pytest
from flask import Flask

import server.pages
from server.pages.language import COOKIE, LANGUAGES, wanted_language, words_of

PAGES = Path(server.pages.__file__).parent


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
