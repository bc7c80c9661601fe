"""The root of every error that this project raises on purpose.

Each subclass is one thing that can go wrong and has a stable ``code`` (kebab-case, part
of the public contract). ``str(error)`` says in one sentence what happened, for the person who
asked; ``hint`` says what they can do about it.
"""

from typing import ClassVar


class WhereToBuyError(Exception):
    """A failure that is explained to the user in plain words."""

    code: ClassVar[str] = "internal-error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class PictureError(WhereToBuyError):
    """The bytes are not a picture that can be read."""

    code = "unreadable-picture"


class UnsupportedPictureError(PictureError):
    """The file is not a JPEG, PNG, WebP, GIF or AVIF picture."""

    code = "unsupported-picture"


class PictureTooLargeError(PictureError):
    """The picture has more pixels or bytes than the limits allow."""

    code = "picture-too-large"


class WeightsError(WhereToBuyError):
    """Weights are missing, altered, or not of the shape that their description gives."""

    code = "bad-weights"


class ForeignWeightsError(WeightsError):
    """The weights of a folder that did not ship with the project cannot be used."""

    def __init__(self, message: str) -> None:
        super().__init__(message, hint="Put the right files there, or take other weights.")
