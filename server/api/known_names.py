"""Names in requests that must be among those that are known, listed in the document."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from model.categories import CATEGORIES
from model.palette import SHADES
from model.pattern_names import OTHER, PATTERNS


class _Known:
    """Refuses a name that is not among some."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)

    def __call__(self, name: str) -> str:
        if name not in self._names:
            raise PydanticCustomError("unknown_name", "should be one of the known names")
        return name


_CATEGORIES = [category.name for category in CATEGORIES]
_COLOURS = list(SHADES)
_PATTERNS = [name for name in PATTERNS if name != OTHER]

CategoryName = Annotated[
    str, AfterValidator(_Known(_CATEGORIES)), Field(json_schema_extra={"enum": _CATEGORIES})
]
ColourName = Annotated[
    str, AfterValidator(_Known(_COLOURS)), Field(json_schema_extra={"enum": _COLOURS})
]
PatternName = Annotated[
    str, AfterValidator(_Known(_PATTERNS)), Field(json_schema_extra={"enum": _PATTERNS})
]
