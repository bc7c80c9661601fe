"""Choose the product's title between its name in markup and the heading that the page shows."""

import re

from server.goods.names import words_of
from server.shop_page.document.tree import Document
from server.shop_page.draft import Found, first_found, first_of, found
from server.shop_page.offer import SourceFacts

# From so many characters on, shops cut names in markup short.
_LONG_NAME = 60
# The shop's name behind a product's: " | Shop".
_SHOP_NAME = re.compile(r"\s+[-–—|:·]\s+\S")


def choose_title(
    ranked: list[SourceFacts], marked_up: list[SourceFacts], document: Document
) -> Found[str] | None:
    """Choose the markup's name, or the heading if that is the same as a reader should see it.

    That is without the shop's name, with the brand, or whole where markup cut the name short.

    Args:
        ranked: All sources in the page's markup, best first.
        marked_up: Those of them that mark up a product.
        document: The page.
    """
    heading = document.heading_text
    facts = next((facts for facts in marked_up if facts.title), None)
    if facts is not None and facts.title:
        own = heading is not None and (
            _has_shop_behind(facts.title, heading)
            or _is_cut_short(facts.title, heading, document.title or "")
            or _is_with_brand(facts, heading)
            or _is_page_title(facts.title, heading, document.title or "")
            # Only signs differ: 24'' and 24".
            or words_of(heading) == words_of(facts.title)
        )
        return Found(heading, "heading") if heading and own else Found(facts.title, facts.where)
    return first_found(
        [
            found(heading, "heading"),
            first_of(ranked, lambda f: f.title),
            found(document.title, "title"),
        ]
    )


def _has_shop_behind(name: str, heading: str) -> bool:
    """Return True for a name in markup that is the heading with the shop's name behind it."""
    return name.startswith(heading) and _SHOP_NAME.match(name[len(heading) :]) is not None


def _is_cut_short(name: str, heading: str, title: str) -> bool:
    """Return True for a name in markup that heading and page title both go on behind.

    For a long name the heading is enough, as the title may be cut short too.
    """
    own, whole = words_of(name), words_of(heading)
    longer = whole[: len(own) + 1]
    if len(longer) == len(own) or longer[: len(own)] != own:
        return False
    return len(name) >= _LONG_NAME or words_of(title)[: len(longer)] == longer


def _is_page_title(name: str, heading: str, title: str) -> bool:
    """Return True for a name that is the page's title, written for search engines.

    The heading says the same in other words: at least half are in the name, and one is not.
    """
    own, shown, all_words = words_of(name), words_of(heading), words_of(title)
    if not own or all_words[: len(own)] != own or "".join(shown) in "".join(own):
        return False
    shared = sum(word in own for word in shown)
    return len(shown) / 2 <= shared < len(shown)


def _is_with_brand(facts: SourceFacts, heading: str) -> bool:
    """Return True for a heading that begins with the brand, then has the name in markup."""
    brand, own = words_of(facts.brand or ""), words_of(facts.title or "")
    whole = brand + own
    return bool(brand and own) and words_of(heading)[: len(whole)] == whole
