"""Checks of the parts that the server is made of: database, models, catalogue, providers."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select

from model.errors import WeightsError
from model.weights_description import load_description
from server.checks.check import Finding
from server.config import Settings
from server.hints import hint_of
from server.models import load_embedder, load_patterns, load_second_look, load_segmenter
from server.offers.providers.catalog import CatalogProvider
from server.offers.vendors.quota import Quotas
from server.offers.wiring import provider_states
from server.parts import Parts
from server.storage.database import Database
from server.storage.errors import DatabaseDamagedError
from server.storage.integrity import faults_of, reading
from server.storage.migrating import newest
from server.storage.tables import LookRow, now

_RESTORE = "Stop the server; `where-to-buy restore BACKUP` puts a backup in its place."
_OLD = timedelta(days=30)


def check_database(settings: Settings) -> Iterator[Finding]:
    """Check that the database is sound, of this version, and not locked."""
    database = Database(settings.database)
    try:
        if database.file is not None:
            if not database.file.exists():
                yield Finding("ok", "there is none yet; the first start makes it")
                return
            if faults := faults_of(database.file):
                yield Finding("fault", f"{database.file} is damaged: {faults[0]}", _RESTORE)
                return
            yield from _revision(database.file)
        database.check_writable()
        with database.session(read_only=True) as session:
            number = session.scalar(select(func.count()).select_from(LookRow))
        yield Finding("ok", f"sound and writable; {number} looks are kept")
    finally:
        database.dispose()


def _revision(file: Path) -> Iterator[Finding]:
    with reading(file) as connection:
        try:
            (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except (sqlite3.OperationalError, TypeError) as error:
            raise DatabaseDamagedError(
                f"{file} is a database, but not of this program.",
                hint="Move it away, or set WTB_STATE_DIR to another folder.",
            ) from error
    if found > newest():
        yield Finding(
            "fault",
            "it was made by a newer version of this program",
            "Install that version again, or restore a backup of this one.",
        )
    elif found < newest():
        yield Finding("ok", "it is of an earlier version; the next start brings it up to date")


def check_clock(settings: Settings) -> Iterator[Finding]:
    """Check that the clock is not behind what was kept already."""
    database = Database(settings.database)
    try:
        if not database.has_table(LookRow.__tablename__):
            return
        with database.session(read_only=True) as session:
            last: datetime | None = session.scalar(select(func.max(LookRow.created_at)))
    finally:
        database.dispose()
    if last is not None and last > now() + timedelta(minutes=1):
        yield Finding(
            "warning",
            f"the newest look is from {last:%Y-%m-%d %H:%M} UTC, which is still to come",
            "Set the clock; `timedatectl` shows it. Nothing is lost, but quotas count by day.",
        )


def check_models(settings: Settings) -> Iterator[Finding]:
    """Load every model, which compares each file with its SHA-256; name each that cannot be."""

    def embedder_and_what_builds_on_it() -> None:
        load_second_look(settings, load_embedder(settings))

    description = load_description(settings.weights_in_force)
    faults: list[WeightsError] = []
    for load in (
        lambda: load_segmenter(settings),
        embedder_and_what_builds_on_it,
        load_patterns,
    ):
        try:
            load()
        except WeightsError as error:
            faults.append(error)
    for fault in faults:
        yield Finding("fault", str(fault), hint_of(fault))
    if not faults:
        where = settings.weights_in_force
        name = f"those in {where}" if where else "those that ship"
        fingerprint = description.segmenter.fingerprint[:12]
        yield Finding("ok", f"complete and unaltered: {name} ({fingerprint})")


def check_sources(settings: Settings) -> Iterator[Finding]:
    """Check the catalogue's feeds, and list who is asked for offers."""
    parts = Parts(settings)
    database = parts.database_as_found
    try:
        if database.has_table("shops"):
            yield from _shops(database)
        quotas = Quotas(database, settings.per_day)
        catalog = CatalogProvider(lambda: parts.catalog, settings.offers_shown)
        states = provider_states(settings, parts.fetcher, quotas, catalog)
        for state in states:
            missing = [key for key, there in state.keys if not there]
            if missing and len(missing) < len(state.keys):
                yield Finding(
                    "warning",
                    f"{state.provider.title} is off: not all of its settings are there",
                    f"Set {', '.join(missing)} too, or none of them.",
                )
        asked = ", ".join(state.provider.title for state in states if state.enabled)
        yield Finding("ok", f"asked for offers: {asked}")
    finally:
        database.dispose()


def _shops(database: Database) -> Iterator[Finding]:
    from server.catalog.store import CatalogStore  # noqa: PLC0415 - with its own imports

    shops = CatalogStore(database).shops()
    for shop in shops:
        again = f"Import it again: where-to-buy catalog import {shop.source!r}"
        is_file = not urlsplit(shop.source).scheme
        if is_file and not Path(shop.source).is_file():
            hint = f"`where-to-buy catalog remove {shop.id}` forgets the shop."
            yield Finding("warning", f"the feed of {shop.name} is gone: {shop.source}", hint)
        elif shop.imported_at < now() - _OLD:
            age = (now() - shop.imported_at).days
            yield Finding("warning", f"{shop.name} was imported {age} days ago", again)
        if shop.products and not shop.searchable:
            yield Finding("warning", f"no product of {shop.name} can be found", again)
    if shops:
        yield Finding("ok", f"{len(shops)} shops in the catalogue")
