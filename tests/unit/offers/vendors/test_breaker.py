import pytest

from server.offers.vendors.breaker import COOL_DOWN, FAILURES, LONGEST_COOL_DOWN, Breaker


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock=clock)


def fail(breaker: Breaker, times: int = FAILURES) -> None:
    for _ in range(times):
        assert breaker.enter() == 0
        breaker.failed()


def test_fewer_failures_than_the_limit_change_nothing(breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)
    assert breaker.enter() == 0


def test_it_opens_after_failures_in_a_row(breaker: Breaker, clock: Clock) -> None:
    fail(breaker)
    assert breaker.enter() == COOL_DOWN
    clock.now += COOL_DOWN - 1
    assert breaker.enter() == 1


def test_a_success_in_between_begins_the_count_anew(breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)
    breaker.enter()
    breaker.succeeded()
    fail(breaker, FAILURES - 1)
    assert breaker.enter() == 0


def test_what_says_nothing_about_the_vendor_is_not_counted(breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)
    breaker.enter()
    breaker.abandoned()
    assert breaker.enter() == 0
    breaker.failed()
    assert breaker.enter() > 0


def test_after_the_cool_down_one_is_let_through_at_a_time(breaker: Breaker, clock: Clock) -> None:
    fail(breaker)
    clock.now += COOL_DOWN
    assert breaker.enter() == 0
    assert breaker.enter() > 0


def test_a_trial_that_succeeds_closes_it_for_all(breaker: Breaker, clock: Clock) -> None:
    fail(breaker)
    clock.now += COOL_DOWN
    breaker.enter()
    breaker.succeeded()
    assert breaker.enter() == breaker.enter() == 0
    fail(breaker)
    assert breaker.enter() == COOL_DOWN


def test_a_trial_that_came_to_nothing_makes_room_for_another(
    breaker: Breaker, clock: Clock
) -> None:
    fail(breaker)
    clock.now += COOL_DOWN
    breaker.enter()
    breaker.abandoned()
    assert breaker.enter() == 0


def test_each_trial_that_fails_doubles_the_wait_up_to_a_limit(
    breaker: Breaker, clock: Clock
) -> None:
    fail(breaker)
    waits = []
    for _ in range(8):
        waits.append(breaker.enter())
        clock.now += waits[-1]
        fail(breaker, 1)
    assert waits[:3] == [COOL_DOWN, 2 * COOL_DOWN, 4 * COOL_DOWN]
    assert waits[-1] == LONGEST_COOL_DOWN


def test_a_search_that_began_before_it_opened_may_still_end_well(
    breaker: Breaker, clock: Clock
) -> None:
    breaker.enter()
    fail(breaker)
    breaker.succeeded()
    assert breaker.enter() == 0
