import os
import subprocess
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from server.storage.database import Database
from server.storage.tables import ProductRow
from tests.support.feeds import feed_file, item
from tests.support.pictures import outfit, picture_file
from tests.support.server_process import COMMAND, environment


@pytest.fixture
def run(where_to_buy):
    """Runs `where-to-buy catalog ...`."""
    return partial(where_to_buy, "catalog")


def test_import_list_and_remove(run, tmp_path: Path) -> None:
    assert "No shop yet" in run("list").stdout
    path = feed_file(tmp_path, item("1", "Leather Wallet"), item("", "Tee"))
    done = run("import", os.fspath(path), "--shop", "Kiosk [1]", "--partner")
    assert done.returncode == 0, done.stderr
    assert "Kiosk [1]: 1 products (1 new" in done.stdout
    assert "1 of 1 products cannot be found by a search:" in done.stdout
    assert "  1: no garment by its title, e.g. “Leather Wallet”\n" in done.stdout
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
    path = feed_file(tmp_path, item("1", "Leather Wallet"))
    path.write_text(path.read_text().replace("</channel>", ""))
    done = run("import", os.fspath(path))
    assert done.returncode == 1
    assert "not well-formed" in done.stderr
    assert "are kept" in done.stderr
    gone = run("import", os.fspath(tmp_path / "nothing.xml"))
    assert gone.returncode == 1
    assert "cannot be opened" in gone.stderr
    assert "Traceback" not in done.stderr + gone.stderr


def test_a_blog_is_refused_and_makes_no_shop(run, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(
        "<rss><channel><title>News</title><item><title>Coats</title>"
        "<link>https://shop.example/news</link></item></channel></rss>"
    )
    done = run("import", os.fspath(path))
    assert done.returncode == 1
    assert "looks like a blog" in done.stderr
    assert "are kept" not in done.stderr
    assert "No shop yet" in run("list").stdout


def test_a_feed_without_a_usable_product_fails(run, tmp_path: Path) -> None:
    done = run("import", os.fspath(feed_file(tmp_path, item("", "Tee"), item("", "Coat"))))
    assert done.returncode == 1
    assert "  2: no id, e.g. “Tee”\n" in done.stdout
    assert done.stderr.count("has no id") == 1
    assert "no product that can be used" in done.stderr
    assert "No shop yet" in run("list").stdout


def test_a_source_that_is_known_is_not_renamed_unasked(run, tmp_path: Path) -> None:
    path = os.fspath(feed_file(tmp_path, item("1", "Leather Wallet")))
    assert run("import", path, "--shop", "Corner").returncode == 0
    assert run("import", path, "--shop", "Corner").returncode == 0
    asked = run("import", path, "--shop", "Kiosk")
    assert asked.returncode == 1
    assert "as “Corner”. Rename that shop to “Kiosk”? Give --yes" in asked.stderr
    assert "Corner" in run("list").stdout
    assert run("import", path, "--shop", "Kiosk", "--yes").returncode == 0
    listed = run("list").stdout
    assert "Kiosk" in listed
    assert "Corner" not in listed


def test_a_currency_and_a_site_are_given_for_a_file_that_names_none(run, tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text("Handle,Title,Variant Price\nbag,Leather Wallet,9.00\n")
    asked = run("import", os.fspath(path))
    assert asked.returncode == 1
    assert "--site https://shop.example --currency EUR" in asked.stderr
    done = run("import", os.fspath(path), "--site", "shop.example", "--currency", "eur")
    assert done.returncode == 0, done.stderr
    assert "products: 1 products (1 new" in done.stdout
    assert "price" not in done.stdout
    for option, value in (("--currency", "dollars"), ("--site", "ftp://shop.example")):
        wrong = run("import", os.fspath(path), option, value)
        assert wrong.returncode == 2
        assert f"{value} is not" in wrong.stderr


def test_listing_loads_no_model(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['where-to-buy', 'catalog', 'list']\n"
        "from server.cli.main import cli\n"
        "cli(standalone_mode=False)\n"
        "assert 'onnxruntime' not in sys.modules, 'the model was loaded'\n"
        "assert not {'cv2', 'numpy', 'requests', 'bs4'} & sys.modules.keys(), 'so was an import'"
    )
    subprocess.run(
        [COMMAND[0], "-c", code],
        cwd=tmp_path,
        env=environment(tmp_path / "state", {}),
        check=True,
        timeout=60,
    )


def test_products_that_wait_for_their_new_vector_are_counted(run, tmp_path: Path, state) -> None:
    picture = tmp_path / "tee.png"
    picture.write_bytes(picture_file(outfit(width=100, height=200)))
    tees = [item(str(n), "Navy Tee", picture=picture.name) for n in range(3)]
    run("import", os.fspath(feed_file(tmp_path, *tees)), "--shop", "Kiosk")
    assert "to be prepared" not in run("stats").stdout
    database = Database(f"sqlite:///{state / 'where-to-buy.sqlite3'}")
    with database.session() as session:
        old = session.scalars(select(ProductRow).limit(2)).all()
        for product in old:
            product.fingerprint = "before:0123456789abcdef"
    database.dispose()
    told = (
        "The pictures of 2 of 3 products are still to be prepared for the weights in force; the "
        "server does it while it runs, and until then 2 of them are not found by a picture.\n"
    )
    assert told in run("stats").stdout
    assert told in run("show", "Kiosk").stdout


def test_what_there_is_is_looked_through_exported_and_refreshed_by_a_schedule(
    run, tmp_path: Path
) -> None:
    path = feed_file(
        tmp_path,
        item("1", "Navy Tee", brand="Corner", size="M"),
        item("2", "Leather Wallet"),
        item("3", "Wool Coat", image_link=""),
    )
    assert run("add", os.fspath(path)).returncode == 0
    shown = run("show", "Corner Shop").stdout
    assert "3 products, of which 1 can be found by a picture" in shown
    assert "1 cannot be found by a picture: no picture" in shown
    assert "Wool Coat" in shown
    assert "3 products, of which 1 can be found by a picture" in run("stats").stdout
    found = run("search", "wool", "coat")
    assert "Wool Coat" in found.stdout
    assert "Navy Tee" not in found.stdout
    assert "1 products." in found.stdout
    like = run("search", "--picture", os.fspath(tmp_path / "tee.png"))
    assert "Navy Tee" in like.stdout
    assert "Wool Coat" not in like.stdout
    again = tmp_path / "again.jsonl"
    assert "3 products are in" in run("export", os.fspath(again)).stdout
    assert again.read_text().count("\n") == 3
    assert "refreshed daily by the server" in run("schedule", "Corner Shop", "daily").stdout
    assert "only when you say so" in run("schedule", "Corner Shop", "never").stdout
    assert run("schedule", "Corner Shop", "sometimes").returncode == 2
    unchanged = run("refresh", "--all")
    assert (unchanged.returncode, unchanged.stdout) == (0, "Corner Shop: nothing has changed.\n")
