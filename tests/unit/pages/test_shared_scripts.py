"""What the pages and the extension do alike is written down once, and copied."""

from pathlib import Path

import pytest

import server.pages

STATIC = Path(server.pages.__file__).parent / "static"
CONTENT = Path(server.pages.__file__).parents[2] / "extension" / "content"


@pytest.mark.parametrize("name", ["choice.js", "choice_bar.js", "offer_list.js", "shop_menu.js"])
def test_both_have_the_same_copy(name):
    assert (STATIC / name).read_text("utf-8") == (CONTENT / name).read_text("utf-8")
