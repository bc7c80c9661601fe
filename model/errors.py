"""The root of every error that this project raises on purpose.

A subclass names one thing that can go wrong with a stable ``code`` (kebab-case, part of
the public contract). ``str(error)`` says what happened in one sentence for the person who
asked; ``hint`` says what they can do about it.
"""

from typing import ClassVar


class WhereToBuyError(Exception):
    """Something that the user is told in plain words."""

    code: ClassVar[str] = "internal-error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class PictureError(WhereToBuyError):
    """The bytes are not a picture that can be read."""

    code = "unreadable-picture"


class UnsupportedPictureError(PictureError):
    """A file of another type than JPEG, PNG, WebP, GIF or AVIF."""

    code = "unsupported-picture"


class PictureTooLargeError(PictureError):
    """More pixels, or bytes, than the limits allow."""

    code = "picture-too-large"


class WeightsError(WhereToBuyError):
    """Weights that are missing, altered or of another shape than their description."""

    code = "bad-weights"
