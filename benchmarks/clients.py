"""Clients that send photos to a server as fast as they are answered, and what they see."""

import http.client
import itertools
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import requests
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.processes import memory_mb, processor_seconds

_BOUNDARY = "photo-of-the-benchmark"


@dataclass
class Load:
    """What a number of clients saw in a span of time.

    Attributes:
        clients: How many there were.
        seconds: How long they asked.
        statuses: How often each was answered; "no answer" where the connection broke, "503 without
            Retry-After" where nothing says when to come back.
        made: Seconds from sending to the last byte of each look that was made.
        cpu_seconds: Processor time of the server and its children.
        memory: Their resident memory in MB, each second.
        stages: Mean milliseconds of each step, by its name.
    """

    name: str
    clients: int
    seconds: float = 0.0
    statuses: dict[str, int] = field(default_factory=dict)
    made: list[float] = field(default_factory=list)
    cpu_seconds: float = 0.0
    memory: list[float] = field(default_factory=list)
    stages: dict[str, float] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Looks made a second."""
        return len(self.made) / self.seconds

    @property
    def cpu_milliseconds(self) -> float:
        """Processor time of the server for each look, with all that it refused."""
        return 1000 * self.cpu_seconds / len(self.made) if self.made else float("nan")

    def quantile(self, part: float) -> float:
        """Return the seconds within which this part of the looks was made."""
        return float(np.quantile(self.made, part)) if self.made else float("nan")


def ask(
    name: str, url: str, photos: Sequence[bytes], *, clients: int, seconds: float, pid: int = 0
) -> Load:
    """Let clients send photos for a span of time, and count what they see."""
    load = Load(name, clients)
    turn = itertools.count(int(time.time() * 1000))
    lock, end = threading.Lock(), time.monotonic() + seconds
    before, cpu = _stages(url), processor_seconds(pid) if pid else 0.0

    def client() -> None:
        address = url.removeprefix("http://")
        connection = http.client.HTTPConnection(address, timeout=600)
        while time.monotonic() < end:
            number = next(turn)
            body = _form(_varied(photos[number % len(photos)], str(number)))
            began = time.monotonic()
            status, wait = _post(connection, body)
            took = time.monotonic() - began
            with lock:
                load.statuses[status] = load.statuses.get(status, 0) + 1
                if status == "201":
                    load.made.append(took)
            time.sleep(max(0.0, min(wait, end - time.monotonic())))
        connection.close()

    began = time.monotonic()
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    while pid and time.monotonic() < end:
        load.memory.append(memory_mb(pid))
        time.sleep(min(1.0, max(0.0, end - time.monotonic())))
    for thread in threads:
        thread.join()
    load.seconds = time.monotonic() - began
    if pid:
        load.cpu_seconds = processor_seconds(pid) - cpu
        load.memory.append(memory_mb(pid))
    after = _stages(url)
    for stage, (count, total) in after.items():
        old_count, old_total = before.get(stage, (0.0, 0.0))
        if count > old_count:
            load.stages[stage] = 1000 * (total - old_total) / (count - old_count)
    return load


def _post(connection: http.client.HTTPConnection, body: bytes) -> tuple[str, float]:
    """Send a photo; return the status, and the seconds after which to come back."""
    headers = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
    try:
        connection.request("POST", "/api/v1/looks", body, headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return f"no answer ({type(error).__name__})", 0.1
    wait = answer.headers.get("Retry-After")
    if answer.status == 503 and wait is None:
        return "503 without Retry-After", 1.0
    return str(answer.status), float(wait or 0)


def _form(photo: bytes) -> bytes:
    head = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="x.jpg"\r\n\r\n'
    )
    return head.encode() + photo + f"\r\n--{_BOUNDARY}--\r\n".encode()


def _varied(jpeg: bytes, comment: str) -> bytes:
    """Insert a comment (marker FFFE) into a JPEG: other bytes, the same picture."""
    text = comment.encode()
    return jpeg[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2) + text + jpeg[2:]


def _stages(url: str) -> dict[str, tuple[float, float]]:
    """Return how often each step was done and how many seconds it took, in all."""
    answer = requests.get(f"{url}/metrics", timeout=60)
    found: dict[str, dict[str, float]] = {}
    if answer.ok:
        for family in text_string_to_metric_families(answer.text):
            if family.name == "where_to_buy_stage_seconds":
                for sample in family.samples:
                    kind = sample.name.rpartition("_")[2]
                    found.setdefault(sample.labels["stage"], {})[kind] = sample.value
    return {stage: (values["count"], values["sum"]) for stage, values in found.items()}
