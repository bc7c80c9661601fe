"""A real Chromium, headless, with an unpacked extension."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright

from tests.support.browser_waiting import SECONDS

# Google Chrome itself is not among them: it no longer takes ``--load-extension``.
NAMES = ("chromium", "chromium-browser", "google-chrome-for-testing")

MISSING = (
    "The browser tests need Chromium. On Debian and Ubuntu: sudo apt-get install chromium. "
    "One that lies elsewhere is named by WTB_CHROMIUM."
)


def find_chromium() -> str | None:
    """Return the browser: ``WTB_CHROMIUM``, or the first on the path; None if there is none."""
    chosen = os.environ.get("WTB_CHROMIUM")
    return chosen or next((path for path in map(shutil.which, NAMES) if path), None)


def arguments(extension: Path) -> list[str]:
    """Return the arguments that every browser with the extension starts with."""
    return [
        f"--disable-extensions-except={extension}",
        f"--load-extension={extension}",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
    ]


@contextmanager
def headless_chromium(
    playwright: Playwright,
    extension: Path,
    profile: Path,
    *,
    tls_port: int,
    language: str = "en",
    more: Sequence[str] = (),
) -> Iterator[BrowserContext]:
    """Start Chromium, and stop it when the block is left.

    Args:
        playwright: A running Playwright.
        extension: Folder of the unpacked extension.
        profile: An empty folder.
        tls_port: Port of 127.0.0.1 that answers for every https host, as if on the public internet.
        language: Of the browser.
        more: Further arguments.
    """
    executable = find_chromium()
    if executable is None:
        raise RuntimeError(MISSING)
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=executable,
        channel=None,
        headless=True,
        chromium_sandbox=False,  # does not start as root, nor in most containers
        ignore_default_args=["--disable-extensions"],
        args=[
            *arguments(extension),
            "--ignore-certificate-errors",
            f"--host-resolver-rules=MAP *:443 127.0.0.1:{tls_port},EXCLUDE 127.0.0.1",
            f"--ip-address-space-overrides=127.0.0.1:{tls_port}=public",
            "--enable-unsafe-extension-debugging",
            *more,
        ],
        env={**os.environ, "LANGUAGE": language},
        locale=None,
        viewport={"width": 1280, "height": 800},
        ignore_https_errors=True,
    )
    context.set_default_timeout(SECONDS * 1000)
    try:
        yield context
    finally:
        context.close()
