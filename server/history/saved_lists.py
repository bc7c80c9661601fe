"""Lists of saved things, by names that a person chose."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import delete, func, select

from model.errors import WhereToBuyError
from server.history.noted import LARGEST_ID
from server.storage.database import Database
from server.storage.tables import SavedListRow, now

MOST_LISTS = 100
LONGEST_NAME = 80


class ListNotFoundError(WhereToBuyError):
    """No such list."""

    code: ClassVar[str] = "list-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such list.", hint="It may have been deleted in another tab.")


class ListExistsError(WhereToBuyError):
    """A list of this name exists, or too many lists."""

    code: ClassVar[str] = "list-exists"

    def __init__(self) -> None:
        super().__init__(
            f"There is a list of this name already, or there are {MOST_LISTS} lists.",
            hint="Choose another name, or delete a list.",
        )


@dataclass(frozen=True, slots=True)
class SavedList:
    """A list of saved things."""

    id: int
    name: str


class SavedLists:
    """The lists in the database; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[SavedList]:
        """Return the lists, in the order in which they were made."""
        with self._database.session(read_only=True) as session:
            rows = session.scalars(select(SavedListRow).order_by(SavedListRow.id))
            return [SavedList(row.id, row.name) for row in rows]

    def make(self, name: str) -> SavedList:
        """Make a list.

        Raises:
            ListExistsError: One of this name exists, or too many do.
        """
        with self._database.session() as session:
            names = session.scalars(select(SavedListRow.name)).all()
            if len(names) >= MOST_LISTS or name in names:
                raise ListExistsError
            row = SavedListRow(name=name, created_at=now())
            session.add(row)
            session.flush()
            return SavedList(row.id, row.name)

    def rename(self, number: int, name: str) -> SavedList:
        """Give a list another name.

        Raises:
            ListNotFoundError: There is no such list.
            ListExistsError: One of this name exists.
        """
        with self._database.session() as session:
            row = session.get(SavedListRow, number) if number <= LARGEST_ID else None
            if row is None:
                raise ListNotFoundError
            others = select(func.count()).where(
                SavedListRow.name == name, SavedListRow.id != number
            )
            if session.scalar(others):
                raise ListExistsError
            row.name = name
            return SavedList(row.id, name)

    def delete(self, number: int) -> bool:
        """Delete a list, and return whether there was one; what was in it stays saved."""
        return number <= LARGEST_ID and bool(
            self._database.delete([delete(SavedListRow).where(SavedListRow.id == number)])
        )
