"""How the runs of one graph share processors."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from model.segmenter import Segmenter

REPOSITORY = Path(__file__).resolve().parents[3]
WEIGHTS = REPOSITORY / "model" / "weights"
# For each step, a number of others at work and a folder of weights, prints the processor
# milliseconds of all threads but the main one during one run.
PROGRAM = """
import logging, os, sys
from contextlib import ExitStack
from pathlib import Path
processors = sorted(os.sched_getaffinity(0))
os.sched_setaffinity(0, processors[: int(sys.argv[1])])
import cv2
import numpy as np
from model.graph import at_work
from model.segmenter import Segmenter

cv2.setNumThreads(1)
logging.basicConfig()

def helpers():
    tasks = set(os.listdir("/proc/self/task")) - {str(os.getpid())}
    return sum(int(Path(f"/proc/self/task/{task}/schedstat").read_text().split()[0])
               for task in tasks) / 1e6

picture = np.random.default_rng(0).integers(0, 255, (600, 400, 3)).astype(np.uint8)
segmenters = {folder: Segmenter(Path(folder), threads=2) for folder in sys.argv[3::2]}
for folder in segmenters:
    if folder.endswith("replaced"):
        Path(folder, "segmenter.onnx").write_bytes(b"")
for others, folder in zip(sys.argv[2::2], sys.argv[3::2]):
    before = helpers()
    with ExitStack() as working:
        for _ in range(int(others)):
            working.enter_context(at_work())
        segmenters[folder].segment(picture)
    print(round(helpers() - before))
"""


def runs(processors: int, *steps: tuple[int, Path]) -> tuple[list[int], str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(processors), *(str(x) for step in steps for x in step)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return [int(line) for line in done.stdout.splitlines()], done.stderr


@pytest.fixture(scope="module")
def on_two_processors() -> list[int]:
    """What the helping threads did beside nobody, one and two at work."""
    return runs(2, (0, WEIGHTS), (1, WEIGHTS), (2, WEIGHTS))[0]


@pytest.fixture(scope="module")
def on_one_processor(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[int], str]:
    """What they did there, and where the file was replaced once it was loaded; what was logged."""
    folder = tmp_path_factory.mktemp("weights") / "replaced"
    shutil.copytree(WEIGHTS, folder)
    return runs(1, (0, WEIGHTS), (0, folder))


def test_runs_at_the_same_time_find_the_same_as_one_after_another() -> None:
    segmenter = Segmenter(threads=2)
    generator = np.random.default_rng(0)
    pictures = [generator.integers(0, 255, (400, 300, 3)).astype(np.uint8) for _ in range(4)]
    alone = [segmenter.segment(picture, min_score=0.02) for picture in pictures]
    together = dict.fromkeys(range(len(pictures)), alone[0])

    def find(number: int) -> None:
        together[number] = segmenter.segment(pictures[number], min_score=0.02)

    threads = [threading.Thread(target=find, args=(number,)) for number in together]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, garments in enumerate(alone):
        assert [g.category for g in garments] == [g.category for g in together[number]]
        scores = [g.score for g in together[number]]
        assert [g.score for g in garments] == pytest.approx(scores, abs=1e-4)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
class TestThreads:
    @pytest.mark.skipif(os.cpu_count() == 1, reason="needs a second processor")
    def test_a_run_that_is_alone_uses_all_that_it_may(self, on_two_processors: list[int]) -> None:
        assert on_two_processors[0] > 5

    @pytest.mark.skipif(os.cpu_count() == 1, reason="needs a second processor")
    def test_a_run_beside_somebody_else_at_work_uses_one(
        self, on_two_processors: list[int]
    ) -> None:
        assert on_two_processors[1] > 5
        assert on_two_processors[2] <= 1

    def test_a_run_without_a_processor_for_each_thread_uses_one(
        self, on_one_processor: tuple[list[int], str]
    ) -> None:
        assert on_one_processor[0][0] <= 1

    def test_a_run_goes_on_with_what_is_loaded_when_the_file_was_replaced(
        self, on_one_processor: tuple[list[int], str]
    ) -> None:
        (_, used), said = on_one_processor
        assert used > 5
        assert "Runs go on sharing threads" in said
