import os
import subprocess
from functools import partial
from pathlib import Path

import pytest

from tests.support.feeds import feed_file, item
from tests.support.server_process import COMMAND, environment


@pytest.fixture
def run(where_to_buy):
    """Runs `where-to-buy catalog ...`."""
    return partial(where_to_buy, "catalog")


def test_import_list_and_remove(run, tmp_path: Path) -> None:
    assert "No shop yet" in run("list").stdout
    path = feed_file(tmp_path, item("1", "Leather Bag"), item("", "Tee"))
    done = run("import", os.fspath(path), "--shop", "Kiosk [1]", "--partner")
    assert done.returncode == 0, done.stderr
    assert "Kiosk [1]: 1 products (1 new" in done.stdout
    assert "1 of 1 products cannot be found by a search:" in done.stdout
    assert "  1: no garment by its title, e.g. “Leather Bag”\n" in done.stdout
    assert "An item has no id." in done.stderr
    listed = run("list").stdout
    assert "Kiosk [1]" in listed
    assert "yes" in listed
    removed = run("remove", "Kiosk [1]")
    assert removed.stdout == "Removed Kiosk [1] with 1 products.\n"
    missing = run("remove", "Kiosk [1]")
    assert missing.returncode == 1
    assert "No shop is called Kiosk [1]." in missing.stderr


def test_a_feed_that_cannot_be_read_to_its_end_says_so(run, tmp_path: Path) -> None:
    path = feed_file(tmp_path, item("1", "Leather Bag"))
    path.write_text(path.read_text().replace("</channel>", ""))
    done = run("import", os.fspath(path))
    assert done.returncode == 1
    assert "not well-formed" in done.stderr
    assert "are kept" in done.stderr
    gone = run("import", os.fspath(tmp_path / "nothing.xml"))
    assert gone.returncode == 1
    assert "cannot be opened" in gone.stderr
    assert "Traceback" not in done.stderr + gone.stderr


def test_listing_loads_no_model(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['where-to-buy', 'catalog', 'list']\n"
        "from server.cli.main import cli\n"
        "cli(standalone_mode=False)\n"
        "assert 'onnxruntime' not in sys.modules, 'the model was loaded'"
    )
    subprocess.run(
        [COMMAND[0], "-c", code],
        cwd=tmp_path,
        env=environment(tmp_path / "state", {}),
        check=True,
        timeout=60,
    )
