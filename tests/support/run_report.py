"""Lines that tests want to see at the end of a run, whichever worker they ran on."""

import pytest

_LINES = pytest.StashKey[list[str]]()


def lines(config: pytest.Config) -> list[str]:
    """Return the lines so far, to be extended."""
    return config.stash.setdefault(_LINES, [])
