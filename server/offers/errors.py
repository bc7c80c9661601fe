"""Why a provider has no answer; raised by providers and by the client they send through.

The interface says each of these in the user's language, by the class's ``code`` and the error's
``details`` (``failed_…`` in `ui/words`); the message says the same in English.
"""

from model.errors import WhereToBuyError


class ProviderError(WhereToBuyError):
    """A provider has no answer, or no further one; the message says why.

    Args:
        message: What happened, with the provider's title in it.
        details: What the message names besides that title, in the order in which other
            languages are given it: a status, the vendor's own words.
        hint: What the user can do about it.
    """

    code = "provider-failed"

    def __init__(self, message: str, *details: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.details = details


class BrokenProviderError(ProviderError):
    """The provider's own code failed."""

    code = "provider-broken"

    def __init__(self, title: str) -> None:
        super().__init__(f"{title} failed; the server's log says why.")


class CrowdedError(ProviderError):
    """As many searches as may wait for the provider at once are waiting already."""

    code = "provider-crowded"

    def __init__(self, title: str) -> None:
        super().__init__(f"{title} is busy with other searches.")


class CannotCompareError(ProviderError):
    """The model that compares pictures cannot be loaded; ``why`` says which, and what to do.

    ``why`` is in English: interfaces in other languages name the command that says both.
    """

    code = "cannot-compare"

    def __init__(self, title: str, why: str) -> None:
        super().__init__(f"{title}: nothing can be compared with the picture. {why}")


class LateError(ProviderError):
    """There is no answer within the time that the search may take."""

    code = "provider-late"

    def __init__(self, title: str) -> None:
        super().__init__(f"{title} did not answer in time.")


class LateInPartError(ProviderError):
    """There are offers already, and the others do not come in time."""

    code = "provider-late-in-part"

    def __init__(self, title: str) -> None:
        super().__init__(f"{title} answered only in part in time.")


class UnreachableError(ProviderError):
    """There is no connection, or an answer that no working server gives."""

    code = "provider-unreachable"

    def __init__(self, title: str, *, hint: str = "") -> None:
        super().__init__(f"{title} cannot be reached.", hint=hint)


class AnswerTooLargeError(ProviderError):
    """The answer is larger than is read."""

    code = "provider-answer-too-large"

    def __init__(self, title: str) -> None:
        super().__init__(f"{title} answered too much to be read.")


class NonsenseError(ProviderError):
    """The answer is not of the kind that the vendor's documentation describes."""

    code = "provider-nonsense"

    def __init__(self, title: str) -> None:
        super().__init__(f"{title} answered nonsense.")


class RefusedError(ProviderError):
    """The vendor refused the search by a status alone, or without a reason."""

    code = "provider-refused"

    def __init__(self, title: str, status: int | None = None) -> None:
        why = ": no reason given" if status is None else f" ({status})."
        super().__init__(f"{title} refused the search{why}")


class RefusedForReasonError(ProviderError):
    """The vendor refused the search in words of its own, made safe to show."""

    code = "provider-refused-for-reason"

    def __init__(self, title: str, reason: str) -> None:
        super().__init__(f"{title} refused the search: {reason}", reason)


class KeyOrSearchRefusedError(ProviderError):
    """The vendor refused with a status that mostly means the key."""

    code = "provider-key-or-search-refused"

    def __init__(self, title: str, status: int) -> None:
        super().__init__(f"{title} refused the key or the search ({status}).", str(status))


class KeyRefusedError(ProviderError):
    """The vendor refused the key."""

    code = "provider-key-refused"

    def __init__(self, title: str, *, hint: str = "") -> None:
        super().__init__(f"{title} refused the key.", hint=hint)


class ProviderBusyError(ProviderError):
    """A provider must not be asked for a while.

    Args:
        message: As for `ProviderError`.
        retry_after: For how long, in seconds.
        details: As for `ProviderError`.
        hint: As for `ProviderError`.
    """

    code = "provider-busy"

    def __init__(self, message: str, retry_after: float, *details: str, hint: str = "") -> None:
        super().__init__(message, *details, hint=hint)
        self.retry_after = retry_after


class AsksToWaitError(ProviderBusyError):
    """The vendor asks, or recently asked, to wait."""

    code = "provider-asks-to-wait"

    def __init__(self, title: str, retry_after: float) -> None:
        super().__init__(f"{title} asks to wait before the next search.", retry_after)


class LeftAloneError(ProviderBusyError):
    """The vendor failed several times in a row."""

    code = "provider-left-alone"

    def __init__(self, title: str, retry_after: float, *, hint: str = "") -> None:
        super().__init__(
            f"{title} failed several times in a row and is left alone for now.",
            retry_after,
            hint=hint,
        )


class SearchesUsedUpError(ProviderBusyError):
    """The vendor allows no more searches today."""

    code = "provider-searches-used-up"

    def __init__(self, title: str, retry_after: float) -> None:
        super().__init__(f"{title}: the searches of the day are used up.", retry_after)
