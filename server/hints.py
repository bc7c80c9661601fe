"""What to do about an error, in terms of this program's settings and commands.

Most errors carry their hint. The model knows no settings and no commands, so what they can
do about its errors is written here.
"""

from model.errors import ForeignWeightsError, WhereToBuyError
from model.weight_files.errors import (
    SetExistsError,
    SetInUseError,
    UnknownSetError,
    UnmappedClassError,
    UnnamedClassesError,
    UnreadableShelfError,
    UnwritableShelfError,
)

_BACK = "`where-to-buy weights use default` goes back to the weights that ship"

_HINTS: dict[type[WhereToBuyError], str] = {
    ForeignWeightsError: (
        f"{_BACK}; where WTB_WEIGHTS_DIR names the folder, unset it or put the right files there."
    ),
    UnnamedClassesError: "Give a file with one name a line, class 0 first: --classes FILE",
    UnreadableShelfError: f"{_BACK}.",
    SetInUseError: f"{_BACK}.",
    SetExistsError: "Take another name, or replace them with --replace.",
    UnwritableShelfError: "WTB_STATE_DIR names the folder; see that you may write to it.",
}


def hint_of(error: WhereToBuyError) -> str:
    """Return what the user or operator can do about an error; empty if there is nothing."""
    if isinstance(error, UnknownSetError):
        return f"{error.hint} {_BACK}."
    if isinstance(error, UnmappedClassError):
        return (
            f"Say what each is, as in --map {error.example + '=long sleeve top'!r}, or leave it "
            f"out: --map {error.example + '='!r}. The categories: {error.categories}."
        )
    return _HINTS.get(type(error), error.hint)
