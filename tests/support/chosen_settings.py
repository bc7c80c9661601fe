"""Settings with changes, made without reading environment and files for each test."""

from functools import cache
from typing import Any

from server.config import Settings


@cache
def _defaults() -> Settings:
    return Settings()


def settings_with(**changes: Any) -> Settings:
    """Return the defaults with changes, which are not checked.

    A copy costs a thousandth of what reading the environment again does.
    """
    return _defaults().model_copy(update=changes)
