"""Everything that the way of one picture passes through, as real processes.

The server that users run, with the shipped weights and a catalogue imported by its own
command; a shop and a photo network on loopback; a screen, and a browser on it with the
unpacked extension.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright

from tests.e2e.chromium import find_chromium, open_chromium
from tests.e2e.display import Display, open_display
from tests.e2e.photo_network import CDN, SITE, PhotoNetwork, running_network
from tests.e2e.shop import Shop, running_shop
from tests.support.certificates import Authority
from tests.support.server_process import COMMAND, REPOSITORY, environment, running_server

_PACKAGES = {"Xvfb": "xvfb", "xdotool": "xdotool"}
_IMPORT_SECONDS = 600


@dataclass(frozen=True)
class World:
    """What is running."""

    display: Display
    browser: BrowserContext
    network: PhotoNetwork
    shop: Shop
    server_url: str


def what_is_missing() -> str | None:
    """Return in a sentence what has to be installed first; None where all is there."""
    missing = [package for program, package in _PACKAGES.items() if not shutil.which(program)]
    if not find_chromium():
        missing.append("chromium")
    if not missing:
        return None
    return (
        f"The end-to-end test needs {' and '.join(missing)}. On Debian and Ubuntu: "
        f"sudo apt-get install {' '.join(missing)}. A Chromium elsewhere is named by WTB_CHROMIUM."
    )


@contextmanager
def running_world(
    playwright: Playwright,
    folder: Path,
    data_dir: Path | None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[World]:
    """Start everything, and stop it when the block is left.

    Args:
        playwright: A running Playwright.
        folder: Empty; state, browser profile and extension go there.
        data_dir: The real photos and products, or None.
        settings: For the server (``WTB_...``), beside those that the world needs.
    """
    for name in ("state", "profile", "certificates"):
        (folder / name).mkdir()
    chromium = find_chromium()
    if chromium is None:
        raise RuntimeError(what_is_missing())
    with ExitStack() as stack:
        shop = stack.enter_context(running_shop(data_dir))
        allowed = {"WTB_FETCH_ALLOW": shop.server.address, **(settings or {})}
        import_catalog(folder / "state", shop.feed_url, allowed)
        server = stack.enter_context(running_server(folder / "state", allowed))
        extension = build_extension(server.url, folder / "extension")
        tls = Authority(folder / "certificates").server_context(SITE, CDN)
        network = stack.enter_context(running_network(tls))
        display = stack.enter_context(open_display())
        hosts = {SITE: network.site_port, CDN: network.cdn_port}
        browser = stack.enter_context(
            open_chromium(playwright, chromium, display, extension, folder / "profile", hosts)
        )
        yield World(display, browser, network, shop, server.url)


def import_catalog(state_dir: Path, feed_url: str, settings: Mapping[str, str]) -> None:
    """Run ``where-to-buy catalog import`` as a user would."""
    _run([*COMMAND, "catalog", "import", feed_url], environment(state_dir, settings))


def build_extension(server_url: str, folder: Path) -> Path:
    """Build the extension for a server that is not at the default address."""
    builder = REPOSITORY / "manifest-builder"
    _run([sys.executable, str(builder), "--server", server_url, "--out", str(folder)])
    return folder


def _run(command: list[str], env: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_IMPORT_SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}")
