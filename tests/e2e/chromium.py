"""A real Chromium in a real window, with the unpacked extension."""

import base64
import hashlib
import os
import shutil
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from playwright.sync_api import BrowserContext, Page, Playwright, Worker

from tests.e2e.display import HEIGHT, WIDTH, Display

# Google Chrome itself is not among them: it no longer takes ``--load-extension``.
NAMES = ("chromium", "chromium-browser", "google-chrome-for-testing")

_IS_DRAWN = """
() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(() => go())))
"""

_WORKER = "/background/worker.js"
# How many presses on our entry the extension has heard; counted from the first question on.
_HEARD = """
() => {
  if (globalThis.heardPresses === undefined) {
    globalThis.heardPresses = 0;
    chrome.contextMenus.onClicked.addListener(() => { globalThis.heardPresses += 1; });
  }
  return globalThis.heardPresses;
}
"""


def find_chromium() -> str | None:
    """Return the browser: ``WTB_CHROMIUM``, or what the path has; None where there is none."""
    chosen = os.environ.get("WTB_CHROMIUM")
    return chosen or next((path for path in map(shutil.which, NAMES) if path), None)


@contextmanager
def open_chromium(
    playwright: Playwright,
    executable: str,
    display: Display,
    extension: Path,
    profile: Path,
    hosts: Mapping[str, int],
    public: Sequence[int] = (),
) -> Iterator[BrowserContext]:
    """Start Chromium on ``display``; it is gone when the block is left.

    Args:
        playwright: A running Playwright.
        executable: Chromium's path.
        display: Where its window appears, in the top left corner, filling the screen.
        extension: Folder of the unpacked extension.
        profile: An empty folder.
        hosts: Port of 127.0.0.1 that answers each of these https hosts. The browser treats
            them as being on the public internet, trusts their keys, and finds no other name.
        public: Further ports of 127.0.0.1 that count as being there.
    """
    ports = [f"127.0.0.1:{port}" for port in hosts.values()]
    outside = [*ports, *(f"127.0.0.1:{port}" for port in public)]
    rules = [f"MAP {host}:443 {port}" for host, port in zip(hosts, ports, strict=True)]
    keys = {_key_hash(port) for port in hosts.values()}
    arguments = [
        f"--disable-extensions-except={extension}",
        f"--load-extension={extension}",
        f"--host-resolver-rules={','.join(rules)},MAP * ~NOTFOUND,EXCLUDE 127.0.0.1",
        f"--ip-address-space-overrides={','.join(f'{port}=public' for port in outside)}",
        f"--ignore-certificate-errors-spki-list={','.join(keys)}",
        "--window-position=0,0",
        f"--window-size={WIDTH},{HEIGHT}",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        "--test-type",  # no bar that warns of the arguments above
    ]
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=executable,
        headless=False,
        chromium_sandbox=False,  # does not start as root, nor in most containers
        args=arguments,
        ignore_default_args=["--enable-automation", "--disable-extensions"],
        env={**display.environment, "LANGUAGE": "en"},
        no_viewport=True,
    )
    try:
        yield context
    finally:
        context.close()


def wait_until_drawn(page: Page) -> None:
    """Wait until a page is on the screen: a browser drops what is pressed on one that never was."""
    page.wait_for_load_state("load")
    page.evaluate(_IS_DRAWN)


def extension_worker(browser: BrowserContext) -> Worker:
    """Return the extension's service worker; pages may have their own."""
    return next(one for one in reversed(browser.service_workers) if one.url.endswith(_WORKER))


def heard_presses(browser: BrowserContext) -> int:
    """Return how many presses on our entry the extension has heard since this was asked first."""
    return int(extension_worker(browser).evaluate(_HEARD))


def _key_hash(port: int) -> str:
    """Return the hash by which Chromium can be told to trust this server's key."""
    certificate = x509.load_pem_x509_certificate(
        ssl.get_server_certificate(("127.0.0.1", port)).encode()
    )
    public = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(hashlib.sha256(public).digest()).decode()
