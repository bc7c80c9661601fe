"""How long one picture takes, step by step, on this machine.

    python benchmarks/way_of_one_picture.py --data ../photos --repeat 10

Prints medians of: segmenting one photo; an address in, a look out (a server process that
downloads the photo); a right-click in a real browser to silhouettes on the screen; a click on
one to the first offers. If the extra `train` is installed, the first is compared with
Detectron2's stock Mask R-CNN in the same run. No step is answered from memory: each time the
photo's bytes differ, though its pixels do not.
"""

import io
import json
import os
import platform
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
import requests
from PIL import Image
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks import stock_mask_rcnn
from model.picture import decode_picture
from model.segmenter import Segmenter
from tests.e2e.photo_network import Post
from tests.e2e.subjects import astronaut, street_subjects
from tests.e2e.visitor import Visitor
from tests.e2e.waiting import wait_for
from tests.e2e.world import World, running_world, what_is_missing
from tests.support.http_server import reply

THREADS = (1, 2)


@dataclass(frozen=True)
class Row:
    """A line of the result; ``ratio`` is relative to our time with as many threads."""

    step: str
    median_ms: float
    runs: int
    ratio: float | None = None


@click.command(help=__doc__)
@click.option("--photo", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with street/ and luma/; without it, a picture that a package ships is used.",
)
@click.option("--repeat", type=click.IntRange(1), default=10, show_default=True)
@click.option("--stock-repeat", type=click.IntRange(1), default=3, show_default=True)
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path))
def main(
    photo: Path | None, data: Path | None, repeat: int, stock_repeat: int, json_path: Path | None
) -> None:
    """Run every step, and print a table."""
    console = Console()
    subject = street_subjects(data)[0] if data else astronaut()
    name, picture = (photo.name, _jpeg(photo)) if photo else (subject.name, subject.photo)
    notes = []
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("", total=None)
        show: Callable[[str], None] = lambda text: progress.update(task, description=text)  # noqa: E731
        show("Segmenting")
        rows, garments = segmenting(picture, repeat)
        if stock_mask_rcnn.available():
            ours = dict(zip(THREADS, (row.median_ms for row in rows), strict=True))
            for threads in THREADS:
                for model in stock_mask_rcnn.MODELS:
                    show(f"Detectron2, {model}, {threads} threads")
                    runs = {"threads": threads, "repeat": stock_repeat}
                    rows.append(stock(picture, model, garments, ours=ours, **runs))
        else:
            notes.append("Detectron2 is not installed (make train-env): no comparison with it.")
        missing = what_is_missing()
        if missing is None:
            show("Importing the catalogue, starting the server and the browser")
            with (
                tempfile.TemporaryDirectory(prefix="wtb-benchmark-") as folder,
                sync_playwright() as playwright,
            ):
                settings = {} if data or photo else {"WTB_MIN_SCORE": "0.2"}
                with running_world(playwright, Path(folder), data, settings) as world:
                    show("Asking the server")
                    rows.append(url_to_look(world, picture, repeat))
                    show("Asking in the browser")
                    rows.extend(in_browser(world, picture, repeat))
        else:
            notes.append(missing)
    _print(console, name, rows, notes)
    if json_path:
        machine = {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()}
        result = {"photo": name, "machine": machine, "rows": [asdict(r) for r in rows]}
        json_path.write_text(json.dumps({**result, "notes": notes}, indent=2) + "\n")


def segmenting(photo: bytes, repeat: int) -> tuple[list[Row], int]:
    """Time picture to garments for each number of threads; also return how many there are."""
    picture = decode_picture(photo)
    rows, garments = [], 0
    for threads in THREADS:
        segmenter = Segmenter(threads=threads)
        garments = len(segmenter.segment(picture))
        run = partial(segmenter.segment, picture)
        times = [_seconds(run) for _ in range(repeat)]
        rows.append(_row(f"segment one photo, {_threads(threads)}", times))
    return rows, garments


def stock(
    photo: bytes, model: str, garments: int, *, threads: int, repeat: int, ours: dict[int, float]
) -> Row:
    """Time a stock model on the same photo."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Detectron2 uses deprecated calls of its libraries
        seconds = stock_mask_rcnn.seconds(model, decode_picture(photo), garments, threads, repeat)
    name = f"stock {model}, short side {stock_mask_rcnn.SHORT_SIDE}, {_threads(threads)}"
    return Row(name, seconds * 1000, repeat, seconds * 1000 / ours[threads])


def url_to_look(world: World, photo: bytes, repeat: int) -> Row:
    """Time ``POST /looks`` with an address, download included."""
    times = []
    for number in range(repeat + 1):
        path = f"/benchmark/{number}.jpg"
        world.shop.server.routes[path] = reply(_varied(photo, f"url-{number}"))
        body = {"image_url": world.shop.server.url(path)}
        began = time.perf_counter()
        answer = requests.post(f"{world.server_url}/api/v1/looks", json=body, timeout=60)
        times.append(time.perf_counter() - began)
        answer.raise_for_status()
    return _row("address in, look out", times[1:])


def in_browser(world: World, photo: bytes, repeat: int) -> list[Row]:
    """Time what a person experiences, from a click to what the page shows."""
    visitor = Visitor(world)
    times: dict[str, list[float]] = {
        "right-click to silhouettes": [],
        "… of that, from the menu's entry": [],
        "click to first offers": [],
    }
    for number in range(repeat + 1):
        code = f"B{number}"
        world.network.add(Post(code, _varied(photo, code)))
        visitor.visit(code)
        clicked = time.perf_counter()
        windows = visitor.open_menu()
        chosen = time.perf_counter()
        visitor.choose_entry(windows)
        wait_for(visitor.overlay.count, "silhouettes")
        drawn = time.perf_counter()
        silhouettes = visitor.silhouettes()
        asked = time.perf_counter()
        visitor.click_on(silhouettes[0], silhouettes)
        wait_for(visitor.overlay.has_offers, "offers")
        offered = time.perf_counter()
        if number:  # the first one warms up
            for spans, span in zip(
                times.values(), (drawn - clicked, drawn - chosen, offered - asked), strict=True
            ):
                spans.append(span)
    return [_row(step, spans) for step, spans in times.items()]


def _jpeg(path: Path) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(decode_picture(path.read_bytes())).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def _varied(jpeg: bytes, comment: str) -> bytes:
    """Insert a comment (marker FFFE) into a JPEG: other bytes, the same picture."""
    text = comment.encode()
    return jpeg[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2) + text + jpeg[2:]


def _seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _row(step: str, times: list[float]) -> Row:
    return Row(step, statistics.median(times) * 1000, len(times))


def _threads(number: int) -> str:
    return "1 thread" if number == 1 else f"{number} threads"


def _print(console: Console, photo: str, rows: list[Row], notes: list[str]) -> None:
    table = Table(title=f"The way of one picture ({photo}), on {os.cpu_count()} cores")
    table.add_column("step")
    table.add_column("median", justify="right")
    table.add_column("runs", justify="right")
    table.add_column("times ours", justify="right")
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.0f}"
        table.add_row(row.step, f"{row.median_ms:,.0f} ms", str(row.runs), ratio)
    console.print(table)
    for note in notes:
        console.print(note)


if __name__ == "__main__":
    main()
