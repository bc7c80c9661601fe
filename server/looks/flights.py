"""Analyses under way, each shared by all who ask for its picture meanwhile."""

import threading
from collections.abc import Callable
from concurrent.futures import Future

from server.looks.errors import ClientGoneError
from server.looks.look import Look


class Flight:
    """An analysis under way, and who waits for it."""

    def __init__(self, look_id: str, is_gone: Callable[[], bool]) -> None:
        self.look_id = look_id
        self.askers = [is_gone]
        self.result: Future[Look] = Future()

    def check(self) -> None:
        """Raise ClientGoneError if all who asked have gone."""
        if all(is_gone() for is_gone in self.askers):
            raise ClientGoneError


class Flights:
    """The analyses under way, at most one for each look; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: dict[str, Flight] = {}
        # How many have made a look.
        self.landed = 0

    def join(self, look_id: str, is_gone: Callable[[], bool]) -> tuple[Flight, bool]:
        """Join the flight of a look, or announce one.

        Args:
            look_id: The look's id.
            is_gone: Tells whether whoever asks has gone.

        Returns:
            The flight, and whether this call announced it and therefore has to `run` it.
        """
        with self._lock:
            flight = self._flights.get(look_id)
            if flight is not None:
                flight.askers.append(is_gone)
                return flight, False
            flight = self._flights[look_id] = Flight(look_id, is_gone)
            return flight, True

    def run(self, flight: Flight, make: Callable[[], Look]) -> None:
        """Make the look, and give it, or what went wrong, to all who wait."""
        try:
            look = make()
        except BaseException as error:  # noqa: BLE001 - handed to all who wait
            self._remove(flight)
            flight.result.set_exception(error)
        else:
            self._remove(flight, made=True)
            flight.result.set_result(look)

    def _remove(self, flight: Flight, *, made: bool = False) -> None:
        with self._lock:
            # Whoever finds no flight any more sees that one has landed.
            self.landed += made
            del self._flights[flight.look_id]
