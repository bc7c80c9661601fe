"""Inner products of many rows of bytes with one row of numbers, on the processor's byte units.

numpy would turn the bytes into numbers of four bytes each first. onnxruntime, which runs the
networks, multiplies bytes as they are, and takes a fraction of the time if it is one row that is
multiplied with columns; the graph that it is given here is that one operation, twice.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# Values of a byte.
LEVELS: Final = 256
# Bytes of products are signed: a view's byte less this.
MIDDLE: Final = 128
# Those of weights are not, and this more. Processors without an operation for it add two products
# of bytes in 16 bits: 127 * 128 * 2 fits.
_OFFSET: Final = 64
_MOST: Final = 63
# Weights are the sum of a coarse and a fine number.
_FINER: Final = 2 * _MOST
_UINT8, _INT8, _INT32 = 2, 3, 6
_OPSET, _IR = 13, 8


def surplus(rows: NDArray[np.int8]) -> NDArray[np.int32]:
    """Return what is to be taken from the products of rows, since weights are made positive."""
    found: NDArray[np.int32] = rows.sum(1, np.int32)
    found *= _OFFSET * (_FINER + 1)
    return found


def inner_products(
    rows: NDArray[np.int8], over: NDArray[np.int32], weights: NDArray[np.float32], rest: float
) -> NDArray[np.float32]:
    """Return the inner product of each row's bytes with the weights, or a little more, ``[N]``.

    Weights are rounded up to 1 in 7,800 of the greatest, so that a bound stays one.

    Args:
        rows: Bytes less `MIDDLE`, ``[N, K]``; each column is in one piece of memory.
        over: Of the rows, see `surplus`.
        weights: ``[K]``.
        rest: Is added to each.
    """
    if not len(rows):
        return np.empty(0, np.float32)
    unit = max(float(np.abs(weights).max()), 1e-30) / (_MOST - 1) / _FINER
    whole = np.ceil(weights.astype(np.float64) / unit)
    coarse = np.rint(whole / _FINER)
    given = {
        "columns": rows.T,
        "coarse": (coarse + _OFFSET).astype(np.uint8)[None],
        "fine": (whole - _FINER * coarse + _OFFSET).astype(np.uint8)[None],
    }
    (found,), (fine,) = _session().run(None, given)
    found *= _FINER
    found += fine
    found -= over
    exact: NDArray[np.float32] = found.astype(np.float32)
    exact *= np.float32(unit)
    exact += np.float32(MIDDLE * whole.sum() * unit + rest)
    return exact


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
        _node("MatMulInteger", ["coarse", "columns"], "coarse_found"),
        _node("MatMulInteger", ["fine", "columns"], "fine_found"),
    ]
    inputs = [
        _value("columns", _INT8, "k", "n"),
        _value("coarse", _UINT8, 1, "k"),
        _value("fine", _UINT8, 1, "k"),
    ]
    outputs = [_value(f"{name}_found", _INT32, 1, "n") for name in ("coarse", "fine")]
    body = _message(
        *((1, node) for node in nodes),
        (2, "products"),
        *((11, each) for each in inputs),
        *((12, each) for each in outputs),
    )
    return _message((1, _IR), (7, body), (8, _message((2, _OPSET))))


def _node(kind: str, inputs: list[str], output: str) -> bytes:
    given: list[tuple[int, Any]] = [(1, name) for name in inputs]
    return _message(*given, (2, output), (4, kind))


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
