"""ONNX files written byte by byte: small graphs of any shape, sound or hostile.

The numbers are the fields of `onnx.proto3`; running a test needs no ONNX library.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

FLOAT, INT64, BOOL = 1, 7, 9
_TYPES = {np.dtype(np.float32): FLOAT, np.dtype(np.int64): INT64}


def varint(value: int) -> bytes:
    """Encode seven bits a byte, lowest first; a negative number takes ten bytes."""
    value &= 0xFFFFFFFFFFFFFFFF
    parts = []
    while True:
        value, low = value >> 7, value & 0x7F
        parts.append(low | (0x80 if value else 0))
        if not value:
            return bytes(parts)


def number(at: int, value: int) -> bytes:
    return varint(at << 3) + varint(value)


def part(at: int, content: bytes | str) -> bytes:
    data = content.encode() if isinstance(content, str) else content
    return varint(at << 3 | 2) + varint(len(data)) + data


def tensor(name: str, values: np.ndarray) -> bytes:
    """Encode a TensorProto."""
    dims = b"".join(number(1, size) for size in values.shape)
    return dims + number(2, _TYPES[values.dtype]) + part(8, name) + part(9, values.tobytes())


def external_tensor(name: str, location: str, size: int = 4) -> bytes:
    """Encode a TensorProto that says its data is in another file."""
    entry = part(1, "location") + part(2, location)
    return number(1, size) + number(2, FLOAT) + part(8, name) + part(13, entry) + number(14, 1)


def value(name: str, element: int, shape: Sequence[int | str]) -> bytes:
    """Encode a ValueInfoProto of a tensor; a dimension of any size is given by a name."""
    dims = b"".join(
        part(1, number(1, size) if isinstance(size, int) else part(2, size)) for size in shape
    )
    return part(1, name) + part(2, part(1, number(1, element) + part(2, dims)))


def node(
    operator: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    *,
    domain: str = "",
    attributes: Iterable[bytes] = (),
) -> bytes:
    """Encode a NodeProto."""
    return b"".join(
        [
            *(part(1, name) for name in inputs),
            *(part(2, name) for name in outputs),
            part(4, operator),
            *(part(5, attribute) for attribute in attributes),
            part(7, domain),
        ]
    )


def graph_attribute(name: str, graph: bytes) -> bytes:
    """Encode an AttributeProto that holds a graph."""
    return part(1, name) + part(6, graph) + number(20, 5)


def graph(
    nodes: Sequence[bytes] = (),
    tensors: Sequence[bytes] = (),
    inputs: Sequence[bytes] = (),
    outputs: Sequence[bytes] = (),
) -> bytes:
    """Encode a GraphProto."""
    return b"".join(
        [
            *(part(1, each) for each in nodes),
            part(2, "graph"),
            *(part(5, each) for each in tensors),
            *(part(11, each) for each in inputs),
            *(part(12, each) for each in outputs),
        ]
    )


def model(content: bytes, domains: Sequence[str] = ("",), *, functions: bytes = b"") -> bytes:
    """Encode a ModelProto of version 8, opset 17."""
    opsets = b"".join(part(8, part(1, domain) + number(2, 17)) for domain in domains)
    return number(1, 8) + opsets + part(7, content) + functions


IMAGE = value("image", FLOAT, (3, "h", "w"))
MIN_SCORE = value("min_score", FLOAT, ())


def finder(
    *,
    boxes: np.ndarray | None = None,
    scores: np.ndarray | None = None,
    classes: np.ndarray | None = None,
    masks: np.ndarray | None = None,
    inputs: Sequence[bytes] = (IMAGE, MIN_SCORE),
    leave_out: str = "",
    nodes: Sequence[bytes] = (),
) -> bytes:
    """Encode a segmenter that finds the same garments everywhere; by default one in the middle."""
    arrays: Mapping[str, np.ndarray] = {
        "boxes": np.array([[40, 40, 200, 300]], np.float32) if boxes is None else boxes,
        "scores": np.array([0.9], np.float32) if scores is None else scores,
        "classes": np.array([0], np.int64) if classes is None else classes,
        "masks": np.full((1, 28, 28), 0.9, np.float32) if masks is None else masks,
    }
    kept = {name: values for name, values in arrays.items() if name != leave_out}
    return model(
        graph(
            nodes,
            [tensor(name, values) for name, values in kept.items()],
            inputs,
            [
                value(name, _TYPES[values.dtype], ("n", *values.shape[1:]))
                for name, values in kept.items()
            ],
        )
    )
