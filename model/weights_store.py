"""Which weights are in force: their description, their checksums, their graphs.

`weights.json` lies beside the ONNX files and names, for `segmenter` and `embedder`, the
file, its SHA-256 and how it wants its input. A file is only ever run after its bytes
were checked: the very bytes that were summed are those that the runtime gets.
"""

import ctypes
import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from model.categories import CATEGORIES
from model.errors import WeightsError

SHIPPED = Path(__file__).parent / "weights"
"""The folder with the weights that come with the project."""

SEGMENTER_OUTPUTS = {
    "boxes": ("float32", 2),
    "scores": ("float32", 1),
    "classes": ("int64", 1),
    "masks": ("float32", 3),
}
"""Element type and number of dimensions of what a segmenter's graph gives, by name."""
_USUAL_INPUT = 3 * 384 * 640
"""Numbers in a graph's inputs; what more than that need is given back after the run."""
_NUMBER_OF = {category.name: number for number, category in enumerate(CATEGORIES)}
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

    def translated(self, outputs: dict[str, NDArray[np.generic]]) -> dict[str, NDArray[np.generic]]:
        """Bring what the graph gives into this project's terms: here, as it is."""
        return outputs


class SegmenterFile(GraphFile):
    """How the segmenter wants its picture, and what its classes are."""

    score_input: str | None = None
    """The name of the graph's second input, a float32 scalar: what scores less is left out.

    None for a graph that has no such input, and finds more than is asked for.
    """
    short_side: int = Field(ge=32, le=2048)
    """The picture's shorter side in pixels, as the network is served."""
    max_side: int = Field(ge=32, le=4096)
    """The longer side is never more; a panorama's shorter side is less then."""
    score_threshold: float = Field(gt=0, lt=1)
    mask_margin: float = Field(0.0, ge=0, le=0.5)
    """Masks cover their boxes grown by this share of width and height on each side."""
    classes: tuple[str | None, ...] = Field(alias="categories", min_length=1)
    """The category of each of the graph's classes, class 0 first; None for what is left out."""

    @field_validator("classes")
    @classmethod
    def _known(cls, names: tuple[str | None, ...]) -> tuple[str | None, ...]:
        strangers = sorted({name for name in names if name is not None} - _NUMBER_OF.keys())
        if strangers:
            raise ValueError(f"{strangers} are none of the {len(CATEGORIES)} categories")
        if not any(names):
            raise ValueError("no class is a category")
        return names

    @property
    def shapes(self) -> dict[str, tuple[int | None, ...]]:
        """The shapes of the graph's inputs, as `Graph` takes them."""
        score: dict[str, tuple[int | None, ...]] = (
            {self.score_input: ()} if self.score_input else {}
        )
        return {self.input: (3, None, None), **score}

    def asked(self, picture: NDArray[np.float32], least: float) -> dict[str, NDArray[np.float32]]:
        """Give the graph's inputs for a picture, ``3 x h x w``, and the least score."""
        score = {self.score_input: np.array(least, np.float32)} if self.score_input else {}
        return {self.input: picture, **score}

    @property
    def categories(self) -> tuple[str, ...]:
        """What the class numbers mean that `Graph.run` gives: the 13 names in their order."""
        return tuple(_NUMBER_OF)

    def translated(self, outputs: dict[str, NDArray[np.generic]]) -> dict[str, NDArray[np.generic]]:
        """Number the classes as the 13 categories are, and drop what is none of them.

        Raises:
            WeightsError: A class has no name.
        """
        classes = np.asarray(outputs["classes"], np.int64)
        nameless = classes[(classes < 0) | (classes >= len(self.classes))]
        if nameless.size:
            raise WeightsError(
                f"{self.file} finds things of class {nameless[0]}, but weights.json names "
                f"{len(self.classes)} classes, from 0.",
                hint="These are not the names of this graph's classes.",
            )
        table = np.array([_NUMBER_OF[name] if name else -1 for name in self.classes], np.int64)
        ours = table[classes]
        kept = ours >= 0
        if kept.all():
            return {**outputs, "classes": ours}
        return {**{name: values[kept] for name, values in outputs.items()}, "classes": ours[kept]}


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
    """Where the segmenter's file lies."""
    embedder_folder: Path = Field(SHIPPED, exclude=True)
    """Where the embedder's lies: a set without one goes with the embedder that ships."""

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that name all the weights in force."""
        both = self.segmenter.fingerprint + self.embedder.fingerprint
        return hashlib.sha256(both.encode()).hexdigest()[:16]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read `weights.json` of a folder; see `load_description`."""
        path = folder / "weights.json"
        hint = _hint(folder)
        try:
            content = json.loads(path.read_bytes())
            if not isinstance(content, dict):
                raise WeightsError(f"{path} does not hold a JSON object.", hint=hint)
            embedder_folder = folder
            if "embedder" not in content and folder != SHIPPED:
                content["embedder"] = cls.read(SHIPPED).embedder
                embedder_folder = SHIPPED
            return cls.model_validate(
                {**content, "folder": folder, "embedder_folder": embedder_folder}
            )
        except OSError as error:
            raise WeightsError(f"{path} cannot be read: {error.strerror}.", hint=hint) from error
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise WeightsError(
                f"{path} is not as it should be at {where}: {first['msg']}.", hint=hint
            ) from error
        except ValueError as error:
            raise WeightsError(f"{path} is not JSON: {error}.", hint=hint) from error


