"""A language is one file of words: each file is complete, and no text is anywhere else."""

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from model.palette import SHADES
from model.pattern_names import OTHER, PATTERNS
from server.goods.asked import OF_SLEEVES
from tests.support.script_texts import ATTRIBUTES, shown_english, shown_texts

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
OF_THE_SERVER = ("colour_", "discloses_", "failed_", "no_rates_", "provider_")
SCRIPTS = [
    *UI.glob("*.js"),
    *(path for part in ("background", "content", "options", "popup")
      for path in (EXTENSION / part).glob("*.js")),
    *(PAGES / "static").glob("*.js"),
]  # fmt: skip
HTML = [*(PAGES / "templates").glob("*.html"), *EXTENSION.glob("*/*.html")]
# The product's name, in a title until its words are there; an address that is typed.
ALLOWED = {"Where can I buy this?"}

_ASKED = ("left_", "un")


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
    # Why an offer is not what was asked for in words: of all offers, and of one.
    used |= {f"{before}{each}" for each in used if each.startswith("asked_") for before in _ASKED}
    used |= {f"pattern_{pattern}" for pattern in PATTERNS if pattern != OTHER} | {
        f"sleeves_{x}" for x in OF_SLEEVES
    }
    by_code = re.compile("why_.*|.*_(title|advice)")
    left = {key for key in own(ENGLISH) if key.partition("@")[0] not in used}
    assert {key for key in left if not by_code.fullmatch(key.partition("@")[0])} == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_no_script_shows_a_text_that_is_not_among_the_words(path: Path) -> None:
    assert set(shown_texts(path.read_text(encoding="utf-8"))) - ALLOWED == set()


# What a problem's words put in is the address that was called, or what to report.
@pytest.mark.parametrize(
    "path",
    [path for path in SCRIPTS if path.name != "problems.js"],
    ids=lambda path: str(path.relative_to(REPOSITORY)),
)
def test_no_script_shows_the_servers_english_as_it_is(path: Path) -> None:
    assert shown_english(path.read_text(encoding="utf-8")) == []


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
        'const text = "Loading the picture"; element.textContent = text;',
        'element.insertAdjacentText("beforeend", "Loading");',
        'alert("Loading");',
        'element.ariaValueText = "Loading";',
        'element.setAttribute("aria-roledescription", "Loading");',
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
        'throw new Error("Loading the picture failed.");',
        'if (state === "busy") element.textContent = say("loading");',
        'element.setAttribute("role", "status");',
    ],
)
def test_what_nobody_reads_is_no_text(source: str) -> None:
    assert shown_texts(source) == []


@pytest.mark.parametrize(
    "source",
    [
        'element.title = [element.title, reason].filter(Boolean).join("\\n");',
        'html("p", {}, event.reason);',
        'html("p", { title: provider.discloses }, say("x"));',
        'element.textContent = problem ? say("rates_problem", problem) : say("x");',
        'element.textContent = `${say("x")} ${answer.detail}`;',
        'card.append(failed?.hint ?? "");',
    ],
)
def test_the_servers_english_in_a_script_is_found(source: str) -> None:
    assert len(shown_english(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "element.title = words.failure(failed, title);",
        'html("p", {}, words.discloses(provider));',
        'element.textContent = say("rates_problem", words.noRates(problem));',
        'byId("rates").hidden = !problem;',
    ],
)
def test_what_is_said_in_the_users_language_is_none_of_the_servers_english(source: str) -> None:
    assert shown_english(source) == []
