"""What can go wrong when something is downloaded."""

from model.errors import WhereToBuyError


class FetchError(WhereToBuyError):
    """The download failed."""

    code = "fetch-failed"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        status: int | None = None,
        retry_after: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        # Status of the site's answer, and how long it asks to wait, if there was one.
        self.status = status
        self.retry_after = retry_after


class AddressNotAllowedError(FetchError):
    """The address must not be downloaded from, whatever is there."""

    code = "address-not-allowed"


class FetchConnectError(FetchError):
    """Nothing was sent: there is no such host, or it accepts no connection."""


class FetchTimeoutError(FetchError):
    """The download took too long, from the name's resolution to the last byte."""

    code = "fetch-timeout"
    # Whether there was a connection, so that something may have been sent.
    sent = True


class FetchTooLargeError(FetchError):
    """There are more bytes than allowed: announced, sent or decompressed."""

    code = "fetch-too-large"


class NotAPictureError(FetchError):
    """The bytes are not a JPEG, PNG, WebP, GIF or AVIF, whatever the headers say."""

    code = "not-a-picture"
