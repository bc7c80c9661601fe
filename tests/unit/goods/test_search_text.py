import json
from pathlib import Path

import pytest

from model.categories import CATEGORIES, category_by_name
from model.colours import Colour
from model.palette import SHADES
from model.pattern_names import OTHER, PATTERNS, SOLID
from server.goods.kinds import kinds_of_title
from server.goods.languages import language, languages, read_languages
from server.goods.search_text import search_text, search_texts

TOP = category_by_name("long sleeve top")
WORDS = [pattern for pattern in PATTERNS if pattern not in {SOLID, OTHER}]


def colours(*names: str) -> list[Colour]:
    return [Colour(name, "#000000", 0.5) for name in names]


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("en", "navy striped long sleeve top"),
        ("ko", "네이비 스트라이프 긴팔 상의"),
        ("ja", "ネイビー ストライプ 長袖 トップス"),
        ("es", "camiseta de manga larga de rayas azul marino"),
        ("de", "Langarmshirt gestreift dunkelblau"),
        ("fr", "t-shirt manches longues à rayures bleu marine"),
        ("it", "maglia a maniche lunghe a righe blu navy"),
        ("pt", "camiseta de manga comprida listrada azul marinho"),
    ],
)
def test_each_language_has_its_own_words_in_its_own_order(tag: str, text: str) -> None:
    assert search_texts(colours("navy"), TOP, "striped")[tag] == text


def test_adjectives_agree_with_their_noun_where_the_language_wants_that() -> None:
    spanish = language("es")
    searched = {
        name: search_text(spanish, colours("white"), category_by_name(name))
        for name in ("skirt", "trousers")
    }
    assert searched == {"skirt": "falda blanca", "trousers": "pantalón blanco"}
    assert search_texts(colours("black"), category_by_name("shorts"))["it"] == "pantaloncini neri"


def test_only_the_largest_colour_is_typed_and_only_what_is_known() -> None:
    assert search_text(language("en"), (), TOP) == "long sleeve top"
    assert search_text(language("en"), colours("red", "navy"), TOP) == "red long sleeve top"
    assert search_text(language("en"), colours("puce"), TOP) == "long sleeve top"


@pytest.mark.parametrize("pattern", [None, SOLID, OTHER])
def test_plain_cloth_is_not_typed(pattern: str | None) -> None:
    assert search_text(language("en"), colours("navy"), TOP, pattern) == "navy long sleeve top"


@pytest.mark.parametrize("tag", languages())
def test_every_category_colour_and_pattern_has_words_of_the_language(tag: str) -> None:
    foreign = {text for other in languages().values() if other.tag != tag for text in every(other)}
    texts = every(languages()[tag])
    assert len(texts) > 1000
    assert not texts & foreign
    if tag in {"ja", "ko"}:
        assert not any("a" <= char.lower() <= "z" for text in texts for char in text)


def every(known) -> set[str]:
    return {
        search_text(known, colours(colour), category, pattern)
        for category in CATEGORIES
        for colour in SHADES
        for pattern in WORDS
    }


@pytest.mark.parametrize("tag", languages())
def test_what_is_typed_names_the_kind_that_is_looked_for(tag: str) -> None:
    for category in CATEGORIES:
        text = search_text(language(tag), colours("navy"), category)
        if text.startswith("Rock "):
            continue  # the German skirt: in titles that word is mostly about music
        kinds = kinds_of_title(text)
        assert kinds is not None, category.name
        assert category.kind in kinds, category.name


def test_a_language_is_added_by_adding_a_file(tmp_path: Path) -> None:
    made_up = {
        "search": {
            "order": "{category} {colour} {pattern}",
            "categories": {category.name: f"zu{category.id}" for category in CATEGORIES},
            "colours": {name: f"mi{place}" for place, name in enumerate(SHADES)},
            "patterns": dict.fromkeys(WORDS, "ko"),
            "buy": "{words} pu",
            "whole_picture": "tota",
        },
        "titles": {"kinds": {"dress": ["zuzu"], "no garment": ["papa"]}, "colours": {}},
    }
    (tmp_path / "xx.json").write_text(json.dumps(made_up))
    known = read_languages(tmp_path)
    assert search_texts(colours("black"), TOP, "striped", known.values()) == {"xx": "zu2 mi0 ko"}
