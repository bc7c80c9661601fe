"""What an ONNX file would make a runtime do, read from its bytes without running it.

Weights from elsewhere are a stranger's data. A graph may name other files for the runtime to
read (external data; one location even means an address in memory), and operators that only
the stranger's own library could run. Both are found here, before onnxruntime's own parser sees
the file.

The message types and field numbers are those of `onnx.proto3`
(https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3), the encoding is protobuf's
(https://protobuf.dev/programming-guides/encoding/).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from model.errors import WeightsError

# Sets of operators that onnxruntime itself has.
KNOWN_DOMAINS: Final = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})

_EXPORT = "Export the model as one ONNX file: `python -m model.training export` does."
_INSIDE = (
    "Save it again with the tensors inside: "
    "onnx.save(onnx.load('model.onnx'), 'one.onnx', save_as_external_data=False)"
)
_NESTED: Final[dict[str, dict[int, str]]] = {
    "model": {7: "main graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "graph": {1: "node", 5: "tensor", 15: "sparse tensor"},
    "main graph": {1: "node", 5: "tensor", 11: "input", 15: "sparse tensor"},
    "input": {},
    "function": {7: "node", 11: "attribute"},
    "node": {5: "attribute"},
    "attribute": {
        5: "tensor",
        6: "graph",
        10: "tensor",
        11: "graph",
        22: "sparse tensor",
        23: "sparse tensor",
    },
    "sparse tensor": {1: "tensor", 2: "tensor"},
    "tensor": {13: "external"},
    "external": {},
}
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_NAMED = ("node", "function", "external", "input")
_LONGEST_NAME = 4096
# Protobuf cuts the number of an enumeration to its lower half.
_INT32 = 0xFFFFFFFF
_MOST_MESSAGES: Final = 2_000_000


class _MalformedError(Exception):
    """The bytes are not a protobuf message."""


@dataclass
class Contents:
    """The parts of a file that matter here.

    Attributes:
        version: Version of the format; 0 if the file gives none.
        graphs: Number of graphs in the file itself, not in its operators.
        operators: ``(domain, name)`` of everything that is run.
        functions: ``(domain, name)`` of what the file itself defines.
        inputs: Names of the model's inputs, in order.
        external: Files that its tensors name as the place of their data; an empty name where
            they name none.
    """

    version: int = 0
    graphs: int = 0
    operators: set[tuple[str, str]] = field(default_factory=set)
    functions: set[tuple[str, str]] = field(default_factory=set)
    inputs: list[str] = field(default_factory=list)
    external: set[str] = field(default_factory=set)


def check_onnx(data: bytes, name: str) -> Contents:
    """Refuse anything but one complete ONNX file of known operators.

    Args:
        data: The file's content.
        name: Its name in error messages.

    Raises:
        WeightsError: It is not an ONNX file, names other files, or needs other operators.
    """
    if data[:2] == b"PK":
        raise WeightsError(
            f"{name} is a PyTorch checkpoint or an archive, not an ONNX file.", hint=_EXPORT
        )
    # onnxruntime recognises its own format by these bytes, whatever else the file may be.
    if data[4:8] == b"ORTM":
        raise WeightsError(
            f"{name} is in onnxruntime's own format, not an ONNX file.", hint=_EXPORT
        )
    try:
        contents = read_contents(data)
    except _MalformedError as error:
        raise WeightsError(f"{name} is not an ONNX file: {error}.", hint=_EXPORT) from error
    if contents.version == 0 or contents.graphs != 1:
        raise WeightsError(f"{name} is not an ONNX file: it holds no model.", hint=_EXPORT)
    if contents.external:
        places = ", ".join(repr(place) for place in sorted(contents.external)[-3:])
        raise WeightsError(
            f"{name} keeps tensors in other files ({places}), which are not read.", hint=_INSIDE
        )
    foreign = sorted(
        f"{domain}.{operator}"
        for domain, operator in contents.operators - contents.functions
        if domain not in KNOWN_DOMAINS
    )
    if foreign:
        raise WeightsError(
            f"{name} needs operators that are not part of onnxruntime: {', '.join(foreign[:5])}.",
            hint="Export it with standard ONNX operators only.",
        )
    return contents


def read_contents(data: bytes) -> Contents:
    """Walk through a model and everything nested in it, to any depth."""
    contents = Contents()
    waiting = [("model", memoryview(data))]
    seen = 0
    while waiting:
        kind, message = waiting.pop()
        seen += 1
        if seen > _MOST_MESSAGES:
            raise _MalformedError("it holds too many parts")
        nested = _NESTED[kind]
        texts: dict[int, str] = {}
        for number, value in _fields(message):
            if isinstance(value, int):
                if (kind, number) == ("model", 1):
                    contents.version = value
                elif (kind, number) == ("tensor", 14) and value & _INT32:
                    contents.external.add("")
            elif number in nested:
                waiting.append((nested[number], value))
                contents.graphs += (kind, number) == ("model", 7)
            elif kind in _NAMED:
                texts[number] = bytes(value[:_LONGEST_NAME]).decode("utf-8", "replace")
        if kind == "node":
            contents.operators.add((texts.get(7, ""), texts.get(4, "")))
        elif kind == "function":
            contents.functions.add((texts.get(10, ""), texts.get(1, "")))
        elif kind == "input":
            contents.inputs.insert(0, texts.get(1, ""))  # the last in the list is visited first
        elif kind == "external":
            contents.external.add(texts.get(2, "") if texts.get(1) == "location" else "")
    return contents


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yield the number and value of each field, except numbers of fixed size."""
    place, end = 0, len(message)
    while place < end:
        tag, place = _varint(message, place)
        number, wire = tag >> 3, tag & 7
        if number == 0 or tag > _INT32:
            raise _MalformedError("its bytes make no message")
        if wire == _VARINT:
            value, place = _varint(message, place)
            yield number, value
        elif wire == _BYTES:
            length, place = _varint(message, place)
            if length > end - place:
                raise _MalformedError("it ends too early, or is none")
            yield number, message[place : place + length]
            place += length
        elif wire in {_FIXED64, _FIXED32}:
            place += 8 if wire == _FIXED64 else 4
            if place > end:
                raise _MalformedError("it ends too early, or is none")
        else:
            raise _MalformedError("its bytes make no message")


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(message):
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, place
        shift += 7
        if shift >= 70:
            break
    raise _MalformedError("its bytes make no message")
