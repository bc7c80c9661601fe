"""The description of a set of weights, `weights.json`.

It lies beside the ONNX files and gives, for `segmenter` and `embedder`, the file, its SHA-256
and the form of its input.
"""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, Final, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from model.categories import CATEGORIES
from model.errors import ForeignWeightsError, WeightsError

NAME: Final = "weights.json"
# The folder with the weights that come with the project.
SHIPPED = Path(__file__).parent / "weights"

# Element type and number of dimensions of a segmenter's outputs, by name.
SEGMENTER_OUTPUTS = {
    "boxes": ("float32", 2),
    "scores": ("float32", 1),
    "classes": ("int64", 1),
    "masks": ("float32", 3),
}
_NUMBER_OF = {category.name: number for number, category in enumerate(CATEGORIES)}

Described = TypeVar("Described", bound=BaseModel)
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class GraphFile(BaseModel):
    """One ONNX file beside `weights.json`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    file: FileName
    sha256: Sha256
    # The name of the graph's input.
    input: str

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change with the file or with its description."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def translated(self, outputs: dict[str, NDArray[np.generic]]) -> dict[str, NDArray[np.generic]]:
        """Translate the graph's outputs into this project's terms; by default unchanged."""
        return outputs


class SegmenterFile(GraphFile):
    """The segmenter's input, and the meaning of its classes."""

    # The name of the graph's second input, a float32 scalar: the least score of a detection.
    # None for a graph without such an input, which finds more than is wanted.
    score_input: str | None = None
    # Pixels that the picture's shorter side is scaled to.
    short_side: int = Field(ge=32, le=2048)
    # Most pixels of the longer side; a panorama's shorter side gets smaller for it.
    max_side: int = Field(ge=32, le=4096)
    score_threshold: float = Field(gt=0, lt=1)
    # By category: a higher least score where it is wrong more often than the others.
    score_thresholds: dict[str, float] = Field(default_factory=dict)
    # Masks cover their boxes grown by this share of width and height on each side.
    mask_margin: float = Field(0.0, ge=0, le=0.5)
    # The category of each of the graph's classes, class 0 first; None leaves a class out.
    classes: tuple[str | None, ...] = Field(alias="categories", min_length=1)

    @field_validator("classes")
    @classmethod
    def _known(cls, names: tuple[str | None, ...]) -> tuple[str | None, ...]:
        strangers = sorted({name for name in names if name is not None} - _NUMBER_OF.keys())
        if strangers:
            raise ValueError(f"{strangers} are none of the {len(CATEGORIES)} categories")
        if not any(names):
            raise ValueError("no class is a category")
        return names

    @field_validator("score_thresholds")
    @classmethod
    def _of_known(cls, thresholds: dict[str, float]) -> dict[str, float]:
        for name, least in thresholds.items():
            if name not in _NUMBER_OF:
                raise ValueError(f"{name!r} is none of the {len(CATEGORIES)} categories")
            if not 0 < least < 1:
                raise ValueError(f"{name!r} has a least score that is not between 0 and 1")
        return thresholds

    @property
    def least_scores(self) -> NDArray[np.float32]:
        """Least score of each of `categories`, where it has one of its own; 0 elsewhere."""
        return np.array([self.score_thresholds.get(n, 0.0) for n in self.categories], np.float32)

    @property
    def shapes(self) -> dict[str, tuple[int | None, ...]]:
        """Shapes of the graph's inputs, as `Graph` takes them."""
        score: dict[str, tuple[int | None, ...]] = (
            {self.score_input: ()} if self.score_input else {}
        )
        return {self.input: (3, None, None), **score}

    def asked(self, picture: NDArray[np.float32], least: float) -> dict[str, NDArray[np.float32]]:
        """Return the graph's inputs for a picture, ``3 x h x w``, and a least score."""
        score = {self.score_input: np.array(least, np.float32)} if self.score_input else {}
        return {self.input: picture, **score}

    @property
    def categories(self) -> tuple[str, ...]:
        """Names of the class numbers that `Graph.run` returns: all categories in order."""
        return tuple(_NUMBER_OF)

    def translated(self, outputs: dict[str, NDArray[np.generic]]) -> dict[str, NDArray[np.generic]]:
        """Renumber the classes as `categories`, and drop those that are left out.

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
        numbers = table[classes]
        kept = numbers >= 0
        renumbered = {**outputs, "classes": numbers}
        if kept.all():
            return renumbered
        return {name: values[kept] for name, values in renumbered.items()}


class EmbedderFile(GraphFile):
    """The embedder's input, and the length of its vectors."""

    # Width and height of a crop in pixels.
    size: int = Field(ge=16, le=1024)
    dimensions: int = Field(ge=1, le=65536)
    # Length of the output "features", what the vectors were made from; None where the graph has
    # none, and the vectors are the features.
    features: int | None = Field(default=None, ge=1, le=65536)


