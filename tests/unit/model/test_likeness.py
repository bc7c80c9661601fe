import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.colours import Colour
from model.likeness import (
    COLOUR_PART,
    COSINE_OF_STRANGERS,
    COSINE_OF_TWINS,
    ColourSets,
    colour_likeness,
    is_alike,
    pack_colours,
    shape_likeness,
    similarity,
    unpack_colours,
)


def colours(*parts: tuple[str, float]) -> tuple[Colour, ...]:
    return tuple(Colour("x", code, share) for code, share in parts)


NAVY, BLUE, RED = (colours((code, 1.0)) for code in ("#1f2a48", "#1d4fa3", "#c8202e"))
SETS = st.lists(
    st.tuples(st.integers(0, 0xFFFFFF).map("#{:06x}".format), st.floats(0.01, 1)), max_size=3
).map(lambda parts: colours(*parts))


def test_likeness_of_shape_is_0_for_strangers_1_for_twins_and_clipped() -> None:
    assert shape_likeness(COSINE_OF_STRANGERS) == 0
    assert shape_likeness(COSINE_OF_TWINS) == pytest.approx(1)
    assert shape_likeness(-1.0) == 0
    assert shape_likeness(1.0) == 1
    assert shape_likeness((COSINE_OF_STRANGERS + COSINE_OF_TWINS) / 2) == pytest.approx(0.5)


def test_similarity_is_all_that_shape_and_colour_give() -> None:
    assert similarity(1.0, 1.0) == 1
    assert similarity(1.0, 0.0) == pytest.approx(1 - COLOUR_PART)
    assert similarity(-1.0, 1.0) == pytest.approx(COLOUR_PART)


def test_the_nearer_the_colour_the_more_alike() -> None:
    to_navy = [colour_likeness(NAVY, other) for other in (NAVY, BLUE, RED)]
    assert to_navy[0] == pytest.approx(1, abs=1e-3)
    assert to_navy == sorted(to_navy, reverse=True)
    assert to_navy[2] < 0.05


def test_darker_light_on_the_same_cloth_stays_alike_and_white_is_not_black() -> None:
    assert colour_likeness(colours(("#c8202e", 1)), colours(("#b41d29", 1))) > 0.85
    assert colour_likeness(colours(("#f8f8f8", 1)), colours(("#1b1b1e", 1))) < 0.01


def test_half_of_the_colours_is_half_alike() -> None:
    striped = colours(("#1f2a48", 0.5), ("#f8f8f8", 0.5))
    assert 0.6 < colour_likeness(striped, NAVY) < 0.8
    assert colour_likeness(striped, striped) == pytest.approx(1, abs=1e-3)


@settings(deadline=None)
@given(SETS, SETS)
def test_likeness_is_mutual_and_within_0_and_1(
    one: tuple[Colour, ...], other: tuple[Colour, ...]
) -> None:
    there, back = colour_likeness(one, other), colour_likeness(other, one)
    assert 0 <= there <= 1
    assert there == pytest.approx(back, abs=1e-4)
    assert colour_likeness(one, one) == pytest.approx(float(bool(one)), abs=1e-3)


@settings(deadline=None)
@given(st.lists(SETS, max_size=6), SETS)
def test_many_at_once_are_as_one_by_one(
    many: list[tuple[Colour, ...]], one: tuple[Colour, ...]
) -> None:
    found = ColourSets.of([pack_colours(each) for each in many]).likeness(one)
    assert np.allclose(found, [colour_likeness(each, one) for each in many], atol=1e-5)


@pytest.mark.parametrize("damaged", [b"\x01", b"\x01\x02\x03\xff\x05", bytes(99)])
def test_kept_bytes_of_any_length_are_read(damaged: bytes) -> None:
    found = ColourSets.of([damaged, pack_colours(NAVY)]).likeness(NAVY)
    assert found[1] == pytest.approx(1, abs=1e-3)
    assert np.isfinite(found).all()


@given(SETS)
def test_packed_colours_come_back_with_the_names_of_their_shades(
    some: tuple[Colour, ...],
) -> None:
    found = unpack_colours(pack_colours(some))
    assert [colour.hex for colour in found] == [colour.hex for colour in some]
    assert [colour.share for colour in found] == pytest.approx(
        [colour.share for colour in some], abs=1 / 255
    )


def test_packed_colours_are_named_and_what_is_cut_off_is_left_out() -> None:
    packed = pack_colours(NAVY + RED)
    assert [colour.name for colour in unpack_colours(packed)] == ["navy", "red"]
    assert [colour.name for colour in unpack_colours(packed[:7])] == ["navy"]
    assert unpack_colours(b"") == ()


def test_colours_alone_make_nothing_similar() -> None:
    assert not is_alike(float(similarity(COSINE_OF_STRANGERS, 1.0)))
    assert not is_alike(float(similarity(COSINE_OF_STRANGERS + 0.02, 1.0)))
    assert not is_alike(float(similarity(COSINE_OF_STRANGERS + 0.1, 0.0)))
    assert is_alike(float(similarity(COSINE_OF_STRANGERS + 0.1, 1.0)))
