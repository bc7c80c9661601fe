"""What an error of the model means for somebody with settings and commands."""

from pathlib import Path

import pytest

import model
from model.errors import ForeignWeightsError, PictureError
from model.weight_files.errors import (
    SetExistsError,
    SetInUseError,
    UnknownSetError,
    UnmappedClassError,
    UnnamedClassesError,
    UnreadableShelfError,
    UnwritableShelfError,
)
from server.hints import hint_of

BACK = "`where-to-buy weights use default` goes back to the weights that ship."


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (PictureError("Broken.", hint="Save it again."), "Save it again."),
        (
            ForeignWeightsError("Altered."),
            (
                f"{BACK[:-1]}; where WTB_WEIGHTS_DIR names the folder, unset it or put the right "
                "files there."
            ),
        ),
        (
            UnnamedClassesError(),
            "Give a file with one name a line, class 0 first: --classes FILE",
        ),
        (
            UnmappedClassError("What?", example="hat", categories="vest, skirt"),
            (
                "Say what each is, as in --map 'hat=long sleeve top', or leave it out: "
                "--map 'hat='. The categories: vest, skirt."
            ),
        ),
        (UnknownSetError("x", "default, mine"), f"There are: default, mine. {BACK}"),
        (UnreadableShelfError("x"), BACK),
        (SetInUseError("x"), BACK),
        (SetExistsError("x"), "Take another name, or replace them with --replace."),
        (
            UnwritableShelfError("x"),
            "WTB_STATE_DIR names the folder; see that you may write to it.",
        ),
    ],
)
def test_a_hint_names_the_settings_and_commands_that_help(error, hint):
    assert hint_of(error) == hint


def test_the_model_names_no_setting_and_no_command():
    serving = [
        path for path in Path(model.__file__).parent.rglob("*.py") if "training" not in path.parts
    ]
    assert len(serving) > 20
    for path in serving:
        text = path.read_text(encoding="utf-8")
        assert "WTB_" not in text, path
        assert "where-to-buy" not in text, path
