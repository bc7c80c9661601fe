"""What a stranger's ONNX file would make a runtime do is found before one reads it."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import WeightsError
from model.weight_files.onnx_file import check_onnx
from model.weights_description import SHIPPED
from tests.support.onnx_files import (
    external_tensor,
    finder,
    graph,
    graph_attribute,
    model,
    node,
    number,
    part,
    tensor,
)


@pytest.mark.parametrize("file", ["segmenter.onnx", "embedder.onnx"])
def test_the_weights_that_ship_are_sound(file: str) -> None:
    contents = check_onnx((SHIPPED / file).read_bytes(), file)
    assert ("", "Conv") in contents.operators
    assert {domain for domain, _ in contents.operators} == {""}


def test_a_small_model_is_sound() -> None:
    contents = check_onnx(finder(), "small")
    assert contents.version == 8
    assert contents.inputs == ["image", "min_score"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a model",
        b"<html><body>404</body></html>",
        b"\x80\x02}q\x00.",
        number(1, 8),
        part(7, graph()),
        finder()[:-10],
        finder() + part(7, graph()),  # a second graph, which protobuf would merge with the first
        b"\xff" * 40,
        b"\x0b\x0c",
    ],
)
def test_what_is_not_a_model_is_refused(data: bytes) -> None:
    with pytest.raises(WeightsError, match=r"x\.onnx is not an ONNX file") as caught:
        check_onnx(data, "x.onnx")
    assert "export" in caught.value.hint


def test_a_checkpoint_is_called_one() -> None:
    with pytest.raises(WeightsError, match="PyTorch checkpoint"):
        check_onnx(b"PK\x03\x04 and more", "model.pth")


def test_what_onnxruntime_would_take_for_its_own_format_is_refused() -> None:
    disguised = number(1, 8) + part(2, "ORTM") + finder()
    assert disguised[4:8] == b"ORTM"
    with pytest.raises(WeightsError, match="own format"):
        check_onnx(disguised, "x.onnx")


@pytest.mark.parametrize(
    "location", ["../../../etc/passwd", "/etc/passwd", "weights.bin", "*/_ORT_MEM_ADDR_/*", ""]
)
def test_tensors_in_other_files_are_refused(location: str) -> None:
    data = model(graph(tensors=[external_tensor("w", location)]))
    with pytest.raises(WeightsError, match="other files") as caught:
        check_onnx(data, "x.onnx")
    assert repr(location) in str(caught.value)
    assert "onnx.save" in caught.value.hint


# Each way by which a tensor can be reached, and marks that protobuf reads as "external".
OUTSIDE = external_tensor("w", "/etc/passwd")
MARKED = tensor("w", np.zeros(1, np.float32)) + number(14, 1)
CUT_OFF = tensor("w", np.zeros(1, np.float32)) + number(14, 2**32 + 1)


@pytest.mark.parametrize("secret", [OUTSIDE, MARKED, CUT_OFF])
@pytest.mark.parametrize(
    "wrap",
    [
        lambda secret: model(graph(tensors=[secret])),
        lambda secret: model(graph([node("Constant", [], ["w"], attributes=[part(5, secret)])])),
        lambda secret: model(graph([node("Constant", [], ["w"], attributes=[part(10, secret)])])),
        lambda secret: model(
            graph(
                [
                    node(
                        "If",
                        ["c"],
                        ["w"],
                        attributes=[graph_attribute("then", graph((), [secret]))],
                    )
                ]
            )
        ),
        lambda secret: model(
            graph([node("If", ["c"], ["w"], attributes=[part(11, graph((), [secret]))])])
        ),
        lambda secret: model(graph() + part(15, part(1, secret))),
        lambda secret: model(graph() + part(15, part(2, secret))),
        lambda secret: model(
            graph([node("Constant", [], ["w"], attributes=[part(22, part(1, secret))])])
        ),
        lambda secret: model(graph(), functions=part(25, part(11, part(5, secret)))),
        lambda secret: model(
            graph(),
            functions=part(25, part(7, node("Constant", [], ["w"], attributes=[part(5, secret)]))),
        ),
        lambda secret: model(graph(), functions=part(20, part(1, graph((), [secret])))),
    ],
)
def test_no_place_hides_a_tensor_in_another_file(wrap, secret: bytes) -> None:
    with pytest.raises(WeightsError, match="other files"):
        check_onnx(wrap(secret), "x.onnx")


def test_operators_of_a_strangers_library_are_refused() -> None:
    inner = graph([node("Steal", ["x"], ["y"], domain="com.evil")])
    data = model(
        graph([node("If", ["c"], ["y"], attributes=[graph_attribute("then_branch", inner)])]),
        ("", "com.evil"),
    )
    with pytest.raises(WeightsError, match=r"com\.evil\.Steal"):
        check_onnx(data, "x.onnx")


def test_a_function_that_the_file_defines_itself_is_known() -> None:
    function = part(
        25, part(1, "Twice") + part(7, node("Add", ["x", "x"], ["y"])) + part(10, "mine")
    )
    data = model(
        graph([node("Twice", ["x"], ["y"], domain="mine")]), ("", "mine"), functions=function
    )
    assert check_onnx(data, "x.onnx").functions == {("mine", "Twice")}


def test_depth_is_no_way_to_break_the_reader() -> None:
    inner = graph()
    for _ in range(2000):
        inner = graph([node("If", ["c"], ["y"], attributes=[part(6, inner)])])
    assert check_onnx(model(inner), "x.onnx").operators == {("", "If")}


@given(place=st.integers(0, 2000), byte=st.integers(0, 255), end=st.integers(1, 4000))
def test_whatever_the_bytes_are_it_ends_in_an_answer_or_a_refusal(
    place: int, byte: int, end: int
) -> None:
    data = bytearray(finder())
    data[place % len(data)] = byte
    with suppress(WeightsError):
        check_onnx(bytes(data[:end]), "x.onnx")
