"""What the extension costs a page of 30,000 nodes, beside the same page without it.

    python -m benchmarks.heavy_page [--rounds 7]

Two browsers run at once, one with the extension and one without, and take turns on the same page.
What is measured is the processor time of the page's main thread (the browser's own count, all
tasks included): for a load, for a right-click, and for a move of the pointer, in "pick a picture"
and out of it. The difference of the medians is what the extension costs. Loads of such a page
differ by more than it costs, so the time of its own scripts is counted as well.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from tests.extension.browser import Browser
from tests.extension.sites import PHOTO, running_sites
from tests.support.certificates import Authority
from tests.support.chromium import find_chromium, headless_chromium
from tests.support.contract_server import contract_server

URL = "https://www.instagram.com/p/one/"
MOVES = 60
CLICKS = 20
_BUILDER = Path(__file__).resolve().parent.parent / "manifest-builder"
PAGE = f"""<!doctype html><html lang="en"><title>30,000 nodes</title>
<style>body {{ margin: 0 }} #nodes {{ padding-top: 800px }}
i {{ display: inline-block; width: 6px; height: 6px; background: #ddd; margin: 1px }}
img {{ position: absolute; left: 100px; top: 60px; width: 450px; height: 600px }}</style>
<img alt="" src="{PHOTO}"><div id="nodes">{"<i></i>" * 30_000}</div>
<script>addEventListener("contextmenu", (event) => event.preventDefault());</script>"""
_NEXT_FRAME = "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
# Milliseconds a piece, by what they are of.
GOALS = {"load, own scripts": 2.0, "right-click": 1.0, "pointer move, picking": 4.0}


class Side:
    """One of the two browsers, on the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._protocol = _counting(page)

    def busy(self, act: Callable[[], None]) -> float:
        """Return for how many milliseconds the main thread was at work while something was done."""
        before = _busy(self._protocol)
        act()
        self.page.evaluate(_NEXT_FRAME)
        return (_busy(self._protocol) - before) * 1000

    def load(self) -> float:
        """Return the same for loading the page, in a tab and a process of its own."""
        page = self.page.context.new_page()
        protocol = _counting(page)
        page.goto(URL, wait_until="load")
        page.evaluate(_NEXT_FRAME)
        busy = _busy(protocol)
        page.close()
        return busy * 1000

    def load_own(self) -> float:
        """Return for how many milliseconds of a load the extension's own scripts ran."""
        page = self.page.context.new_page()
        protocol = page.context.new_cdp_session(page)
        events: list[dict[str, Any]] = []
        ended: list[object] = []
        protocol.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
        protocol.on("Tracing.tracingComplete", lambda data: ended.extend([data]))
        protocol.send("Tracing.start", {"categories": "devtools.timeline,v8"})
        page.goto(URL, wait_until="load")
        protocol.send("Tracing.end")
        while not ended:
            page.wait_for_timeout(20)
        page.close()
        return float(sum(event.get("tdur", 0) for event in events if _is_ours(event)) / 1000)

    def move(self) -> None:
        """Move the pointer across picture and nodes, a frame each."""
        for place in range(MOVES):
            self.page.mouse.move(60 + place * 15, 100 + place * 11)
            self.page.evaluate(_NEXT_FRAME)

    def right_click(self) -> None:
        """Press the right button, on the picture and off it."""
        for place in range(CLICKS):
            self.page.mouse.click(200 + place * 30, 300, button="right")
            self.page.evaluate(_NEXT_FRAME)


def _is_ours(event: dict[str, Any]) -> bool:
    data = event.get("args", {}).get("data", {})
    is_run = event.get("name") in ("EvaluateScript", "FunctionCall", "v8.compile")
    address = data.get("url", "") if isinstance(data, dict) else ""
    return is_run and str(address).startswith("chrome-extension://")


def _counting(page: Page) -> CDPSession:
    protocol = page.context.new_cdp_session(page)
    # Of the processor, not of the clock: other programs do not count.
    protocol.send("Performance.enable", {"timeDomain": "threadTicks"})
    return protocol


def _busy(protocol: CDPSession) -> float:
    metrics = protocol.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


@click.command()
@click.option("--rounds", default=7, show_default=True, help="How often each is measured.")
def main(rounds: int) -> None:
    """Measure, and print the table."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(contract_server())
        (folder / "tls").mkdir()
        tls = Authority(folder / "tls").server_context("www.instagram.com")
        sites = stack.enter_context(running_sites(tls))
        sites.pages[URL] = PAGE
        build = [sys.executable, str(_BUILDER), "--server", server.url, "--out", str(folder / "x")]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
        (folder / "empty").mkdir()
        (folder / "empty" / "manifest.json").write_text(
            '{"manifest_version": 3, "name": "Nothing", "version": "1"}'
        )
        playwright = stack.enter_context(sync_playwright())
        if find_chromium() is None:
            raise click.ClickException("Chromium is not there.")

        def start(extension: str) -> BrowserContext:
            return stack.enter_context(
                headless_chromium(
                    playwright, folder / extension, folder / f"profile-{extension}",
                    tls_port=sites.port,
                )
            )  # fmt: skip

        browser = Browser(start("x"), sites)
        bare, ours = Side(start("empty").new_page()), Side(browser.page)
        _print(_measure(rounds, bare, ours, browser))


def _measure(
    rounds: int, bare: Side, ours: Side, browser: Browser
) -> dict[str, tuple[list[float], list[float]]]:
    found: dict[str, tuple[list[float], list[float]]] = {}

    def note(what: str, act: Callable[[Side], None], pieces: int) -> None:
        for place, side in enumerate((bare, ours)):
            busy = side.busy(lambda side=side: act(side)) / pieces  # type: ignore[misc]
            found.setdefault(what, ([], []))[place].append(busy)

    for side in (bare, ours):
        side.page.goto(URL, wait_until="load")
    for _ in range(rounds + 1):
        for place, side in enumerate((bare, ours)):
            found.setdefault("load", ([], []))[place].append(side.load())
            found.setdefault("load, own scripts", ([], []))[place].append(side.load_own())
        ours.page.bring_to_front()
        note("right-click", Side.right_click, CLICKS)
        note("pointer move", Side.move, MOVES)
        browser.run_command()
        browser.overlay.wait_text("Click a picture")
        note("pointer move, picking", Side.move, MOVES)
        ours.page.keyboard.press("Escape")
    # The first round warms up.
    return {what: (one[1:], other[1:]) for what, (one, other) in found.items()}


def _print(found: dict[str, tuple[list[float], list[float]]]) -> None:
    click.echo("| main thread, ms | without | with | costs | goal |")
    click.echo("| --- | --- | --- | --- | --- |")
    for what, (without, using) in found.items():
        middle, ours = statistics.median(without), statistics.median(using)
        goal = f"{GOALS[what]:g}" if what in GOALS else ""
        click.echo(f"| {what} | {middle:.2f} | {ours:.2f} | {ours - middle:.2f} | {goal} |")


if __name__ == "__main__":
    main()
