"""The shelf: sets of weights beside those that ship, and which set is in use.

It is a folder with one folder per set (`sets/NAME/weights.json` and its files) and the file
`in-use.txt` with the name of one of them. Nothing here reads the weights themselves, so a
broken set can always be removed. Every change is a single rename: a server that starts
meanwhile sees the state either before or after it.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from model.weight_files.errors import (
    SetExistsError,
    SetInUseError,
    ShelfError,
    UnknownSetError,
    UnreadableShelfError,
    UnwritableShelfError,
)

# The name of the weights that ship.
DEFAULT: Final = "default"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DRAFT = ".new-"
_AWAY = ".old-"


class Shelf:
    """Sets of weights in a folder, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sets = folder / "sets"
        self._choice = folder / "in-use.txt"

    def names(self) -> list[str]:
        """Return the names of the sets, valid or broken, sorted."""
        try:
            return sorted(
                path.name
                for path in self._sets.iterdir()
                if _NAME.fullmatch(path.name) and path.is_dir()
            )
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._unreadable(self._sets, error) from error

    def in_use(self) -> str:
        """Return the name of the set in use; `DEFAULT` if none was chosen.

        Raises:
            ShelfError: The file with the choice holds no name, or cannot be read.
        """
        try:
            name = self._choice.read_bytes()[:200].decode("ascii", "replace").strip()
        except FileNotFoundError:
            return DEFAULT
        except OSError as error:
            raise self._unreadable(self._choice, error) from error
        if not _NAME.fullmatch(name):
            raise UnreadableShelfError(f"{self._choice} does not hold the name of weights.")
        return name

    def folder_in_use(self) -> Path | None:
        """Return the folder of the set in use; None for the weights that ship.

        Raises:
            ShelfError: The set is missing, or the file with the choice holds no name.
        """
        name = self.in_use()
        return None if name == DEFAULT else self.folder_of(name)

    def folder_of(self, name: str) -> Path:
        """Return the folder of a set.

        Raises:
            ShelfError: There is no set of that name.
        """
        path = self._sets / name
        if not _NAME.fullmatch(name) or not path.is_dir():
            known = ", ".join([DEFAULT, *self.names()])
            raise UnknownSetError(name, known)
        return path

    def use(self, name: str) -> None:
        """Choose a set, or `DEFAULT`, for servers that start from now on.

        Raises:
            ShelfError: There is no set of that name, or the choice cannot be saved.
        """
        try:
            if name == DEFAULT:
                self._choice.unlink(missing_ok=True)
                return
            self.folder_of(name)
            draft = self._choice.with_name(".in-use.new")
            with draft.open("w", encoding="ascii") as file:
                file.write(f"{name}\n")
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._choice)
        except OSError as error:
            raise self._unwritable(error) from error

    @contextmanager
    def adding(self, name: str, *, replace: bool = False) -> Iterator[Path]:
        """Yield an empty folder to fill; it becomes the set if the block ends without error.

        Args:
            name: Letters, digits, ``.``, ``_`` and ``-``.
            replace: Whether an existing set of that name is replaced.

        Raises:
            ShelfError: The name cannot be used, or the folder cannot be written.
        """
        if not _NAME.fullmatch(name) or name == DEFAULT:
            raise ShelfError(
                f"Weights cannot be called {name!r}.",
                hint="A name has up to 64 letters, digits, '.', '_' and '-'; 'default' is taken.",
            )
        target = self._sets / name
        if target.exists() and not replace:
            raise SetExistsError(name)
        try:
            self._sets.mkdir(parents=True, exist_ok=True)
            draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=self._sets))
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield draft
            self._put(draft, target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def remove(self, name: str) -> None:
        """Delete a set that is not in use.

        Raises:
            ShelfError: It is in use, does not exist, or cannot be deleted.
        """
        path = self.folder_of(name)
        if name == self.in_use():
            raise SetInUseError(f"The weights {name!r} are in use.")
        try:
            shutil.rmtree(self._put_away(path))
        except OSError as error:
            raise self._unwritable(error) from error

    def _put(self, draft: Path, target: Path) -> None:
        try:
            old = self._put_away(target) if target.exists() else None
            draft.rename(target)
            if old is not None:
                shutil.rmtree(old)
        except OSError as error:
            raise self._unwritable(error) from error

    def _put_away(self, path: Path) -> Path:
        """Rename a set so that it is gone at once, however long deleting it takes."""
        away = Path(tempfile.mkdtemp(prefix=_AWAY, dir=self._sets))
        # Renaming a folder onto an empty one is a single step.
        return path.rename(away)

    @staticmethod
    def _unreadable(path: Path, error: OSError) -> ShelfError:
        return UnreadableShelfError(f"{path} cannot be read: {error.strerror}.")

    def _unwritable(self, error: OSError) -> ShelfError:
        return UnwritableShelfError(
            f"{error.filename or self.folder} cannot be written: {error.strerror}."
        )
