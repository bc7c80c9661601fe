"""Inner products of many rows of bytes with one row of numbers, on the processor's byte units.

numpy would turn the bytes into numbers of four bytes each first. onnxruntime, which runs the
networks, multiplies bytes as they are; the graph that it is given here is that one operation.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# Values of a byte.
LEVELS: Final = 256
# Processors without an operation for it add two products of bytes in 16 bits: 255 * 63 * 2 fits.
_MOST: Final = 63
# Weights are the sum of a coarse and a fine number.
_FINER: Final = 2 * _MOST
_UINT8, _INT8, _INT32, _FLOAT = 2, 3, 6, 1
_OPSET, _IR = 13, 8


def inner_products(rows: NDArray[np.uint8], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the inner product of each row with the weights, or a little more, ``[N]``.

    Weights are rounded up to 1 in 16,000 of the greatest, so that a bound stays one.

    Args:
        rows: ``[N, K]``, in one piece of memory.
        weights: ``[K]``.
    """
    if not len(rows):
        return np.empty(0, np.float32)
    unit = max(float(np.abs(weights).max()), 1e-30) / (_MOST - 1)
    whole = np.ceil(weights.astype(np.float64) / (unit / _FINER))
    coarse = np.rint(whole / _FINER)
    parts = np.stack([coarse, whole - _FINER * coarse], 1).astype(np.int8)
    scales = np.array([[unit], [unit / _FINER]], np.float32)
    given = {"rows": rows, "parts": parts, "scales": scales}
    found: NDArray[np.float32] = _session().run(None, given)[0]
    return found[:, 0]


@cache
def _session() -> "InferenceSession":
    import onnxruntime  # noqa: PLC0415 - it takes long, and few programs need it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Sizes differ from run to run; memory that is kept for each of them would pile up.
    options.enable_mem_pattern = False
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(graph(), options, providers=["CPUExecutionProvider"])


def graph() -> bytes:
    """Return the graph as ONNX, which is written in Protocol Buffers."""
    nodes = [
        _node("MatMulInteger", ["rows", "parts"], "sums"),
        _node("Cast", ["sums"], "numbers", _message((1, "to"), (3, _FLOAT), (20, 2))),
        _node("MatMul", ["numbers", "scales"], "found"),
    ]
    inputs = [
        _value("rows", _UINT8, "n", "k"),
        _value("parts", _INT8, "k", 2),
        _value("scales", _FLOAT, 2, 1),
    ]
    body = _message(
        *((1, node) for node in nodes),
        (2, "products"),
        *((11, each) for each in inputs),
        (12, _value("found", _FLOAT, "n", 1)),
    )
    return _message((1, _IR), (7, body), (8, _message((2, _OPSET))))


def _node(kind: str, inputs: list[str], output: str, attribute: bytes = b"") -> bytes:
    given: list[tuple[int, Any]] = [(1, name) for name in inputs]
    given += [(2, output), (4, kind)]
    return _message(*given, *([(5, attribute)] if attribute else []))


def _value(name: str, kind: int, *shape: int | str) -> bytes:
    sizes = [_message((2 if isinstance(size, str) else 1, size)) for size in shape]
    tensor = _message((1, kind), (2, _message(*((1, size) for size in sizes))))
    return _message((1, name), (2, _message((1, tensor))))


def _message(*fields: tuple[int, int | str | bytes]) -> bytes:
    written = b""
    for number, value in fields:
        if isinstance(value, int):
            written += _varint(number << 3) + _varint(value)
        else:
            data = value.encode() if isinstance(value, str) else value
            written += _varint(number << 3 | 2) + _varint(len(data)) + data
    return written


def _varint(value: int) -> bytes:
    written = b""
    while value > 0x7F:
        written += bytes([value & 0x7F | 0x80])
        value >>= 7
    return written + bytes([value])
