"""What the documents point at exists."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted((*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md")))
# [text](target) and ![text](target), but not addresses; "#part" names a heading.
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)")


def headings(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as forges make them."""
    lines = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target, part in LINK.findall(document.read_text(encoding="utf-8")):
        path = document.parent / target if target else document
        assert path.exists(), f"{document.name} links to {target}"
        assert not part or part in headings(path), f"{document.name} links to {target}#{part}"


# `server/goods` or `tests/api/test_looks.py::test_x`, but not server/goods/words/CODE.json.
PATH = re.compile(r"`([\w.-]+/[\w./-]+)(?:::\w+)?`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_and_folder_that_is_named_exists(document: Path) -> None:
    for name in PATH.findall(document.read_text(encoding="utf-8")):
        room = name.split("/")[0]
        is_ours = (REPOSITORY / room).is_dir() and not re.search("[A-Z]{2}", name)
        assert not is_ours or (REPOSITORY / name).exists(), f"{document.name} names {name}"
