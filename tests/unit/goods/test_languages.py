import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from server.goods.languages import FOLDER, LanguageError, language, languages, read_languages


def english() -> dict[str, Any]:
    return json.loads((FOLDER / "en.json").read_text("utf-8"))


def read(folder: Path, data: object) -> None:
    (folder / "en.json").write_text(data if isinstance(data, str) else json.dumps(data))
    read_languages(folder)


def test_english_comes_first_and_stands_in_for_what_is_unknown() -> None:
    assert next(iter(languages())) == "en"
    assert {"en", "es", "ja", "ko"} <= languages().keys()
    assert language("tlh") is languages()["en"]


@pytest.mark.parametrize(
    ("path", "value", "wrong"),
    [
        ("search.colours.navy", None, "colours: missing: navy"),
        ("search.colours.puce", "puce", "colours: unknown: puce"),
        ("search.categories.skirt", None, "categories: missing: skirt"),
        ("search.patterns.floral", None, "patterns: missing: floral"),
        ("search.order", "{colour} {category}", "order: missing: pattern"),
        ("search.buy", "buy", "buy: missing: words"),
        ("search.colours.navy", " navy", "search.colours.navy"),
        ("search.colours.navy", {"f": "navy"}, "navy: lacks the form"),
        ("search.categories.skirt", {"word": "skirt", "form": "f"}, ""),
        ("titles.kinds.shoes", ["boot"], "'shoes' is not a valid Kind"),
        ("titles.colours.puce", ["puce"], "not of the palette: puce"),
        ("titles.colours.navy", ["very dark blue"], "more than two words: very dark blue"),
        ("titles.kind", [], "titles.kind"),
        ("departments.shops", [], "departments.shops"),
        ("prices.besides", [], "prices.besides"),
    ],
)
def test_a_file_that_is_wrong_is_named_with_what_is_wrong(
    tmp_path: Path, path: str, value: Any, wrong: str
) -> None:
    data = english()
    holder = data
    *way, last = path.split(".")
    for key in way:
        holder = holder[key]
    if value is None:
        del holder[last]
    else:
        holder[last] = value
    if not wrong:
        read(tmp_path, data)
        return
    with pytest.raises(LanguageError, match=r"en\.json") as error:
        read(tmp_path, data)
    assert wrong in str(error.value)


@pytest.mark.parametrize("text", ["", "[]", "{", "7"])
def test_what_is_no_such_file_at_all_is_named_too(tmp_path: Path, text: str) -> None:
    with pytest.raises(LanguageError, match=r"en\.json"):
        read(tmp_path, text)


def test_the_files_are_not_read_before_they_are_needed() -> None:
    code = (
        "from server.goods import kinds, languages, search_text\n"
        "assert languages.languages.cache_info().currsize == 0\n"
        "kinds.kinds_of_title('Tee')\n"
        "assert languages.languages.cache_info().currsize == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_files_are_installed_with_the_server() -> None:
    root = Path(__file__).resolve().parents[3]
    assert '"goods/words/*.json"' in (root / "pyproject.toml").read_text("utf-8")
