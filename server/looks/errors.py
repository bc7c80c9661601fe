"""What can go wrong with looks."""

from model.errors import WhereToBuyError


class LookNotFoundError(WhereToBuyError):
    """No look with this id is kept."""

    code = "look-not-found"

    def __init__(self) -> None:
        super().__init__(
            "This look is not kept here, or not any more.", hint="Analyse the picture again."
        )


class GarmentNotFoundError(WhereToBuyError):
    """The look has no garment with this number."""

    code = "garment-not-found"

    def __init__(self, number: int, count: int) -> None:
        super().__init__(
            f"This look has no garment {number}.",
            hint=f"Garments are numbered from 1 to {count}." if count else "It has none at all.",
        )


class QueueFullError(WhereToBuyError):
    """The queue for the model is full."""

    code = "queue-full"

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            "Too many pictures are waiting to be analysed.",
            hint=f"Try again in {retry_after} seconds.",
        )
        # Whole seconds, at least 1.
        self.retry_after = retry_after


class StoppedError(WhereToBuyError):
    """The server is stopping and analyses nothing more."""

    code = "stopping"

    def __init__(self) -> None:
        super().__init__("The server is stopping.", hint="Start it again.")
