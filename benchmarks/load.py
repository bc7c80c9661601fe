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
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
import requests
from rich.console import Console
from rich.table import Table

from benchmarks import stock_server
from benchmarks.clients import Load, ask
from tests.support.server_process import running_server

_PHOTOS = 200
# Columns that the table needs, also where the output is a file.
_WIDTH = 140
_REPOSITORY = Path(__file__).resolve().parent.parent


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
                ask("this server", server.url, photos, clients=2, seconds=3)  # warms up
                asked = {"clients": number, "seconds": seconds, "pid": server.process.pid}
                load = ask("this server", server.url, photos, **asked)
            loads.append(load)
            _print(console, [load])
            _write(json_path, loads, seconds)
    stock_there = stock and _has_stock(stock_python)
    if stock_there:
        with _stock_server(stock_python) as (url, pid):
            # It runs one picture at a time; a second one waits, so that it never does.
            asked = {"clients": 2, "seconds": stock_seconds, "pid": pid}
            loads.append(ask(f"stock {stock_server.MODEL}", url, photos, **asked))
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
