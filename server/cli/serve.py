"""``where-to-buy serve``: the application in one process, on one port."""

import errno
import os
import socket
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from rich.console import Console
from rich.text import Text

from model.errors import WhereToBuyError
from server.config import Settings, read_settings
from server.errors import SettingsError
from server.hints import hint_of
from server.listen_rules import check_listening
from server.logs import configure_logging
from server.models import LoadingModels

if TYPE_CHECKING:
    from flask import Flask

_EXTENSION = Path(__file__).resolve().parents[2] / "extension"
_SPARE_THREADS = 8
_STOP_SECONDS = 5
_BACKLOG = 64


@click.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="0 takes a free one.  [default: 8000]")
def serve(host: str | None, port: int | None) -> None:
    """Start the server; Ctrl-C stops it."""
    settings = read_settings(host=host, port=port)
    check_listening(settings)
    listener = bind(settings.host, settings.port)
    shown = listener.getsockname()
    _greet(shown[0], shown[1])
    _Server(settings, listener).run()


def bind(host: str, port: int) -> socket.socket:
    """Bind the port; 0 takes a free one.

    Raises:
        SettingsError: The port is taken, or the address is not this machine's.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind)
        # The port of a server that has just stopped is free again.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except socket.gaierror as error:
        raise SettingsError(f"There is no address {host!r}.", hint="Check --host.") from error
    except OSError as error:
        raise _cannot_bind(host, port, error) from error
    return listener


def _cannot_bind(host: str, port: int, error: OSError) -> SettingsError:
    if error.errno == errno.EADDRINUSE:
        other = f"--port {port + 1}"
        return SettingsError(
            f"Port {port} on {host} is taken, perhaps by a server that is running already.",
            hint=f'Stop it, or take another port: {other}, with make as `make run ARGS="{other}"`.',
        )
    if error.errno == errno.EACCES:
        return SettingsError(
            f"Port {port} may not be used by this user.", hint="Take a port from 1024 on."
        )
    return SettingsError(
        f"{host} is not an address of this machine.", hint="Listen on 127.0.0.1 or 0.0.0.0."
    )


class _Server(BaseApplication):  # type: ignore[misc]  # untyped
    """Gunicorn with one worker: its threads share the models."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self._settings = settings
        self._listener = listener
        self._close_app: Callable[[], None] | None = None
        super().__init__()

    def load_config(self) -> None:
        """Set the options that differ from Gunicorn's defaults."""
        # Each waiting picture holds a thread; some threads are left for everything else.
        threads = max(self._settings.server_threads, self._settings.queue_size + _SPARE_THREADS)
        options: dict[str, Any] = {
            "bind": f"fd://{self._listener.fileno()}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": threads,
            "graceful_timeout": _STOP_SECONDS,
            "loglevel": "warning",
            "proc_name": "where-to-buy",
            "worker_exit": lambda _arbiter, _worker: self._close(),
        }
        if "control_socket_disable" in self.cfg.settings:
            options["control_socket_disable"] = True  # the port is the only way in
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> "Flask":
        """Create the application in the worker, because threads do not survive a fork."""
        configure_logging()
        models = LoadingModels(self._settings)  # they load while the next line imports
        # Slow, and only the worker needs it.
        from server.app import close_app, create_app  # noqa: PLC0415

        app = create_app(self._settings, models=models, on_failure=_give_up)
        self._close_app = partial(close_app, app)
        return app

    def _close(self) -> None:
        if self._close_app is not None:
            self._close_app()


def _give_up(error: BaseException) -> None:
    """End the worker in a way that also ends Gunicorn, instead of restarting it for ever."""
    if isinstance(error, WhereToBuyError):
        click.secho(f"Error: {error}", fg="red", err=True)
        click.echo(hint_of(error), err=True)
    sys.stderr.flush()
    os._exit(Arbiter.APP_LOAD_ERROR)


def _greet(host: str, port: int) -> None:
    everywhere = host in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
    name = "127.0.0.1" if everywhere else f"[{host}]" if ":" in host else host
    console = Console(highlight=False)
    write: Callable[..., None] = lambda *parts: console.print(  # noqa: E731
        Text.assemble(*parts), soft_wrap=True
    )
    write("\n  Where to buy this?  ", (f"http://{name}:{port}", "bold cyan"))
    if everywhere:
        write("  Also under this machine's other addresses, with the access token.")
    if (_EXTENSION / "manifest.json").is_file():
        write("\n  The extension for Chrome, Edge or Chromium lies in")
        write("    ", (str(_EXTENSION), "bold"))
        write("  Open chrome://extensions, switch on Developer mode, choose Load unpacked, and")
        write("  select that folder. Then right-click a picture.")
    write("\n  Ctrl-C stops the server.\n")
