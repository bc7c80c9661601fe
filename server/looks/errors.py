"""What can go wrong with looks."""

from collections.abc import Sequence

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

    def __init__(self, number: int, known: Sequence[int]) -> None:
        gapless = list(known) == list(range(1, len(known) + 1))
        listed = f"from 1 to {len(known)}" if gapless else ", ".join(map(str, known))
        super().__init__(
            f"This look has no garment {number}.",
            hint=f"Garments are numbered {listed}." if known else "It has none at all.",
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


class ClientGoneError(WhereToBuyError):
    """Nobody waits for a look any more, so it is not made."""

    code = "client-gone"

    def __init__(self) -> None:
        super().__init__("Nobody waits for this picture any more.", hint="Send it again.")


class StoppedError(WhereToBuyError):
    """The server is stopping and analyses nothing more."""

    code = "stopping"

    def __init__(self) -> None:
        super().__init__("The server is stopping.", hint="Start it again.")


class FrameError(WhereToBuyError):
    """A frame that nothing can be searched in."""

    code = "bad-frame"

    def __init__(self, smallest: float) -> None:
        super().__init__(
            "The frame is too small, or lies outside the picture.",
            hint=f"Draw one inside the picture, at least {smallest:g} pixels wide and high.",
        )


class TooManyCorrectionsError(WhereToBuyError):
    """A picture was corrected more often than is kept."""

    code = "too-many-corrections"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"At most {most} frames and corrections are kept for one picture.",
            hint="Deleting the picture from the history forgets them.",
        )


class NotTwoError(WhereToBuyError):
    """The model cannot separate what a person says are two garments."""

    code = "not-two"

    def __init__(self) -> None:
        super().__init__(
            "Two garments cannot be told apart there.", hint="Draw a frame around each of them."
        )


class StuckError(WhereToBuyError):
    """One picture has kept the model busy for much longer than any picture should."""

    code = "analysis-stuck"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"A picture has been analysed for {seconds:.0f} seconds, and others wait for it.",
            hint="Restart the server. Please report it, with the picture if you may.",
        )
