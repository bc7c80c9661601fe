"""An ONNX graph: verified, loaded and run.

A file is never run unchecked: the runtime gets the very bytes whose SHA-256 was compared.
"""

import ctypes
import hashlib
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.errors import WeightsError
from model.weights_description import GraphFile, unusable

_DTYPES = {"tensor(float)": "float32", "tensor(int64)": "int64"}
# Numbers in a graph's inputs; memory that larger inputs need is returned after the run.
_USUAL_INPUT = 3 * 384 * 640


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
            folder: The folder of the file.
            entry: Its description.
            inputs: Shapes of the float32 inputs by name; None for a dimension that may vary.
            outputs: Element type and number of dimensions by output name.
            threads: Threads that one run may use.

        Raises:
            WeightsError: The file is missing or altered, or is another graph.
        """
        import onnxruntime  # noqa: PLC0415 - slow, and a description is read without it

        self._entry = entry
        self._folder = folder
        self._outputs = list(outputs)
        self._path = folder / entry.file
        data = self._read(entry.sha256)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Otherwise one memory plan for each input size would pile up.
        options.enable_mem_pattern = False
        # Threads that spin while they wait take the processor from the other requests.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Otherwise a file that other tools take for ONNX might be read as another format here.
        options.add_session_config_entry("session.load_model_format", "ONNX")
        try:
            self._session = onnxruntime.InferenceSession(
                data, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            # onnxruntime raises classes of its own that share no base but Exception.
            raise self._unusable(f"is not a graph that onnxruntime can run: {error}") from error
        # A run's memory serves the next one; only an unusually large run returns it. Returning
        # it after every run would cost a third of the time.
        self._keep_memory, self._return_memory = onnxruntime.RunOptions(), onnxruntime.RunOptions()
        self._return_memory.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        del data
        _trim_memory()
        self._check(inputs, outputs)

    def run(self, inputs: dict[str, NDArray[np.float32]]) -> list[NDArray[np.generic]]:
        """Run on inputs by name; return the outputs in the order in which they were declared."""
        large = sum(array.size for array in inputs.values()) > _USUAL_INPUT
        options = self._return_memory if large else self._keep_memory
        found = dict(
            zip(self._outputs, self._session.run(self._outputs, inputs, options), strict=True)
        )
        return list(self._entry.translated(found).values())

    def _read(self, sha256: str) -> bytes:
        try:
            data = self._path.read_bytes()
        except OSError as error:
            raise self._unusable(f"cannot be read: {error.strerror}.") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise self._unusable("is not the file that weights.json lists (its SHA-256 differs).")
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
        return self._unusable(f"is another graph: it has {what}.")

    def _unusable(self, what: str) -> WeightsError:
        return unusable(self._folder, f"{self._path} {what}")


def _trim_memory() -> None:
    """Return to the system what loading a graph took: 20 MB and more."""
    with suppress(OSError, AttributeError):  # glibc alone has it
        ctypes.CDLL(None).malloc_trim(0)
