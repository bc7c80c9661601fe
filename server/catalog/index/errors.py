"""The error of an index that cannot be used."""

from model.errors import WhereToBuyError


class IndexUnavailableError(WhereToBuyError):
    """The index that the settings choose cannot be used."""

    code = "index-unavailable"
