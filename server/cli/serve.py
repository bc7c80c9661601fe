"""``where-to-buy serve``: the application in one process, on one port."""

import ctypes
import errno
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import click
from rich.console import Console
from rich.text import Text

from model.errors import WhereToBuyError
from server.api.sign_in_links import LINKS_KEY, SECONDS, SignInLinks, link_address
from server.config import Settings, read_settings
from server.errors import SettingsError
from server.extension_source import loadable, source
from server.hints import hint_of
from server.lan import is_everywhere, lan_address
from server.listen_rules import check_listening
from server.logs import configure_logging
from server.models import LoadingModels

_SPARE_THREADS = 8
# What a thread may compute before another one that is ready gets its turn: each picture comes back
# from a model's library a hundred times, and Python's own 5 ms would be waited for every time.
_TURN_SECONDS = 0.0005
_BACKLOG = 64
# The name of a setting in glibc's malloc.h.
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
_OWN_PAGES_BYTES = 8 * 2**20


@click.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="0 takes a free one.  [default: 8000]")
def serve(host: str | None, port: int | None) -> None:
    """Start the server; Ctrl-C stops it."""
    settings = read_settings(host=host, port=port)
    check_listening(settings)
    listener = bind(settings.host, settings.port)
    shown = listener.getsockname()
    links = SignInLinks()
    _greet(shown[0], shown[1])
    _greet_phones(settings, links, shown[1])
    _run(settings, listener, links)


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


def _run(settings: Settings, listener: socket.socket, links: SignInLinks) -> None:
    """Serve until the process is told to stop."""
    sys.setswitchinterval(_TURN_SECONDS)
    _limit_heaps()
    configure_logging(settings.log_format)
    models = LoadingModels(settings)  # they load while the next lines import
    # Slow; until then the system keeps connections waiting.
    from server.app import close_app, create_app, stop_waiting  # noqa: PLC0415
    from server.front.front import Front  # noqa: PLC0415

    app = create_app(settings, models=models, on_failure=_give_up)
    app.extensions[LINKS_KEY] = links
    # Each waiting picture holds a thread; some threads are left for everything else.
    threads = max(settings.server_threads, settings.queue_size + _SPARE_THREADS)
    front = Front(
        app,
        listener,
        threads=threads,
        on_stop=partial(stop_waiting, app),
        trusted_proxy=settings.trusted_proxy,
        trusted_hops=settings.trusted_hops,
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: front.stop())
    front.run()
    close_app(app)
    # A thread may be in the middle of a model, whose library aborts if Python ends under it.
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


def _limit_heaps() -> None:
    """Let the C library keep little of the memory that pictures needed for a moment.

    Threads share two heaps: each of them would get one of its own. What is larger than a usual
    photo's pixels gets pages of its own, which go back to the system at once; the library would
    put more and more of that into the heaps, which cannot shrink below what still lies in them.
    """
    with suppress(OSError, AttributeError):  # glibc alone has it
        library = ctypes.CDLL(None)
        library.mallopt(_M_ARENA_MAX, 2)
        library.mallopt(_M_MMAP_THRESHOLD, _OWN_PAGES_BYTES)
        library.mallopt(_M_TRIM_THRESHOLD, 4 * _OWN_PAGES_BYTES)


def _give_up(error: BaseException) -> None:
    """End the process with the reason; it is called on a thread."""
    if isinstance(error, WhereToBuyError):
        click.secho(f"Error: {error}", fg="red", err=True)
        click.echo(hint_of(error), err=True)
    sys.stderr.flush()
    os._exit(1)


def _greet(host: str, port: int) -> None:
    everywhere = is_everywhere(host)
    name = "127.0.0.1" if everywhere else f"[{host}]" if ":" in host else host
    console = Console(highlight=False)
    write: Callable[..., None] = lambda *parts: console.print(  # noqa: E731
        Text.assemble(*parts), soft_wrap=True
    )
    write("\n  Where can I buy this?  ", (f"http://{name}:{port}", "bold cyan"))
    if everywhere:
        own = lan_address()
        if own is not None:
            write("  On a phone or another computer, with the access token:")
            write("    ", (f"http://{own}:{port}", "bold cyan"))
        write("  Also under this machine's other addresses, with the access token.")
    if source() is not None:
        write("\n  The extension for Chrome, Edge and Firefox, and how to install it:")
        write("    ", (f"http://{name}:{port}/extension", "bold cyan"))
    if (folder := loadable()) is not None:
        write("  In Chrome without a download: open chrome://extensions, switch on Developer mode,")
        write("  choose Load unpacked, and select")
        write("    ", (str(folder), "bold"))
    write("\n  Ctrl-C stops the server.\n")


def _greet_phones(settings: Settings, links: SignInLinks, port: int) -> None:
    """Show a code that signs a phone in, to a person: never to a log."""
    console = Console(highlight=False)
    if not console.is_terminal or not is_everywhere(settings.host):
        return
    address = link_address(settings, links, f"http://127.0.0.1:{port}")
    if address is None:
        return
    # OpenCV takes a while to load, and is needed here for nothing else.
    from server.api.qr_code import qr_rows, qr_text  # noqa: PLC0415

    minutes = round(SECONDS / 60)
    console.print(f"  Scanned by a phone, this signs it in, once, for {minutes} minutes:\n")
    for line in qr_text(qr_rows(address)).splitlines():
        # A QR code needs light modules that are lighter than the dark ones, whatever the theme.
        console.print(Text("    ").append(line, "bright_white on black"), soft_wrap=True)
    console.print()
