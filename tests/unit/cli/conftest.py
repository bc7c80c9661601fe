from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.cli.main import main
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


@pytest.fixture
def where_to_buy(tmp_path: Path, state: Path, monkeypatch, capsys) -> Callable[..., Done]:
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
