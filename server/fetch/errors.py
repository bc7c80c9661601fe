"""What can go wrong when something is downloaded."""

from model.errors import WhereToBuyError


class FetchError(WhereToBuyError):
    """The address did not answer with what was asked for."""

    code = "fetch-failed"

    def __init__(self, message: str, *, hint: str = "", status: int | None = None) -> None:
        super().__init__(message, hint=hint)
        # What the site answered instead, where it answered at all.
        self.status = status


class AddressNotAllowedError(FetchError):
    """An address that is not downloaded from, whatever lies there."""

    code = "address-not-allowed"


class FetchConnectError(FetchError):
    """Nothing was sent: there is no such host, or it lets nobody connect."""


class FetchTimeoutError(FetchError):
    """Not finished in the time allowed, from the name's resolution to the last byte."""

    code = "fetch-timeout"
    # Whether a connection had come about, so that something may have been sent.
    sent = True


class FetchTooLargeError(FetchError):
    """More bytes than allowed, as announced, as sent or after decompression."""

    code = "fetch-too-large"


class NotAPictureError(FetchError):
    """The bytes are no JPEG, PNG, WebP, GIF or AVIF, whatever the headers say."""

    code = "not-a-picture"
