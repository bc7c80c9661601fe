"""A language is one file of words: each file is complete, and no text is anywhere else."""

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from model.palette import SHADES
from tests.support.script_texts import ATTRIBUTES, shown_texts

REPOSITORY = Path(__file__).resolve().parents[3]
UI = REPOSITORY / "ui"
EXTENSION = REPOSITORY / "extension"
PAGES = REPOSITORY / "server" / "pages"
WORDS: dict[str, dict[str, str]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((UI / "words").glob("*.json"))
}
ENGLISH = WORDS["en"]
OTHERS = sorted(WORDS.keys() - {"en"})
# What the server says in English, and other languages translate.
OF_THE_SERVER = ("colour_", "discloses_", "provider_")
SCRIPTS = [
    *UI.glob("*.js"),
    *(path for part in ("background", "content", "options", "popup")
      for path in (EXTENSION / part).glob("*.js")),
    *(PAGES / "static").glob("*.js"),
]  # fmt: skip
HTML = [*(PAGES / "templates").glob("*.html"), *EXTENSION.glob("*/*.html")]
# The product's name, in a title until its words are there; an address that is typed.
ALLOWED = {"Where can I buy this?", "chrome://extensions"}


def own(words: dict[str, str]) -> set[str]:
    return {key for key in words if not key.startswith(OF_THE_SERVER)}


def places(text: str) -> list[str]:
    return sorted(re.findall(r"\$\d", text))


@pytest.mark.parametrize("language", WORDS)
def test_every_language_has_every_word_with_the_same_places_to_fill(language: str) -> None:
    words = WORDS[language]
    assert own(words) == own(ENGLISH)
    for key in own(words) - {"country"}:
        assert words[key].strip() == words[key] != ""
        assert places(words[key]) == places(ENGLISH[key]), key
    assert re.fullmatch("([A-Z]{2})?", words["country"])


@pytest.mark.parametrize("language", OTHERS)
def test_other_languages_translate_what_the_server_says_in_english(language: str) -> None:
    words, first = WORDS[language], WORDS[OTHERS[0]]
    assert words.keys() == first.keys()
    assert {key.removeprefix("colour_") for key in words if key.startswith("colour_")} == {
        name.replace(" ", "_") for name in SHADES
    }
    for key in words.keys() - own(words):
        assert words[key].strip()
        assert places(words[key]) == places(first[key]), key


def test_each_language_calls_itself_by_a_name_of_its_own() -> None:
    assert len({words["language_name"] for words in WORDS.values()}) == len(WORDS)


def test_what_one_host_says_instead_is_said_by_the_other_as_well() -> None:
    variants = [key for key in ENGLISH if "@" in key]
    assert variants
    for key in variants:
        plain, _, host = key.partition("@")
        assert host == "extension"
        assert ENGLISH[plain] != ENGLISH[key]


def test_no_word_is_left_over() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in [*SCRIPTS, *HTML])
    builder = (REPOSITORY / "manifest-builder" / "interface.py").read_text(encoding="utf-8")
    used = set(re.findall(r'"(\w+)"', sources + builder))
    used |= set(re.findall(r"\bwords\.(\w+)", sources))
    used |= {f"sort_{sort}" for sort in ("similarity", "price")} | {"country", "language_name"}
    by_code = re.compile("why_.*|.*_(title|advice)")
    left = {key for key in own(ENGLISH) if key.partition("@")[0] not in used}
    assert {key for key in left if not by_code.fullmatch(key.partition("@")[0])} == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_no_script_shows_a_text_that_is_not_among_the_words(path: Path) -> None:
    assert set(shown_texts(path.read_text(encoding="utf-8"))) - ALLOWED == set()


@pytest.mark.parametrize("path", HTML, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_no_template_shows_a_text_that_is_not_among_the_words(path: Path) -> None:
    source = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", path.read_text(encoding="utf-8"))
    page = BeautifulSoup(source, "lxml")
    texts = [text.strip() for text in page.find_all(string=True) if text.parent.name != "script"]
    texts += [tag.get(name, "") for tag in page.find_all(True) for name in ATTRIBUTES]
    shown = {text for text in texts if re.search(r"[^\W\d_]", text)}
    assert {text for text in shown if text not in ("html", "doctype html")} - ALLOWED == set()


@pytest.mark.parametrize(
    "source",
    [
        'html("p", {}, "Loading");',
        'html("p", { class: "status", title: "Loading" });',
        'html("p", { "aria-label": isBusy ? "Loading" : say("done") }, say("x"));',
        'element.textContent = `Loading ${say("x")}`;',
        'element.title = count === "one" ? say("x") : "Loading";',
        'button.setAttribute("aria-label", "Loading");',
        'row.append(html("i"), "Loading");',
        'const pattern = /["]/; list.replaceChildren("Loading");',
        'const name = "로딩 Loading";',
        'row.append(...(isBusy ? ["Loading"] : []));',
    ],
)  # fmt: skip
def test_a_text_in_a_script_is_found(source: str) -> None:
    assert any("Loading" in text for text in shown_texts(source))


@pytest.mark.parametrize(
    "source",
    [
        '// "Loading"',
        'html("p", { class: "status is-busy", role: "status" }, say("loading"), "·");',
        'console.info("Loading");',
        'if (state === "busy") element.textContent = say("loading");',
        'element.setAttribute("role", "status");',
    ],
)
def test_what_nobody_reads_is_no_text(source: str) -> None:
    assert shown_texts(source) == []
