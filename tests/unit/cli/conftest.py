import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine

from model.embedder import Embedder
from model.garment import Garment
from model.patterns import Patterns
from model.second_look import SecondLook
from model.segmenter import Segmenter
from server import models
from server.cli.main import main
from server.config import Settings
from server.storage import database
from tests.support.server_process import environment


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The state folder of the commands."""
    (tmp_path / "state").mkdir()
    return tmp_path / "state"


@pytest.fixture(autouse=True)
def copied_databases(empty_database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command finds empty is filled from a file: making the tables takes longer."""
    migrate = database.migrate

    def fill(engine: Engine) -> None:
        file = Path(engine.url.database or "")
        if file.stat().st_size:
            migrate(engine)
            return
        engine.dispose()
        shutil.copyfile(empty_database, file)

    monkeypatch.setattr(database, "migrate", fill)


class _RememberingSegmenter(Segmenter):
    """The one that ships; it looks at each picture once, as many commands analyse the same."""

    def __init__(self) -> None:
        super().__init__(threads=1)
        self._found: dict[tuple[bytes, float | None], list[Garment]] = {}

    def segment(self, picture: NDArray[np.uint8], min_score: float | None = None) -> list[Garment]:
        key = (picture.tobytes(), min_score)
        if key not in self._found:
            self._found[key] = super().segment(picture, min_score)
        return list(self._found[key])


_shipped_segmenter = cache(_RememberingSegmenter)


@cache
def _shipped_embedder() -> Embedder:
    return models.load_embedder(Settings())


@cache
def _shipped_patterns() -> Patterns:
    return models.load_patterns()


@cache
def _shipped_second_look() -> SecondLook | None:
    return models.load_second_look(Settings(), _shipped_embedder())


@pytest.fixture
def shipped_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """The models that ship are loaded once for all commands of a run; others are, each time."""

    def segmenter(settings: Settings) -> Segmenter:
        own = settings.weights_in_force
        return models.load_segmenter(settings) if own else _shipped_segmenter()

    def embedder(settings: Settings, *, threads: int = 1) -> Embedder:
        own = settings.weights_in_force
        return models.load_embedder(settings, threads=threads) if own else _shipped_embedder()

    def second_look(settings: Settings, embedder: Embedder) -> SecondLook | None:
        own = settings.weights_in_force
        return models.load_second_look(settings, embedder) if own else _shipped_second_look()

    monkeypatch.setattr("server.parts.load_second_look", second_look)
    for module in ("server.parts", "server.checks.parts"):
        monkeypatch.setattr(f"{module}.load_patterns", _shipped_patterns)
        monkeypatch.setattr(f"{module}.load_segmenter", segmenter)
        monkeypatch.setattr(f"{module}.load_embedder", embedder)


@pytest.fixture
def where_to_buy(
    shipped_models: None, tmp_path: Path, state: Path, monkeypatch, capsys
) -> Callable[..., Done]:
    """Runs the command line in this process: a new one imports for a second."""
    monkeypatch.chdir(tmp_path)
    for name, text in (environment(state, {}) | {"COLUMNS": "200"}).items():
        monkeypatch.setenv(name, text)

    def run(*arguments: str) -> Done:
        monkeypatch.setattr("sys.argv", ["where-to-buy", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Done(int(ended.value.code or 0), printed.out, printed.err)

    return run
