from hypothesis import given, settings
from hypothesis import strategies as st

from server.offers.picture_budget import MOST_PICTURES, PictureBudget

NAMES = ("one", "two", "three")


def test_who_answers_first_leaves_the_others_their_share() -> None:
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


def test_who_failed_leaves_its_share() -> None:
    budget = PictureBudget(NAMES, 24)
    budget.done("two")
    budget.done("three")
    assert budget.take("one", 30) == 24


def test_a_provider_alone_has_everything() -> None:
    assert PictureBudget(["one"]).take("one", 100) == MOST_PICTURES
    assert PictureBudget([]).take("one", 100) == MOST_PICTURES


@settings(deadline=None)
@given(
    st.integers(0, 40),
    st.lists(
        st.tuples(st.sampled_from(NAMES), st.none() | st.integers(0, 40)), min_size=1, max_size=20
    ),
)
def test_never_more_than_there_are_and_nobody_is_left_without_share(
    pictures: int, steps: list[tuple[str, int | None]]
) -> None:
    budget = PictureBudget(NAMES, pictures)
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
