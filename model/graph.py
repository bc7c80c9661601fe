"""An ONNX graph: verified, loaded and run.

A file is never run unchecked: the runtime gets the very bytes whose SHA-256 was compared.
"""

import hashlib
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.errors import WeightsError
from model.memory import trim_memory
from model.weights_description import GraphFile, unusable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_DTYPES = {"tensor(float)": "float32", "tensor(int64)": "int64"}
# Numbers in a graph's inputs; memory that larger inputs need is returned after the run.
_USUAL_INPUT = 3 * 384 * 640

_log = logging.getLogger(__name__)


class _Count:
    """A number that threads change by one; safe to share between them."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = threading.Lock()

    @contextmanager
    def one_more(self) -> Iterator[int]:
        """Count one more until the block ends; yields the number with it."""
        with self._lock:
            self.count += 1
            count = self.count
        try:
            yield count
        finally:
            with self._lock:
                self.count -= 1


_workers = _Count()


def at_work() -> AbstractContextManager[int]:
    """Count somebody who needs a processor for what is done in the block, graphs or not."""
    return _workers.one_more()


# Models are loaded on several threads at once, but may share memory only once.
_sharing = threading.Lock()


class Graph:
    """An ONNX graph that was verified and is ready to run, from any thread.

    Threads that share one run wait for each other at every layer, which costs a quarter of the
    processor's time. So a run gets them only while there are processors for all runs under way
    and for everybody `at_work`; otherwise each takes one thread.
    """

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

        self._entry, self._outputs = entry, list(outputs)
        self._folder, self._path = folder, folder / entry.file
        self._threads = threads
        self._session = self._load(threads)
        # With one thread a run; loaded when it is first needed.
        self._sparing: InferenceSession | None = self._session if threads == 1 else None
        self._loading = threading.Lock()
        self._runs = _Count()
        # A run's memory serves the next one; only an unusually large run returns it. Returning
        # it after every run would cost a third of the time.
        self._keep_memory, self._return_memory = onnxruntime.RunOptions(), onnxruntime.RunOptions()
        self._return_memory.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        self._check(inputs, outputs)

    def run(self, inputs: dict[str, NDArray[np.float32]]) -> list[NDArray[np.generic]]:
        """Run on inputs by name; return the outputs in the order in which they were declared."""
        large = sum(array.size for array in inputs.values()) > _USUAL_INPUT
        options = self._return_memory if large else self._keep_memory
        with self._runs.one_more() as runs:
            crowded = max(runs, _workers.count) * self._threads > _processors()
            session = self._sparing_session() if crowded else self._session
            outputs = session.run(self._outputs, inputs, options)
        found = dict(zip(self._outputs, outputs, strict=True))
        return list(self._entry.translated(found).values())

    def _sparing_session(self) -> "InferenceSession":
        """Return the session with one thread; the other one until it is loaded."""
        if self._sparing is None and self._loading.acquire(blocking=False):
            try:
                if self._sparing is None:
                    self._sparing = self._load(1)
            except WeightsError as error:
                # Somebody replaced the file; what was loaded before does as well.
                _log.warning("Runs go on sharing threads: %s", error)
                self._sparing = self._session
            finally:
                self._loading.release()
        return self._sparing or self._session

    def _load(self, threads: int) -> "InferenceSession":
        """Load the file, so that a run uses this number of threads.

        Raises:
            WeightsError: It is missing or altered, or no graph.
        """
        import onnxruntime  # noqa: PLC0415 - as above

        data = self._read(self._entry.sha256)
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
        with _sharing:
            _share_memory()
        options.add_session_config_entry("session.use_env_allocators", "1")
        try:
            session = onnxruntime.InferenceSession(
                data, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            # onnxruntime raises classes of its own that share no base but Exception.
            raise self._unusable(f"is not a graph that onnxruntime can run: {error}") from error
        del data
        trim_memory()
        return session

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


@cache
def _share_memory() -> None:
    """Let all graphs run in the same memory: each alone would keep what its largest run took."""
    import onnxruntime  # noqa: PLC0415 - as above

    memory = onnxruntime.OrtMemoryInfo(
        "Cpu",
        onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR,
        0,
        onnxruntime.OrtMemType.DEFAULT,
    )
    onnxruntime.create_and_register_allocator(memory, None)


@cache
def _processors() -> int:
    """Return on how many processors this process may run."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
