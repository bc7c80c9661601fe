"""Passing over plain tags in bulk gives the same result as going through them one by one."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.shop_page.document import strip as strip_module
from server.shop_page.document.strip import StrippedPage, strip_page

BITS = (
    "<", "</", ">", "/", "=", '"', "'", " ", "a", "div", "script", "svg", "<div ", '<a href="x">',
    "</div>", "<!--", "-->", "<script>", "</script>", "<b c='d'>", "text\n", "<style>", "</style>",
    "<p class=x>", "é", "<INPUT/>", '<x y="<z>">', "<textarea>", "</textarea>", "y" * 397,
)  # fmt: skip
PLAIN = ("<b c='d'>", '<a href="x">', "<INPUT/>", "<p>", "</p>", "text")
PAGES = st.lists(st.sampled_from(PLAIN) | st.sampled_from(BITS), max_size=60).map("".join)


def one_by_one(text: str) -> StrippedPage:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strip_module, "_plain_run", lambda _, position: (position, 0))
        return strip_page(text)


@settings(max_examples=500, deadline=None)
@example("<p><p><p><p><p>", 3, 200)
@example('<x y="<z>"><script>1</script><p><p>text', 3, 200)
@given(
    PAGES,
    st.sampled_from((3, 10, 25_000)),
    st.sampled_from((20, 200, 1_200_000)),
)
def test_runs_of_plain_tags_change_nothing(text: str, most_tags: int, most_markup: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strip_module, "MAX_TAGS", most_tags)
        patch.setattr(strip_module, "MAX_MARKUP", most_markup)
        whole, single = strip_page(text), one_by_one(text)
        assert whole.scripts == single.scripts
        assert whole.markup == single.markup


@given(PAGES)
def test_a_run_of_plain_tags_always_makes_progress(text: str) -> None:
    run = strip_module._PLAIN_TAGS.match(text)
    assert run is None or run.end() > 0


def test_plain_tags_are_passed_over_hundreds_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    plain_run = strip_module._plain_run

    def counted(text: str, position: int) -> tuple[int, int]:
        runs.append(position)
        return plain_run(text, position)

    monkeypatch.setattr(strip_module, "_plain_run", counted)
    page = "<div class='tile'><a href=\"/p/1\">Lamp</a> $5</div>\n" * 5_000
    assert strip_page(page).markup == page
    assert len(runs) < 100


def test_markup_is_limited_before_a_comment_too() -> None:
    text = "x" * (strip_module.MAX_MARKUP + 10) + "<!-- y -->" + "z" * 10
    assert len(strip_page(text).markup) == strip_module.MAX_MARKUP
