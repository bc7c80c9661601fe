"""Why a provider has no answer; raised by providers and by the client they send through."""

from model.errors import WhereToBuyError


class ProviderError(WhereToBuyError):
    """A provider has no answer; the message says why."""

    code = "provider-failed"


class ProviderBusyError(ProviderError):
    """A provider must not be asked for a while."""

    code = "provider-busy"

    def __init__(self, message: str, retry_after: float, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        # Seconds.
        self.retry_after = retry_after
