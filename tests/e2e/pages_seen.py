"""What tests of pages showed, a file a test: `python -m docs.pages_table` makes a table of them."""

import json
import re

from tests.support.server_process import REPOSITORY

FOLDER = REPOSITORY / "artifacts" / "pages_seen"


def note(test: str, browser: str, picture: str, page: str, seen: str, *, is_shown: bool) -> None:
    """Keep how a test ended.

    Args:
        test: Its name.
        browser: Where it ran.
        picture: What kind of picture it is about.
        page: Name of its page in `any_page`.
        seen: What a person has to see.
        is_shown: Whether they do.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^a-z0-9]+", "-", f"{browser}-{test}".lower())
    row = {"browser": browser, "picture": picture, "page": page, "seen": seen, "shown": is_shown}
    (FOLDER / f"{name}.json").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
