"""What is SQLite's own: how connections are set up, and when transactions begin."""

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection

# How long a writer waits for another; longer than any transaction of this program takes.
BUSY_SECONDS = 5
_PRAGMAS = (
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "secure_delete=ON",  # a deleted picture is gone from the file as well
)


def prepare(connection: Any, record: object) -> None:
    """Set up a new connection: called by SQLAlchemy for its event ``connect``."""
    del record
    # `begin` begins transactions, not the driver.
    connection.isolation_level = None
    _use_wal(connection)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _use_wal(connection: Any) -> None:
    """Switch a new file to WAL mode, waiting while another connection does the same.

    SQLite does not wait for this lock as it does for others (its busy handler is not called
    where two connections would wait for each other).
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def begin(connection: Connection) -> None:
    """Begin a transaction: called by SQLAlchemy for its event ``begin``."""
    mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {mode}")
