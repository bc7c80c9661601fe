"""What can go wrong with the server as a whole."""

from model.errors import WhereToBuyError


class NotReadyError(WhereToBuyError):
    """The models are still being loaded."""

    code = "not-ready"

    def __init__(self) -> None:
        super().__init__("The server is still starting.", hint="Try again in a few seconds.")


class SettingsError(WhereToBuyError):
    """The settings cannot be used: invalid, contradictory or unsafe."""

    code = "bad-settings"
