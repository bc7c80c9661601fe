"""Pruning outwards from the heading leaves the same as pruning the whole tree."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from server.shop_page.document import prune as pruning
from server.shop_page.document.foreign_parts import ForeignParts
from server.shop_page.document.prune import prune

BITS = (
    "<div>", "</div>", "<p>", "</p>", "<b class=price>", "</b>", "<nav>", "</nav>", "text ", " ",
    "<div hidden>", "<i>", "</i>", "<header>", "</header>", "<ul><li>", "</ul>", "<br>",
    "<span></span>", "<span> </span>more ", "<div class=reviews>", "<img src=a>",
    "<div data-sku=A1>", "<h1><i></i></h1>",
)  # fmt: skip
HEADINGS = ("<h1>Lamp</h1>", "<h1><nav>Lamp</nav></h1>", "<h1><i><nav>x</nav></i></h1>", "")


def tree(markup: str) -> tuple[etree._Element, etree._Element | None]:
    root = etree.fromstring(f"<body>{markup}</body>", etree.HTMLParser())
    body = root.find("body")
    assert body is not None
    return body, body.find(".//h1")


def written(root: etree._Element) -> str:
    return etree.tostring(root, encoding="unicode", method="html", with_tail=False)


def pruned_throughout(markup: str, before: int, after: int) -> str:
    """Prune by the definition: drop foreign elements, then empty ones, then cut."""
    root, heading = tree(markup)
    foreign = ForeignParts()
    own = {root, heading}
    if heading is not None:
        own |= {*heading, *heading.iterancestors()}

    def drop(element: etree._Element) -> None:
        element.tag = "GONE"
        etree.strip_elements(root, "GONE", with_tail=False)

    def first_foreign() -> Iterator[etree._Element]:
        for element in root.iter():
            if element not in own and foreign.has(element, dict(element.attrib)):  # type: ignore[arg-type]
                yield element

    while (element := next(first_foreign(), None)) is not None:
        drop(element)
    for element in reversed(list(root.iter())):
        informs = element.tag in ("img", "br") or "data-sku" in element.attrib
        shows = informs or (element.text or "").strip()
        if len(element) == 0 and not shows and element is not root:
            drop(element)
    kept = list(root.iter())
    middle = kept.index(heading) if heading in kept else 0
    for at, behind in ((middle + after, True), (middle - before, False)):
        if not 0 <= at < len(kept):
            continue
        for inner in (kept[at], *kept[at].iterancestors()):
            if inner is root:
                break
            around = inner.getparent()
            assert around is not None
            place = around.index(inner)
            del around[slice(place + 1, None) if behind else slice(0, place)]
    return written(root)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(BITS), max_size=30).map("".join),
    st.lists(st.sampled_from(BITS), max_size=30).map("".join),
    st.sampled_from(HEADINGS),
    st.integers(1, 6),
    st.integers(1, 6),
)
@example("<span> </span>more <br><div>", "", "<h1>Lamp</h1>", 1, 1)
def test_pruning_from_the_heading_keeps_what_pruning_the_whole_would_keep(
    before: str, after: str, heading: str, most_before: int, most_after: int
) -> None:
    markup = before + heading + after
    root, found = tree(markup)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pruning, "ELEMENTS_BEFORE", most_before)
        patch.setattr(pruning, "ELEMENTS_AFTER", most_after)
        prune(root, found, only_nearest=False)
    assert written(root) == pruned_throughout(markup, most_before, most_after)


def test_elements_beyond_those_that_stay_are_not_examined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged = []
    judge = ForeignParts.has

    def counted(self: ForeignParts, element: etree._Element, attributes: dict[str, str]) -> bool:
        judged.append(element.tag)
        return judge(self, element, attributes)

    monkeypatch.setattr(ForeignParts, "has", counted)
    tile = "<div class=tile><b>x</b></div>"
    root, heading = tree(tile * 4_000 + "<h1>Lamp</h1>" + tile * 4_000)
    prune(root, heading, only_nearest=False)
    assert 1_000 < len(judged) < 1_500
    assert len(re.findall("<div", written(root))) == 600


def test_the_nearest_elements_before_the_heading_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "ELEMENTS_BEFORE", 2)
    root, heading = tree("<div><b>1</b><b>2</b><b>3</b><b>4</b><b>5</b></div><h1>Lamp</h1>")
    prune(root, heading, only_nearest=False)
    assert written(root) == "<body><div><b>4</b><b>5</b></div><h1>Lamp</h1></body>"


def test_a_heading_mark_in_the_page_itself_is_removed() -> None:
    root, heading = tree("<div data-main-heading=1>x</div><h1>Lamp</h1>")
    prune(root, heading, only_nearest=False)
    assert "data-main-heading" not in written(root)
