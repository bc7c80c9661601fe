import threading

import pytest

from server.looks.errors import QueueFullError, StoppedError
from server.looks.work_queue import WorkQueue


@pytest.fixture
def gate():
    """Opened in the end, so that no thread is left waiting."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def queue_of(gate):
    made = []

    def make(size, **options):
        made.append(WorkQueue(size, **options))
        return made[-1]

    yield make
    gate.set()
    for each in made:
        each.close()


def occupied(queue, gate):
    """Keep the queue's worker busy until the gate opens."""
    begun = threading.Event()

    def work():
        begun.set()
        gate.wait()

    future = queue.submit(work)
    begun.wait()
    return future


def test_a_job_gives_its_result(queue_of):
    assert queue_of(1).submit(lambda: 6 * 7).result(10) == 42


def test_a_job_gives_its_error_and_the_next_one_runs(queue_of):
    queue = queue_of(2)
    with pytest.raises(ZeroDivisionError):
        queue.submit(lambda: 1 / 0).result(10)
    assert queue.submit(lambda: 1).result(10) == 1


def test_jobs_run_in_order_one_at_a_time(queue_of, gate):
    queue = queue_of(3)
    occupied(queue, gate)
    order = []
    futures = [queue.submit(lambda number=number: order.append(number)) for number in range(3)]
    gate.set()
    for future in futures:
        future.result(10)
    assert order == [0, 1, 2]


def test_several_workers_run_jobs_at_once(queue_of):
    together = threading.Barrier(3, timeout=10)
    queue = queue_of(3, workers=3)
    for future in [queue.submit(together.wait) for _ in range(3)]:
        future.result(10)


def test_one_more_than_may_wait_is_turned_away(queue_of, gate):
    queue = queue_of(2)
    occupied(queue, gate)
    waiting = [queue.submit(lambda: "done") for _ in range(2)]
    assert queue.waiting == 2
    with pytest.raises(QueueFullError) as caught:
        queue.submit(lambda: "never")
    assert caught.value.retry_after >= 1
    gate.set()
    assert [future.result(10) for future in waiting] == ["done", "done"]
    assert queue.submit(lambda: "room again").result(10) == "room again"


def test_closing_turns_away_what_waits_and_finishes_what_runs(queue_of, gate):
    queue = queue_of(1)
    running = occupied(queue, gate)
    waiting = queue.submit(lambda: "never")
    closing = threading.Thread(target=queue.close)
    closing.start()
    with pytest.raises(StoppedError):
        waiting.result(10)
    assert not running.done()
    gate.set()
    closing.join(10)
    assert running.result(0) is None
    with pytest.raises(StoppedError):
        queue.submit(lambda: "too late")


def test_closing_twice_is_closing(queue_of):
    queue = queue_of(1)
    queue.close()
    queue.close()


def test_a_job_that_prepares_meanwhile_still_counts_as_waiting(queue_of, gate):
    queue = queue_of(2, preparing=2)
    occupied(queue, gate)
    begun = threading.Semaphore(0)

    def prepare():
        begun.release()
        gate.wait()

    waiting = [queue.submit(prepare) for _ in range(2)]
    assert all(begun.acquire(timeout=10) for _ in waiting)
    assert queue.waiting == 2
    with pytest.raises(QueueFullError):
        queue.submit(lambda: "never")


def test_those_who_are_turned_away_are_told_to_come_back_one_after_the_other(queue_of, gate):
    queue = queue_of(3)
    occupied(queue, gate)
    for _ in range(3):
        queue.submit(lambda: None)
    told = []
    for _ in range(200):
        with pytest.raises(QueueFullError) as caught:
            queue.submit(lambda: "never")
        told.append(caught.value.retry_after)
    assert told == sorted(told)
    # A job takes half a second, as long as nothing is known of their time.
    assert (told[0], told[9]) == (2, 7)
    assert max(told) == 30
