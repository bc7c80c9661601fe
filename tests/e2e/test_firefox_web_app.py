"""The web app in Firefox, without the extension: a picture, its garments, and their offers."""

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.e2e.conftest import Artifacts
from tests.e2e.firefox import ESCAPE, Firefox, find_firefox, open_firefox
from tests.e2e.open_web import running_open_web
from tests.e2e.subjects import astronaut
from tests.e2e.test_firefox import MISSING, SHOP
from tests.e2e.tunnel import running_tunnel
from tests.e2e.waiting import at_rest, press_until, wait_for
from tests.support.certificates import Authority
from tests.support.server_process import REPOSITORY, running_server
from tests.support.ucp_server import product, ucp_server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

# A point of the first garment: inside it, or so many pixels beside its edge.
_POINT_OF = """
const [beside] = arguments;
const shape = document.querySelector(".garment .shape");
if (!shape) return null;
const matrix = shape.getScreenCTM();
const inside = (x, y) => shape.isPointInFill(new DOMPoint(x, y).matrixTransform(matrix.inverse()));
const { left, top, width, height } = shape.getBoundingClientRect();
for (let place = 1; place < 40; place += 1) {
  const y = top + height * place / 40;
  const across = Array.from({ length: Math.ceil(width) }, (_, x) => left + x);
  const from = across.find((x) => inside(x, y));
  if (from === undefined || !inside(from + 12, y)) continue;
  const x = beside ? from - beside : from + 12;
  const element = document.elementFromPoint(x, y);
  if (element?.closest(".silhouettes")) return [x, y];
}
return null;
"""
_DROP = """
const [data] = arguments;
const transfer = new DataTransfer();
const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
transfer.items.add(new File([bytes], "photo.jpg", { type: "image/jpeg" }));
const event = new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
document.body.dispatchEvent(event);
"""
_MIDDLE_OF = """
const element = document.querySelector(arguments[0]);
if (!element || element.hidden) return null;
element.scrollIntoView({ block: "center", behavior: "instant" });
const { x, y, width, height } = element.getBoundingClientRect();
return [x + width / 2, y + height / 2];
"""


@dataclass(frozen=True)
class Visitor:
    """Somebody with Firefox, and the server's address."""

    firefox: Firefox
    url: str

    def has(self, selector: str, count: int = 1) -> bool:
        """Return whether the page shows at least so many of something."""
        script = "return document.querySelectorAll(arguments[0]).length"
        return int(self.firefox.page(script, selector)) >= count

    def text(self, selector: str) -> str:
        """Return what can be read in the first of them."""
        return str(self.firefox.page(
            "return document.querySelector(arguments[0])?.innerText ?? ''", selector
        ))  # fmt: skip

    def click(self, selector: str, condition: Any, what: str) -> None:
        """Click in the middle of something until a condition holds."""
        place = at_rest(lambda: self.firefox.page(_MIDDLE_OF, selector), what)
        press_until(lambda: self.firefox.click(*place), condition, what)

    def wait_for_garments(self) -> None:
        """Wait until something is lit up, and lies still."""
        wait_for(lambda: self.has(".garment"), "silhouettes")
        at_rest(lambda: self.firefox.page(_POINT_OF, 0), "a garment")

    def wait_for_offers(self) -> None:
        """Wait until the shops have answered."""
        wait_for(lambda: self.has(".offers [data-offer]") and not self.has(".skeleton"), "offers")


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """A server that nobody has used yet, a shop, and Firefox."""
    executable = find_firefox()
    if executable is None:
        pytest.fail(MISSING, pytrace=False)
    folder = tmp_path_factory.mktemp("fox")
    for name in ("state", "certificates", "log"):
        (folder / name).mkdir()
    with ExitStack() as stack:
        tls = Authority(folder / "certificates").server_context("shop.example", "*.example")
        pictures = {"suit.jpg": astronaut().photo}
        web = stack.enter_context(running_open_web(folder, pictures, tls))
        ucp = stack.enter_context(ucp_server())
        picture = f"{web.picture_host}/suit.jpg"
        ucp.products = [
            product(
                title,
                number=number,
                picture=picture,
                link=f"{SHOP}/{number}",
            )
            for number, title in enumerate(("Orange Jumpsuit", "Navy Jumper", "Camel Trousers"), 1)
        ]
        settings = {
            "WTB_MIN_SCORE": "0.2",
            "WTB_FETCH_ALLOW": f"127.0.0.1:{web.picture_port},{ucp.address}",
            "WTB_UCP_ENABLED": "true",
            "WTB_UCP_ENDPOINT": ucp.url,
        }
        server = stack.enter_context(running_server(folder / "state", settings, timeout=240))
        proxy = stack.enter_context(running_tunnel(web.port))
        firefox = stack.enter_context(open_firefox(executable, folder / "log", proxy))
        yield Visitor(firefox, server.url)


