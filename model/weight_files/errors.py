"""What can go wrong with weights other than those that ship.

Each kind is a class of its own, so that a program with settings and commands, which this
package knows nothing of, can say in its own terms what to do about it.
"""

from model.errors import WeightsError, WhereToBuyError


class UnnamedClassesError(WeightsError):
    """Nothing names the classes of a graph."""

    def __init__(self) -> None:
        super().__init__(
            "The names of the graph's classes are not known.",
            hint="Name them all, class 0 first.",
        )


class UnmappedClassError(WeightsError):
    """Classes are none of our categories, and nothing says what they are.

    Attributes:
        example: One of those classes.
        categories: The names that a class may be mapped to.
    """

    def __init__(self, message: str, *, example: str, categories: str) -> None:
        super().__init__(message, hint=f"Map each to a category, or leave it out: {categories}.")
        self.example = example
        self.categories = categories


class ShelfError(WhereToBuyError):
    """Something on the shelf is missing, is there already, or cannot be used."""

    code = "weights-shelf"


class UnreadableShelfError(ShelfError):
    """The shelf, or the choice written down on it, cannot be read."""


class UnwritableShelfError(ShelfError):
    """The shelf cannot be changed."""


class UnknownSetError(ShelfError):
    """There are no weights of that name."""

    def __init__(self, name: str, known: str) -> None:
        super().__init__(f"There are no weights {name!r}.", hint=f"There are: {known}.")


class SetInUseError(ShelfError):
    """The weights are in use, so they cannot be removed."""


class SetExistsError(ShelfError):
    """There are weights of that name already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There are weights {name!r} already.", hint="Take another name.")