def load_description(folder: Path | None = None) -> WeightsDescription:
    """Read the description of the weights in a folder (the shipped ones where None).

    Raises:
        WeightsError: No `weights.json`, or one that is not as it should be.
    """
    return WeightsDescription.read(SHIPPED if folder is None else folder)


def _hint(folder: Path) -> str:
    """Say what to do about weights of that folder that cannot be used."""
    if folder == SHIPPED:
        return "Install the project again."
    return (
        "`where-to-buy weights use default` goes back to the weights that ship; where "
        "WTB_WEIGHTS_DIR names the folder, unset it or put the right files there."
    )


class Graph:
    """An ONNX graph that was verified and is ready to run, from any thread."""

    def __init__(
        self,
        folder: Path,
        entry: GraphFile,
        *,
        inputs: dict[str, tuple[int | None, ...]],
        outputs: dict[str, tuple[str, int]],
        threads: int,
    ) -> None:
        """Verify and load.

        Args:
            folder: Where the file lies.
            entry: What is known of it.
            inputs: Shapes of the float32 inputs by name; None for a dimension that may vary.
            outputs: Element type and number of dimensions by output name.
            threads: Threads that one run may use.

        Raises:
            WeightsError: The file is missing or altered, or is another graph.
        """
        import onnxruntime  # noqa: PLC0415 - slow, and a description is read without it

        self._entry = entry
        self._hint = _hint(folder)
        self._outputs = list(outputs)
        self._path = folder / entry.file
        data = self._read(entry.sha256)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # One block planned for each size of input would pile up beside those of other sizes.
        options.enable_mem_pattern = False
        # Threads that spin while they wait take the processor from the other requests.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Otherwise a file could pass for ONNX elsewhere and be taken for something else here.
        options.add_session_config_entry("session.load_model_format", "ONNX")
        try:
            self._session = onnxruntime.InferenceSession(
                data, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            # onnxruntime raises classes of its own that share no base but Exception.
            raise WeightsError(
                f"{self._path} is not a graph that onnxruntime can run: {error}", hint=self._hint
            ) from error
        # What a run allocated serves the next one; only what an unusually large one took is given
        # back. Always giving back would cost a third of the time.
        self._keeping, self._giving_back = onnxruntime.RunOptions(), onnxruntime.RunOptions()
        self._giving_back.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        del data
        _give_back_memory()
        self._check(inputs, outputs)

    def run(self, inputs: dict[str, NDArray[np.float32]]) -> list[NDArray[np.generic]]:
        """Run on inputs by name; return the outputs in the order in which they were asked for."""
        large = sum(array.size for array in inputs.values()) > _USUAL_INPUT
        way = self._giving_back if large else self._keeping
        found = dict(zip(self._outputs, self._session.run(self._outputs, inputs, way), strict=True))
        return list(self._entry.translated(found).values())

    def _read(self, sha256: str) -> bytes:
        try:
            data = self._path.read_bytes()
        except OSError as error:
            raise WeightsError(
                f"{self._path} cannot be read: {error.strerror}.", hint=self._hint
            ) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise WeightsError(
                f"{self._path} is not the file that weights.json lists (its SHA-256 differs).",
                hint=self._hint,
            )
        return data

    def _check(
        self, inputs: dict[str, tuple[int | None, ...]], outputs: dict[str, tuple[str, int]]
    ) -> None:
        named = {node.name: node for node in self._session.get_inputs()}
        if set(named) != set(inputs):
            raise self._mismatch(f"inputs {sorted(named)} instead of {sorted(inputs)}")
        for name, shape in inputs.items():
            node = named[name]
            fits = len(node.shape) == len(shape) and all(
                not isinstance(found, int) or found == wanted
                for found, wanted in zip(node.shape, shape, strict=True)
            )
            if _DTYPES.get(node.type) != "float32" or not fits:
                raise self._mismatch(f"an input {name} {node.type} {node.shape} instead of {shape}")
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
        return WeightsError(f"{self._path} is another graph: it has {what}.", hint=self._hint)


def _give_back_memory() -> None:
    """Have the C library return to the system what loading took: 20 MB and more for a graph."""
    with suppress(OSError, AttributeError):  # glibc alone has it
        ctypes.CDLL(None).malloc_trim(0)
