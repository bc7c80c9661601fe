"""The first run of weights from elsewhere, in a process that may crash, hang or eat memory.

    python -m model.weight_files.trial FOLDER

tries the weights of a folder on drawn pictures and prints one line of JSON: what was found,
or what is wrong.
"""

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.errors import ForeignWeightsError, WeightsError
from model.graph import Graph
from model.weights_description import (
    SEGMENTER_OUTPUTS,
    WeightsDescription,
    load_description,
)

# For loading and a few pictures; ResNet-101 takes 20 on two slow cores.
SECONDS: Final = 180.0
_MEMORY: Final = 8 * 2**30
_MOST_GARMENTS: Final = 1000
_MASK_SIZES: Final = range(14, 113)
_ROUNDING: Final = 0.01
_PROJECT = Path(__file__).resolve().parents[2]
_HINT = (
    "docs/weights.md says what inputs and outputs a graph has; `python -m model.training "
    "export` writes such a graph."
)


@dataclass(frozen=True)
class Trial:
    """The result of a first run.

    Attributes:
        found: Garments in the drawn pictures, whatever their scores.
        milliseconds: Time for the fastest of the pictures.
    """

    found: int
    milliseconds: float


def try_in_child(folder: Path, seconds: float = SECONDS) -> Trial:
    """Try the weights of a folder in a separate process.

    Args:
        folder: The folder with `weights.json`.
        seconds: How long it may take.

    Raises:
        WeightsError: They cannot be used, for the reason given.
    """
    try:
        done = subprocess.run(  # noqa: S603 - this very interpreter, and no shell
            [sys.executable, "-m", __name__, os.fspath(folder.absolute())],
            cwd=_PROJECT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise WeightsError(
            f"The weights took more than {seconds:.0f} seconds for a few pictures.", hint=_HINT
        ) from None
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    try:
        answer: dict[str, Any] = json.loads(lines[-1])
    except (IndexError, ValueError):
        raise WeightsError(
            f"Running the weights on a plain picture ends the process (status {done.returncode}).",
            hint=_HINT,
        ) from None
    if answer.get("foreign"):
        raise ForeignWeightsError(answer["error"])
    if "error" in answer:
        raise WeightsError(answer["error"], hint=answer["hint"])
    return Trial(**answer)


def try_out(folder: Path) -> Trial:
    """Load the weights of a folder and run them on drawn pictures.

    Raises:
        WeightsError: They cannot be used, for the reason given.
    """
    description = load_description(folder)
    found, took = 0, []
    segmenter = _Segmenter(description)
    for name, picture in _pictures(description.segmenter.short_side).items():
        began = perf_counter()
        found += segmenter.check(name, picture)
        took.append(perf_counter() - began)
    del segmenter
    if description.embedder_folder == folder:
        _try_embedder(folder)
    return Trial(found, 1000 * min(took))


class _Segmenter:
    """The bare graph, checked more strictly than the server needs."""

    def __init__(self, description: WeightsDescription) -> None:
        entry = description.segmenter
        self._entry = entry
        self._graph = Graph(
            description.folder,
            entry,
            inputs=entry.shapes,
            outputs=SEGMENTER_OUTPUTS,
            threads=2,
        )

    def check(self, name: str, picture: NDArray[np.float32]) -> int:
        """Run on a picture, ``3 x h x w``, and return the number of garments.

        Raises:
            WeightsError: The graph fails, or its outputs are wrong.
        """
        entry = self._entry
        try:
            outputs = self._graph.run(entry.asked(picture, 0.0))
        except WeightsError:
            raise
        except Exception as error:
            # onnxruntime raises classes of its own that share no base but Exception.
            raise WeightsError(f"The graph fails on {name}: {error}", hint=_HINT) from error
        boxes, scores, classes, masks = map(np.asarray, outputs)
        fault = _fault(boxes, scores, classes, masks, picture.shape[1:])
        if fault is not None:
            raise WeightsError(f"On {name}, {fault}.", hint=_HINT)
        return len(outputs[0])


def _fault(
    boxes: NDArray[Any],
    scores: NDArray[Any],
    classes: NDArray[Any],
    masks: NDArray[Any],
    size: tuple[int, ...],
) -> str | None:
    """Return what is wrong with the outputs for a picture of that size; None if nothing is."""
    count, side = len(scores), masks.shape[-1]
    if [boxes.shape, classes.shape, masks.shape] != [(count, 4), (count,), (count, side, side)]:
        return (
            f"the graph gives boxes {boxes.shape}, scores {scores.shape}, classes {classes.shape} "
            f"and masks {masks.shape} instead of [N, 4], [N], [N] and [N, 28, 28]"
        )
    if side not in _MASK_SIZES:
        return f"masks have {side} x {side} cells instead of 28 x 28"
    if count > _MOST_GARMENTS:
        return f"the graph finds {count} garments: suppression of doubles is missing"
    for name, values in (("boxes", boxes), ("scores", scores), ("masks", masks)):
        if not np.isfinite(values).all():
            return f"the graph gives {name} that are not finite numbers"
    return _fault_of_scale(boxes, {"scores": scores, "masks": masks}, max(size)) if count else None


def _fault_of_scale(
    boxes: NDArray[Any], shares: dict[str, NDArray[Any]], long_side: int
) -> str | None:
    for name, values in shares.items():
        if values.min() < -_ROUNDING or values.max() > 1 + _ROUNDING:
            return f"{name} go from {values.min():.3g} to {values.max():.3g} instead of 0 to 1"
    if boxes.max() <= 2:
        return "boxes are shares of the picture instead of pixels"
    if np.abs(boxes).max() > 4 * long_side:
        return "boxes lie far outside the picture"
    return None


def _pictures(short_side: int) -> dict[str, NDArray[np.float32]]:
    """Draw pictures, portrait and landscape, in the network's form (BGR)."""
    height, width = short_side * 4 // 3, short_side
    plain = np.full((3, height, width), 127, np.float32)
    noise = np.random.default_rng(0).uniform(0, 255, (3, width, height)).astype(np.float32)
    person = np.full((3, height, width), 225, np.float32)
    left, right = width // 3, width - width // 3
    for top, bottom, colour in (
        (0.08, 0.2, (140, 170, 210)),
        (0.2, 0.52, (60, 40, 30)),
        (0.52, 0.95, (110, 70, 40)),
    ):
        rows = slice(int(top * height), int(bottom * height))
        person[:, rows, left:right] = np.array(colour, np.float32)[:, None, None]
    return {"a plain picture": plain, "noise": noise, "a drawn person": person}


def _try_embedder(folder: Path) -> None:
    from model.embedder import Embedder  # noqa: PLC0415 - slow, and listing weights needs none

    crops = [np.full((64, 48, 3), value, np.uint8) for value in (0, 127, 255)]
    vectors = Embedder(folder).embed(crops)
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.isfinite(vectors).all() or np.abs(lengths - 1).max() > 0.01:
        raise WeightsError("The embedder's vectors are not of length 1.", hint=_HINT)


def _limit() -> None:
    """Limit memory and processor time, where the system supports it."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, int(2 * SECONDS)),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):  # macOS cannot limit memory
            resource.setrlimit(kind, (least, least))


def _main() -> None:
    _limit()
    try:
        answer = asdict(try_out(Path(sys.argv[1])))
    except WeightsError as error:
        foreign = isinstance(error, ForeignWeightsError)
        answer = {"error": str(error), "hint": error.hint, "foreign": foreign}
    sys.stdout.write("\n" + json.dumps(answer) + "\n")


if __name__ == "__main__":
    _main()
