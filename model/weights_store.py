"""Which weights are in force: their description, their checksums, their graphs.

`weights.json` lies beside the ONNX files and names, for `segmenter` and `embedder`, the
file, its SHA-256 and how it wants its input. A file is only ever run after its bytes
were checked: the very bytes that were summed are those that the runtime gets.
"""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Self

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from model.categories import CATEGORIES
from model.errors import WeightsError

SHIPPED = Path(__file__).parent / "weights"
"""The folder with the weights that come with the project."""

_HINT = (
    "Install the project again, or let WTB_WEIGHTS_DIR name a folder with weights.json and "
    "the files that it lists."
)
_DTYPES = {"tensor(float)": "float32", "tensor(int64)": "int64"}

FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class GraphFile(BaseModel):
    """One ONNX file beside `weights.json`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    file: FileName
    sha256: Sha256
    input: str
    """The name of the graph's input."""

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change with the file or with anything said about it."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


class SegmenterFile(GraphFile):
    """How the segmenter wants its picture, and what its classes are."""

    short_side: int = Field(ge=32, le=2048)
    """The picture's shorter side in pixels, as the network is served."""
    max_side: int = Field(ge=32, le=4096)
    """The longer side is never more; a panorama's shorter side is less then."""
    score_threshold: float = Field(gt=0, lt=1)
    mask_margin: float = Field(0.0, ge=0, le=0.5)
    """Masks cover their boxes grown by this share of width and height on each side."""
    categories: tuple[str, ...]
    """Name of the category of each class, class 0 first."""

    @field_validator("categories")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if sorted(names) != sorted(category.name for category in CATEGORIES):
            raise ValueError(f"expected the {len(CATEGORIES)} categories, not {list(names)}")
        return names


class EmbedderFile(GraphFile):
    """How the embedder wants its crops, and how long its vectors are."""

    size: int = Field(ge=16, le=1024)
    """Width and height of a crop in pixels."""
    dimensions: int = Field(ge=1, le=65536)


class WeightsDescription(BaseModel):
    """What `weights.json` says."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    segmenter: SegmenterFile
    embedder: EmbedderFile
    folder: Path = Field(SHIPPED, exclude=True)

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that name all the weights in force."""
        both = self.segmenter.fingerprint + self.embedder.fingerprint
        return hashlib.sha256(both.encode()).hexdigest()[:16]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read `weights.json` of a folder; see `load_description`."""
        path = folder / "weights.json"
        try:
            content = json.loads(path.read_bytes())
            if not isinstance(content, dict):
                raise WeightsError(f"{path} does not hold a JSON object.", hint=_HINT)
            return cls.model_validate({**content, "folder": folder})
        except OSError as error:
            raise WeightsError(f"{path} cannot be read: {error.strerror}.", hint=_HINT) from error
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise WeightsError(
                f"{path} is not as it should be at {where}: {first['msg']}.", hint=_HINT
            ) from error
        except ValueError as error:
            raise WeightsError(f"{path} is not JSON: {error}.", hint=_HINT) from error


def load_description(folder: Path | None = None) -> WeightsDescription:
    """Read the description of the weights in a folder (the shipped ones where None).

    Raises:
        WeightsError: No `weights.json`, or one that is not as it should be.
    """
    return WeightsDescription.read(SHIPPED if folder is None else folder)


class Graph:
    """An ONNX graph that was verified and is ready to run, from any thread."""

    def __init__(
        self,
        folder: Path,
        entry: GraphFile,
        *,
        inputs: tuple[int | None, ...],
        outputs: dict[str, tuple[str, int]],
        threads: int,
    ) -> None:
        """Verify and load.

        Args:
            folder: Where the file lies.
            entry: What is known of it.
            inputs: The input's shape; None for a dimension that may vary.
            outputs: Element type and number of dimensions by output name.
            threads: Threads that one run may use.

        Raises:
            WeightsError: The file is missing or altered, or is another graph.
        """
        self._input = entry.input
        self._outputs = list(outputs)
        self._path = folder / entry.file
        data = self._read(entry.sha256)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Threads that spin while they wait take the processor from the other requests.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                data, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            # onnxruntime raises classes of its own that share no base but Exception.
            raise WeightsError(
                f"{self._path} is not a graph that onnxruntime can run: {error}", hint=_HINT
            ) from error
        self._check(inputs, outputs)

    def run(self, array: NDArray[np.float32]) -> list[NDArray[np.generic]]:
        """Run on an input; return the outputs in the order in which they were asked for."""
        found: list[NDArray[np.generic]] = self._session.run(self._outputs, {self._input: array})
        return found

    def _read(self, sha256: str) -> bytes:
        try:
            data = self._path.read_bytes()
        except OSError as error:
            raise WeightsError(
                f"{self._path} cannot be read: {error.strerror}.", hint=_HINT
            ) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise WeightsError(
                f"{self._path} is not the file that weights.json lists (its SHA-256 differs).",
                hint=_HINT,
            )
        return data

    def _check(self, inputs: tuple[int | None, ...], outputs: dict[str, tuple[str, int]]) -> None:
        named = {node.name: node for node in self._session.get_inputs()}
        if set(named) != {self._input}:
            raise self._mismatch(f"inputs {sorted(named)} instead of ['{self._input}']")
        node = named[self._input]
        fits = len(node.shape) == len(inputs) and all(
            not isinstance(found, int) or found == wanted
            for found, wanted in zip(node.shape, inputs, strict=True)
        )
        if _DTYPES.get(node.type) != "float32" or not fits:
            raise self._mismatch(f"an input {node.type} {node.shape} instead of {inputs}")
        given = {node.name: node for node in self._session.get_outputs()}
        for name, (dtype, rank) in outputs.items():
            if name not in given:
                raise self._mismatch(f"outputs {sorted(given)} without '{name}'")
            output = given[name]
            if _DTYPES.get(output.type) != dtype or len(output.shape) != rank:
                raise self._mismatch(
                    f"an output {name} {output.type} {output.shape} instead of {dtype} "
                    f"with {rank} dimensions"
                )

    def _mismatch(self, what: str) -> WeightsError:
        return WeightsError(f"{self._path} is another graph: it has {what}.", hint=_HINT)
