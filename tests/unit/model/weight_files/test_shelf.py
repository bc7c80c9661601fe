"""Weights are put on the shelf and into use whole, and can always be put away again."""

import shutil
from pathlib import Path

import pytest

from model.weight_files.errors import ShelfError
from model.weight_files.shelf import DEFAULT, Shelf
from server.hints import hint_of


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "state" / "weights")


def put(shelf: Shelf, name: str, text: str = "{}", *, replace: bool = False) -> None:
    with shelf.adding(name, replace=replace) as draft:
        (draft / "weights.json").write_text(text)


def test_at_first_there_is_nothing_and_the_shipped_weights_are_in_use(shelf: Shelf) -> None:
    assert shelf.names() == []
    assert shelf.in_use() == DEFAULT
    assert shelf.folder_in_use() is None
    assert not shelf.folder.exists()


def test_what_is_added_is_not_in_use_before_it_is_chosen(shelf: Shelf) -> None:
    put(shelf, "mine")
    assert (shelf.names(), shelf.in_use()) == (["mine"], DEFAULT)
    shelf.use("mine")
    assert shelf.in_use() == "mine"
    assert (shelf.folder_in_use() / "weights.json").read_text() == "{}"
    shelf.use(DEFAULT)
    assert shelf.folder_in_use() is None


def test_what_fails_on_its_way_leaves_nothing_behind(shelf: Shelf) -> None:
    with pytest.raises(FileNotFoundError), shelf.adding("mine") as draft:
        shutil.copy(shelf.folder / "nothing.onnx", draft)
    assert shelf.names() == []
    assert list((shelf.folder / "sets").iterdir()) == []


def test_a_set_appears_only_when_it_is_whole(shelf: Shelf) -> None:
    with shelf.adding("mine") as draft:
        assert draft.is_dir()
        assert shelf.names() == []
    assert shelf.names() == ["mine"]


def test_a_name_that_is_taken_is_refused_unless_it_is_meant(shelf: Shelf) -> None:
    put(shelf, "mine", "old")
    with pytest.raises(ShelfError, match="already"):
        put(shelf, "mine", "new")
    assert (shelf.folder_of("mine") / "weights.json").read_text() == "old"
    put(shelf, "mine", "new", replace=True)
    assert (shelf.folder_of("mine") / "weights.json").read_text() == "new"
    assert [path.name for path in (shelf.folder / "sets").iterdir()] == ["mine"]


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../mine", "a/b", "/etc", ".hidden", "a b", "default", "x" * 65, "né"]
)
def test_an_invalid_name_is_refused(shelf: Shelf, name: str) -> None:
    with pytest.raises(ShelfError, match="cannot be called"):
        put(shelf, name)
    assert not shelf.folder.exists()


def test_weights_that_are_not_there_cannot_be_used(shelf: Shelf) -> None:
    put(shelf, "mine")
    shelf.use("mine")
    with pytest.raises(ShelfError, match="no weights 'yours'") as caught:
        shelf.use("yours")
    assert "default, mine" in hint_of(caught.value)
    assert shelf.in_use() == "mine"


@pytest.mark.parametrize(
    "content", [b"", b"../../etc", b"\xff\x00\x1b[31m", b"a" * 10_000, b"a\nb"]
)
def test_a_spoiled_choice_says_what_to_do_and_can_be_undone(shelf: Shelf, content: bytes) -> None:
    put(shelf, "mine")
    (shelf.folder / "in-use.txt").write_bytes(content)
    with pytest.raises(ShelfError, match="does not hold the name") as caught:
        shelf.folder_in_use()
    assert "weights use default" in hint_of(caught.value)
    assert shelf.names() == ["mine"]
    shelf.use(DEFAULT)
    assert shelf.folder_in_use() is None


def test_weights_in_use_that_are_gone_say_what_to_do(shelf: Shelf) -> None:
    put(shelf, "mine")
    shelf.use("mine")
    (shelf.folder / "sets" / "mine").rename(shelf.folder / "elsewhere")
    with pytest.raises(ShelfError, match="no weights 'mine'") as caught:
        shelf.folder_in_use()
    assert "weights use default" in hint_of(caught.value)


def test_only_what_is_not_in_use_is_removed(shelf: Shelf) -> None:
    put(shelf, "mine")
    shelf.use("mine")
    with pytest.raises(ShelfError, match="in use"):
        shelf.remove("mine")
    shelf.use(DEFAULT)
    shelf.remove("mine")
    assert list((shelf.folder / "sets").iterdir()) == []
    with pytest.raises(ShelfError, match="no weights"):
        shelf.remove("mine")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "weights").write_text("a file, where the shelf should be")
    shelf = Shelf(tmp_path / "weights")
    with pytest.raises(ShelfError, match="cannot be written") as caught:
        put(shelf, "mine")
    assert "WTB_STATE_DIR" in hint_of(caught.value)
    with pytest.raises(ShelfError, match="cannot be read"):
        shelf.in_use()