@pytest.fixture(scope="module")
def screens() -> Artifacts:
    """The folder ``artifacts/firefox-web-app``, emptied."""
    return Artifacts(REPOSITORY / "artifacts" / "firefox-web-app")


@pytest.fixture(autouse=True)
def keep(screens: Artifacts, request: pytest.FixtureRequest, visitor: Visitor) -> Iterator[None]:
    """Keep a screenshot of how each test ended."""
    yield
    screens.keep(request.node.name.removeprefix("test_")[:80], visitor.firefox.screen())


def test_from_a_chosen_file_to_a_shop_and_the_history(visitor: Visitor, tmp_path: Path) -> None:
    firefox = visitor.firefox
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(astronaut().photo)
    firefox.visit(f"{visitor.url}/")
    firefox.choose_file("#file", photo)
    visitor.wait_for_garments()
    x, y = firefox.page(_POINT_OF, 0)
    firefox.point_at(x, y)
    wait_for(lambda: visitor.has(".label.is-shown"), "the garment's name")
    press_until(lambda: firefox.click(x, y), lambda: visitor.has("#garment-name"), "the panel")
    visitor.wait_for_offers()
    title = visitor.text(".offers [data-offer] .title")
    before = set(firefox.tabs())
    visitor.click(".offers [data-offer] a", lambda: set(firefox.tabs()) - before, "the shop")
    own, shop = next(iter(before)), next(iter(set(firefox.tabs()) - before))
    firefox.switch_to(shop)
    # A tab that is only just there has no page to ask.
    where = "return location.href"
    wait_for(lambda: (firefox.page(where) or "").startswith(SHOP), "the shop's address")
    assert firefox.page("return document.referrer") == ""
    assert firefox.page("return window.opener") is None
    firefox.switch_to(own)
    clicks = requests.get(f"{visitor.url}/api/v1/history", timeout=20).json()["clicks"]
    assert clicks[0]["title"] == title
    firefox.go(f"{visitor.url}/history")
    wait_for(lambda: title in visitor.text("#history"), "the history")


def test_a_dropped_picture_its_edges_and_the_way_back(visitor: Visitor) -> None:
    firefox = visitor.firefox
    firefox.visit(f"{visitor.url}/")
    firefox.page(_DROP, base64.b64encode(astronaut().photo).decode())
    visitor.wait_for_garments()
    # Just beside an edge means the garment as well.
    x, y = firefox.page(_POINT_OF, 4)
    press_until(lambda: firefox.click(x, y), lambda: visitor.has("#garment-name"), "the panel")
    visitor.wait_for_offers()
    firefox.back()
    wait_for(lambda: visitor.has(".garment-row"), "the garments")
    visitor.click(".garment-row", lambda: visitor.has("#garment-name"), "a garment of the list")
    firefox.go(str(firefox.page("return location.href")))
    wait_for(lambda: visitor.has("#garment-name"), "the same garment")
    visitor.wait_for_offers()
    firefox.key(ESCAPE)
    wait_for(lambda: visitor.has(".garment-row"), "the garments")


def test_a_frame_is_drawn_and_put_right(visitor: Visitor) -> None:
    firefox = visitor.firefox
    firefox.visit(f"{visitor.url}/")
    firefox.page(_DROP, base64.b64encode(astronaut().photo).decode())
    visitor.wait_for_garments()
    count = int(firefox.page("return document.querySelectorAll('.garment').length"))
    left, top, width, height = json.loads(firefox.page(
        "const box = document.querySelector('.picture').getBoundingClientRect();"
        "return JSON.stringify([box.x, box.y, box.width, box.height]);"
    ))  # fmt: skip
    corners = ((0.05, 0.05), (0.3, 0.4))
    firefox.drag(*((left + width * across, top + height * down) for across, down in corners))
    wait_for(lambda: visitor.has(".garment", count + 1), "what was framed")
    visitor.click(
        ".put-right", lambda: visitor.has(".corrections .toggle[aria-pressed]"), "the menu"
    )
    visitor.click(
        ".corrections > .choices .toggle",
        lambda: visitor.has(".side > .shop-notice"),
        "it to be put away",
    )
    wait_for(lambda: not visitor.has(".garment", count + 1), "one garment less")
