"""What a person says about a picture outlives weights, and what is kept of looks."""

import threading
from contextlib import suppress

import pytest

from server.looks.corrections import CorrectionStore
from server.looks.editing import LookEditor
from server.looks.errors import LookNotFoundError
from tests.support.pictures import outfit, picture_file


def editor_of(service, database, segmenter) -> LookEditor:
    return LookEditor(service, database, segmenter)


def test_other_weights_do_not_bring_back_what_is_no_garment(
    service_of, database, segmenter
) -> None:
    data = picture_file(outfit())
    service = service_of()
    editor = editor_of(service, database, segmenter)
    old = editor.put_away(service.create(data), 1)
    assert [garment.number for garment in old.garments] == [2]

    segmenter.fingerprint = "other weights"
    new = service_of().create(data)
    assert new.id != old.id
    # The top stays away; the trousers were never spoken of, and get a number of their own.
    assert [(g.number, g.category_name) for g in new.garments] == [(3, "trousers")]


def test_other_weights_keep_what_was_framed_and_renamed(service_of, database, segmenter) -> None:
    data = picture_file(outfit())
    service = service_of()
    editor = editor_of(service, database, segmenter)
    look = editor.recategorise(service.create(data), 2, None)
    segmenter.boxes = ()
    look = editor.frame(look, (0, 150, 20, 40))
    segmenter.fingerprint, segmenter.boxes = "other weights", (("skirt", (25, 80, 50, 100)),)
    new = service_of().create(data)
    assert [(g.number, g.category_name) for g in new.garments] == [(2, "other"), (3, "other")]
    # Numbers go on from there, in both looks.
    segmenter.boxes = ()
    assert editor.frame(new, (80, 0, 20, 40)).garments[-1].number == 4
    assert editor.frame(look, (80, 150, 20, 40)).garments[-1].number == 5


def test_a_picture_that_was_corrected_is_kept_beside_the_newest(
    service_of, database, segmenter
) -> None:
    service = service_of(looks_kept=1)
    first = service.create(picture_file(outfit(1)))
    editor_of(service, database, segmenter).put_away(first, 1)
    for seed in (2, 3):
        service.create(picture_file(outfit(seed)))
    assert {look.picture_hash for look in service.newest(9)} == {
        first.picture_hash, service.newest(1)[0].picture_hash,
    }  # fmt: skip
    assert service.picture_file(first)


def test_the_search_starts_again_with_the_new_words(service, database, segmenter) -> None:
    started: list[list[str]] = []
    service.on_created(lambda look: started.append([g.category_name for g in look.garments]))
    editor_of(service, database, segmenter).recategorise(
        service.create(picture_file(outfit())), 2, None
    )
    assert started == [["long sleeve top", "trousers"], ["long sleeve top", "other"]]


@pytest.mark.parametrize("forget", ["clear", "delete"])
def test_what_is_said_while_a_picture_is_forgotten_is_forgotten_with_it(
    service_of, database, segmenter, monkeypatch, forget
) -> None:
    service = service_of()
    editor = editor_of(service, database, segmenter)
    data = picture_file(outfit())
    look = service.create(data)
    forgetting = threading.Thread(
        target=service.clear if forget == "clear" else lambda: service.delete(look.id)
    )
    put = CorrectionStore.put

    def put_late(*args) -> None:
        forgetting.start()
        # It ends here only where nothing keeps it from deleting a look that is written about.
        forgetting.join(1)
        put(*args)

    monkeypatch.setattr(CorrectionStore, "put", put_late)
    # Who was forgetting may be done before the correction is answered.
    with suppress(LookNotFoundError):
        editor.put_away(look, 1)
    forgetting.join()
    monkeypatch.undo()
    with pytest.raises(LookNotFoundError):
        editor.put_away(look, 2)
    assert [garment.number for garment in service.create(data).garments] == [1, 2]
