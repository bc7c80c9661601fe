"""`where-to-buy shop-page` on files and addresses."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli.main import cli
from server.cli.shop_page import PageFileError
from server.config import Settings
from tests.support.http_server import local_server, reply

PAGE = Path(__file__).parents[1] / "shop_page" / "pages" / "woocommerce_sale.html"


def test_a_file_is_read_and_printed_as_json() -> None:
    done = CliRunner().invoke(
        cli, ["shop-page", str(PAGE), "--url", "https://oldoak.example/shop/oak-stool/"]
    )
    answer = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (answer["price"], answer["currency"]) == ("79.00", "GBP")
    assert answer["sources"]["price"] == "json-ld"
    assert list(answer) == [
        "title", "brand", "price", "list_price", "currency", "availability", "condition",
        "pictures", "gtin", "sku", "colour", "sizes", "link", "sources",
    ]  # fmt: skip


def test_standard_input_is_read_without_an_address() -> None:
    done = CliRunner().invoke(cli, ["shop-page", "-"], input=PAGE.read_bytes())
    assert json.loads(done.stdout)["price"] == "79.00"


@pytest.mark.parametrize("name", ["missing.html", "."])
def test_a_file_that_cannot_be_read_is_named(name: str) -> None:
    done = CliRunner().invoke(cli, ["shop-page", name])
    assert isinstance(done.exception, PageFileError)
    assert name in str(done.exception)
    assert done.exception.hint


def test_an_address_is_downloaded_within_the_limits_of_downloads(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = '<h1>Käse</h1><p class="price">5,00 €</p><img class="product" src="/k.jpg">'
    answer = reply(page.encode("cp1252"), headers={"Content-Type": "text/html; charset=cp1252"})
    with local_server({"/p/kaese": answer}) as shop:
        monkeypatch.setenv("WTB_STATE_DIR", str(settings.state_dir))
        refused = CliRunner().invoke(cli, ["shop-page", shop.url("/p/kaese")])
        assert getattr(refused.exception, "code", "") == "address-not-allowed"
        assert shop.requests == []
        monkeypatch.setenv("WTB_FETCH_ALLOW", shop.address)
        read = json.loads(CliRunner().invoke(cli, ["shop-page", shop.url("/p/kaese")]).stdout)
    assert (read["title"], read["price"], read["currency"]) == ("Käse", "5.00", "EUR")
    assert read["pictures"] == [shop.url("/k.jpg")]
    assert read["link"] == shop.url("/p/kaese")


@pytest.mark.parametrize(
    "text", ["# A text\n\nIt costs nothing.", "<title>Our values</title><h1>Us</h1>"]
)
def test_what_sells_nothing_fails_and_says_so(tmp_path: Path, text: str) -> None:
    file = tmp_path / "README.md"
    file.write_text(text)
    done = CliRunner().invoke(cli, ["shop-page", str(file)])
    assert json.loads(done.stdout)["price"] is None
    assert done.exit_code != 0
    assert isinstance(done.exception, PageFileError)
    assert "README.md" in str(done.exception)
