r"""How many looks a second a server makes, and how it behaves when more is asked of it.

    python -m benchmarks.load --data DATA --clients 8 --clients 200 --seconds 60

and, for ten minutes each:

    python -m benchmarks.load --data DATA --clients 1 --clients 50 --clients 200 --seconds 600 \
        --json load.json

Starts the server as its users do, and lets so many clients send photos, each another one, as
fast as they are answered; a client that is told to come back later does so. After each number of
clients it prints looks a second, the times of those that were made, every status, the server's
processor time for a look and its memory, and which step took how long. With `--json`, what a run
that was interrupted had measured is not measured again. If the extra `train` is installed (here, or
where `--stock-python` says), a plain Flask view that runs Detectron2's stock Mask R-CNN, eager, is
asked in the same way at the end of the same run, and how many times as many looks a second this
server makes is printed and written. It ends with 1 if anything but 201 and 503 with `Retry-After`
was answered.
"""

import contextlib
import http.client
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
import numpy as np
import requests
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console
from rich.table import Table

from benchmarks import stock_server
from tests.support.server_process import running_server

_PHOTOS = 200
# Columns that the table needs, also where the output is a file.
_WIDTH = 140
_REPOSITORY = Path(__file__).resolve().parent.parent
_BOUNDARY = "photo-of-the-benchmark"
_TICKS = os.sysconf("SC_CLK_TCK")


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


@click.command(help=__doc__)
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Folder with street/photos/.",
)
@click.option("--clients", type=click.IntRange(1), multiple=True, default=(1, 8, 50, 200))
@click.option("--seconds", type=click.IntRange(1), default=60, show_default=True)
@click.option("--stock/--no-stock", default=True, show_default=True)
@click.option("--stock-seconds", type=click.IntRange(1), default=60, show_default=True)
@click.option(
    "--stock-python",
    type=click.Path(exists=True, dir_okay=False),
    default=sys.executable,
    help="The Python that has the extra `train`, if it is another one.",
)
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path))
def main(
    *,
    data: Path,
    clients: Sequence[int],
    seconds: int,
    stock: bool,
    stock_seconds: int,
    stock_python: str,
    json_path: Path | None,
) -> None:
    """Ask both servers, and print a table."""
    console = Console()
    console.width = max(console.width, _WIDTH)
    photos = [path.read_bytes() for path in sorted((data / "street").rglob("*.jpg"))[:_PHOTOS]]
    loads = _measured(json_path, seconds)
    done = {load.clients for load in loads}
    with tempfile.TemporaryDirectory(prefix="wtb-load-") as folder:
        for number in [number for number in clients if number not in done]:
            state = Path(folder) / str(number)
            state.mkdir()
            # All clients have one address here.
            limit = {"WTB_REQUESTS_PER_MINUTE": "1000000"}
            with running_server(state, limit, timeout=300) as server:
                _ask("this server", server.url, photos, clients=2, seconds=3)  # warms up
                asked = {"clients": number, "seconds": seconds, "pid": server.process.pid}
                load = _ask("this server", server.url, photos, **asked)
            loads.append(load)
            _print(console, [load])
            _write(json_path, loads, seconds)
    stock_there = stock and _has_stock(stock_python)
    if stock_there:
        with _stock_server(stock_python) as (url, pid):
            # It runs one picture at a time; a second one waits, so that it never does.
            asked = {"clients": 2, "seconds": stock_seconds, "pid": pid}
            loads.append(_ask(f"stock {stock_server.MODEL}", url, photos, **asked))
    console.print("All together:")
    _print(console, loads)
    if stock and not stock_there:
        console.print("Detectron2 is not installed (make train-env): no comparison with it.")
    _write(json_path, loads, seconds)
    wrong = {status for load in loads for status in load.statuses} - {"201", "503"}
    if wrong:
        raise click.ClickException(f"Answered besides 201 and 503: {', '.join(sorted(wrong))}.")


def _write(path: Path | None, loads: Sequence[Load], seconds: int) -> None:
    if path is None:
        return
    rows = [
        asdict(load)
        | {
            "per_second": load.per_second,
            "p50": load.quantile(0.5),
            "p95": load.quantile(0.95),
            "times_stock": _times_stock(load, loads),
        }
        for load in loads
    ]
    content = {"cores": os.cpu_count(), "asked_seconds": seconds, "loads": rows}
    path.write_text(json.dumps(content, indent=1) + "\n")