class VerifierFile(GraphFile):
    """When a find is judged, and when it passes."""

    # A picture on which one find scores this much shows clothes: nothing on it is judged.
    trusted_score: float = Field(gt=0, le=1)
    # The least probability of a garment that is shown.
    least: float = Field(gt=0, lt=1)


class LoneProductFile(GraphFile):
    """What wearables that are shown alone may be, and when a picture is not asked about."""

    # The category of each of the graph's outputs but the last, which is everything else.
    categories: tuple[str, ...] = Field(min_length=1)
    # A picture on which a garment scores this much shows clothes.
    trusted_score: float = Field(gt=0, le=1)

    @field_validator("categories")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        strangers = sorted(set(names) - _NUMBER_OF.keys())
        if strangers:
            raise ValueError(f"{strangers} are none of the {len(CATEGORIES)} categories")
        return names


class WeightsDescription(BaseModel):
    """The content of a `weights.json`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    segmenter: SegmenterFile
    embedder: EmbedderFile
    # Learnt on finds of this segmenter and features of this embedder; others do without.
    verifier: VerifierFile | None = None
    # The last layer of this embedder's network.
    lone_products: LoneProductFile | None = None
    # The folder of the segmenter's file.
    folder: Path = Field(SHIPPED, exclude=True)
    # The folder of the embedder's file: a set without an embedder uses the one that ships.
    embedder_folder: Path = Field(SHIPPED, exclude=True)

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that identify segmenter and embedder."""
        both = self.segmenter.fingerprint + self.embedder.fingerprint
        return hashlib.sha256(both.encode()).hexdigest()[:16]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read `weights.json` of a folder; see `load_description`."""
        content = read_weights_json(folder)
        embedder_folder = folder
        if "embedder" not in content and folder != SHIPPED:
            content["embedder"] = cls.read(SHIPPED).embedder
            embedder_folder = SHIPPED
        return validated(
            cls, {**content, "folder": folder, "embedder_folder": embedder_folder}, folder
        )


def load_description(folder: Path | None = None) -> WeightsDescription:
    """Read the description of the weights in a folder; None for those that ship.

    Raises:
        WeightsError: There is no `weights.json`, or it is not valid.
    """
    return WeightsDescription.read(SHIPPED if folder is None else folder)


def read_weights_json(folder: Path) -> dict[str, Any]:
    """Read `weights.json` of a folder.

    Raises:
        WeightsError: There is none, or it is not a JSON object.
    """
    path = folder / NAME
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise unusable(folder, f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise unusable(folder, f"{path} is not JSON: {error}.") from error
    if not isinstance(content, dict):
        raise unusable(folder, f"{path} does not hold a JSON object.")
    return content


def validated(kind: type[Described], content: object, folder: Path, *part: str) -> Described:
    """Validate what the `weights.json` of a folder holds under the keys in `part`.

    Raises:
        WeightsError: It is not valid.
    """
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in (*part, *first["loc"]))
        raise unusable(
            folder, f"{folder / NAME} is not as it should be at {where}: {first['msg']}."
        ) from error


def unusable(folder: Path, message: str) -> WeightsError:
    """Return the error for weights in a folder that cannot be used."""
    if folder == SHIPPED:
        return WeightsError(message, hint="Install the project again.")
    return ForeignWeightsError(message)
