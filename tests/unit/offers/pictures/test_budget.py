import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from server.offers.pictures.budget import LATE_AFTER, MOST_PICTURES, PictureBudget

NAMES = ("one", "two", "three")


def test_the_first_to_answer_leaves_the_others_their_share() -> None:
    budget = PictureBudget(NAMES, 24)
    assert budget.take("one", 24) == 8
    assert budget.take("two", 24) == 8
    assert budget.take("three", 24) == 8
    assert budget.take("one", 24) == 0


def test_what_one_does_not_need_is_free_for_all() -> None:
    budget = PictureBudget(NAMES, 24)
    assert budget.take("one", 24) == 8
    assert budget.take("two", 2) == 2
    assert budget.take("one", 16) == 6
    assert budget.take("three", 24) == 8


def test_a_provider_that_failed_releases_its_share() -> None:
    budget = PictureBudget(NAMES, 24)
    budget.done("two")
    budget.done("three")
    assert budget.take("one", 30) == 24


def test_a_provider_alone_has_everything() -> None:
    assert PictureBudget(["one"]).take("one", 100) == MOST_PICTURES
    assert PictureBudget([]).take("one", 100) == MOST_PICTURES


class Clock:
    """A clock that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_late_provider_keeps_a_third_of_its_share() -> None:
    clock = Clock()
    budget = PictureBudget(NAMES, 24, clock)
    assert budget.take("one", 24) == budget.take("two", 24) == 8
    clock.now += LATE_AFTER - 0.01
    assert budget.take("one", 16) == 0
    clock.now += 0.01
    assert budget.take("one", 4) == 4
    assert budget.take("two", 16) == 2
    assert budget.take("three", 24) == 2


def test_more_is_waited_for_until_others_answer_or_are_late() -> None:
    clock = Clock()
    budget = PictureBudget(NAMES, 24, clock)
    budget.take("one", 24)
    answers = threading.Timer(0.05, lambda: budget.take("two", 2))
    answers.start()
    assert budget.may_give_more("one", clock.now + 60)
    answers.join()
    assert budget.take("one", 16) == 6
    assert not budget.may_give_more("one", clock.now)  # no time is left
    clock.now += LATE_AFTER
    assert budget.may_give_more("one", clock.now + 60)
    assert budget.take("one", 10) == 6
    assert not budget.may_give_more("one", clock.now + 60)


def test_nothing_is_waited_for_once_everybody_has_answered() -> None:
    clock = Clock()
    budget = PictureBudget(NAMES, 24, clock)
    for name in NAMES:
        budget.take(name, 24)
    assert not budget.may_give_more("one", clock.now + 60)


@settings(deadline=None)
@given(
    st.integers(0, 40),
    st.lists(
        st.tuples(st.sampled_from(NAMES), st.none() | st.integers(0, 40)), min_size=1, max_size=20
    ),
)
def test_never_more_than_there_are_and_no_provider_is_left_without_its_share(
    pictures: int, steps: list[tuple[str, int | None]]
) -> None:
    budget = PictureBudget(NAMES, pictures, Clock())
    taken = dict.fromkeys(NAMES, 0)
    heard: set[str] = set()
    for name, wanted in steps:
        if wanted is None:
            budget.done(name)
        else:
            got = budget.take(name, wanted)
            assert 0 <= got <= wanted
            if name not in heard:
                assert got >= min(wanted, pictures // len(NAMES))
            taken[name] += got
        heard.add(name)
    assert sum(taken.values()) <= pictures
    if heard == set(NAMES):
        left = pictures - sum(taken.values())
        assert budget.take("one", 100) == left