def _measured(path: Path | None, seconds: int) -> list[Load]:
    """Return what an interrupted run for as long measured of this server."""
    if path is None or not path.exists():
        return []
    content = json.loads(path.read_text())
    if content.get("asked_seconds") != seconds:
        return []
    names = {each.name for each in fields(Load)}
    rows = ({k: v for k, v in row.items() if k in names} for row in content["loads"])
    return [Load(**row) for row in rows if row["stages"]]


def _ask(
    name: str, url: str, photos: Sequence[bytes], *, clients: int, seconds: float, pid: int = 0
) -> Load:
    """Let clients send photos for a span of time, and count what they see."""
    load = Load(name, clients)
    turn = itertools.count(int(time.time() * 1000))
    lock, end = threading.Lock(), time.monotonic() + seconds
    before, cpu = _stages(url), _cpu(pid) if pid else 0.0

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
        load.memory.append(_memory(pid))
        time.sleep(min(1.0, max(0.0, end - time.monotonic())))
    for thread in threads:
        thread.join()
    load.seconds = time.monotonic() - began
    if pid:
        load.cpu_seconds = _cpu(pid) - cpu
        load.memory.append(_memory(pid))
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


def _family(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):  # threads end meanwhile
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                for child in children.read_text().split():
                    yield from _family(int(child))


def _cpu(pid: int) -> float:
    """Return the processor seconds of a process and its descendants, also of those that ended."""
    total = 0
    for member in _family(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15]))
    return total / _TICKS


def _memory(pid: int) -> float:
    """Return the proportional memory (PSS) of a process and its descendants, MB."""
    total = 0
    for member in _family(pid):
        with contextlib.suppress(OSError):
            found = re.search(
                r"^Pss:\s+(\d+)", Path(f"/proc/{member}/smaps_rollup").read_text(), re.MULTILINE
            )
            total += int(found[1]) if found else 0
    return total / 1024


def _has_stock(python: str) -> bool:
    test = (
        "from benchmarks import stock_mask_rcnn; raise SystemExit(not stock_mask_rcnn.available())"
    )
    return subprocess.run([python, "-c", test], cwd=_REPOSITORY, check=False).returncode == 0


@contextlib.contextmanager
def _stock_server(python: str) -> Iterator[tuple[str, int]]:
    """Run the plain Flask view in a process of its own; yield its address and process id."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [python, "-W", "ignore", "-m", "benchmarks.stock_server", str(port)],
        cwd=_REPOSITORY,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            with contextlib.suppress(requests.ConnectionError):
                requests.get(url, timeout=5)
                break
            if process.poll() is not None:
                raise click.ClickException("The stock model's server does not start.")
            time.sleep(0.2)
        yield url, process.pid
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _times_stock(load: Load, loads: Sequence[Load]) -> float | None:
    """Return how many times as many looks a second this server made as the stock model's view."""
    stock = [other.per_second for other in loads if not other.stages and other.made]
    return load.per_second / stock[0] if load.stages and stock else None


def _print(console: Console, loads: Sequence[Load]) -> None:
    table = Table(title=f"Looks a second, on {os.cpu_count()} cores")
    for column in ("server", "clients", "looks/s", "p50", "p95", "CPU/look", "memory", "statuses"):
        table.add_column(column, justify="left" if column in ("server", "statuses") else "right")
    for load in loads:
        table.add_row(
            load.name,
            str(load.clients),
            f"{load.per_second:.2f}",
            f"{load.quantile(0.5):.2f} s",
            f"{load.quantile(0.95):.2f} s",
            f"{load.cpu_milliseconds:.0f} ms",
            f"{load.memory[0]:.0f} to {load.memory[-1]:.0f} MB, at most {max(load.memory):.0f}",
            ", ".join(f"{count} x {status}" for status, count in sorted(load.statuses.items())),
        )
    console.print(table)
    for load in loads:
        times = _times_stock(load, loads)
        if times is not None:
            console.print(f"{load.clients} clients: {times:.0f} times as many as the stock model")
    for load in loads:
        if load.stages:
            steps = ", ".join(f"{name} {value:.0f} ms" for name, value in load.stages.items())
            console.print(f"{load.clients} clients: {steps}")


if __name__ == "__main__":
    main()
