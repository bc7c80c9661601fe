"""Migrations: which revision the tables have, and how they get to the newest."""

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from server.storage.errors import DatabaseError

MIGRATIONS = Path(__file__).parent / "migrations"
# An arbitrary number for the advisory lock under which PostgreSQL is migrated.
_LOCK_KEY = 7_231_905_118


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest revision, in one transaction.

    Raises:
        DatabaseError: They were made by a newer version.
    """
    from alembic import command  # noqa: PLC0415 - slow to import, and seldom needed
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util.exc import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK_KEY})"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise DatabaseError(
            "The database was made by another version of this program.",
            hint="Install that version again, or move the database away to start anew.",
        ) from error


def revision_of(engine: Engine) -> str | None:
    """Return the schema revision of a database; None if it has no tables."""
    with engine.connect() as connection:
        connection.execution_options(sqlite_begin="DEFERRED")
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def newest() -> str:
    """Return the newest revision, which is a number in the names of the migrations' files."""
    return max(file.name.partition("_")[0] for file in MIGRATIONS.glob("versions/[0-9]*.py"))
