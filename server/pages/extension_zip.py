"""The extension as a zip that is preset for this server, made from the project's source."""

import subprocess
import sys
import tempfile
from pathlib import Path

from model.errors import WhereToBuyError
from server.api.problems import set_status
from server.extension_source import builder_in, source

BROWSERS = ("chrome", "edge", "firefox")
_SECONDS = 60


class ExtensionNotBuiltError(WhereToBuyError):
    """The extension cannot be packed here."""

    code = "extension-not-built"


set_status(ExtensionNotBuiltError, 503)


def has_source() -> bool:
    """Return whether the extension's source is there."""
    return source() is not None


def preset_zip(server: str, browser: str) -> bytes:
    """Return the extension for a browser (one of `BROWSERS`) and a server's address.

    Raises:
        ExtensionNotBuiltError: It cannot be made.
    """
    folder = source()
    if folder is None:
        raise ExtensionNotBuiltError("The extension's source is not installed.")
    with tempfile.TemporaryDirectory(prefix="where-to-buy-") as temporary:
        target = Path(temporary) / "extension.zip"
        command = [sys.executable, "-B", "-S", str(builder_in(folder)), "--server", server]
        command += ["--browser", browser, "--zip", str(target)]
        try:
            done = subprocess.run(  # noqa: S603 - nothing in it comes from outside but the address
                command, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ExtensionNotBuiltError(f"The extension cannot be packed: {error}") from error
        if done.returncode:
            raise ExtensionNotBuiltError(f"The extension cannot be packed: {done.stderr.strip()}")
        return target.read_bytes()
