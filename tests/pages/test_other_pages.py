"""History, privacy, language, signing in, and how all pages look."""

import json

import pytest
import requests
from playwright.sync_api import expect

from tests.support.server_process import running_server

pytestmark = pytest.mark.browser

TOKEN = "open sesame, 열려라 참깨"

_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_FAINT = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const pixel = (colours) => {
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const style = getComputedStyle(element);
    const isSeen = element.checkVisibility({ opacityProperty: true });
    if (!own || !isSeen || element.closest(".sr-only, .skip, script, .tile")) continue;
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      layers.unshift(getComputedStyle(one).backgroundColor);
    }
    const [text, ground] = [light(pixel([...layers, style.color])), light(pixel(layers))];
    const ratio = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    if (ratio < 4.5) faint.push(`${element.textContent.trim()}: ${ratio.toFixed(2)}`);
  }
  return faint;
}"""


def test_history_shows_and_forgets(visit, site, photo_file):
    page = visit()
    page.set_input_files("#file", photo_file)
    page.locator(".garment-row").first.click()
    with page.context.expect_page(), page.expect_response("**/api/v1/clicks"):
        page.get_by_role("link", name="Navy Tee").click()
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("link", name="Navy Tee").first).to_contain_text("$15.00")
    page.locator(".tile").first.click()
    expect(page.locator(".garment").first).to_be_visible()
    page.goto(f"{site.url}history")
    page.get_by_role("button", name="Delete all").click()
    page.get_by_role("button", name="Keep it").click()
    assert requests.get(f"{site.server.url}/api/v1/history", timeout=60).json()["clicks"]
    page.get_by_role("button", name="Delete all").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete all").click()
    expect(page.locator("#history")).to_have_text("Everything was deleted.")
    assert requests.get(f"{site.server.url}/api/v1/history", timeout=60).json()["clicks"] == []
    assert requests.get(f"{site.server.url}/api/v1/looks", timeout=60).json()["looks"] == []
    page.reload()
    expect(page.locator("#history")).to_contain_text("Nothing yet")


def test_whoever_wants_no_history_switches_it_off(visit, site, photo_file):
    page = visit("history")
    toggle = page.get_by_role("switch", name="Keep a history")
    expect(toggle).to_have_attribute("aria-checked", "true")
    expect(page.locator("#history-keeping")).to_contain_text("on your own server")
    try:
        toggle.click()
        expect(page.locator("#history-keeping")).to_contain_text("Nothing is written down")
        expect(page.locator(".tile")).to_have_count(0)
        # There may be one from before, which cannot be seen.
        expect(page.get_by_role("button", name="Delete all")).to_be_visible()
        page.goto(site.url)
        page.set_input_files("#file", photo_file)
        page.locator(".garment-row").first.click()
        expect(page.get_by_role("link", name="Navy Tee").first).to_be_visible()
        page.reload()
        expect(page.get_by_role("link", name="Navy Tee").first).to_be_visible()
        page.goto(f"{site.url}history")
        expect(page.locator(".tile")).to_have_count(1)
    finally:
        requests.patch(f"{site.url}api/v1/history/keeping", json={"keep": True}, timeout=60)
    page.reload()
    expect(toggle).to_have_attribute("aria-checked", "true")


def test_privacy_says_what_the_server_says(visit, site):
    page = visit("about")
    listed = requests.get(f"{site.server.url}/api/v1/providers", timeout=60).json()["providers"]
    assert len(listed) >= 3
    for provider in listed:
        title = page.get_by_role("heading", name=provider["title"], exact=True)
        row = page.locator(".providers > li").filter(has=title)
        expect(row).to_contain_text(provider["discloses"])
        expect(row.locator(".state")).to_have_text("On" if provider["enabled"] else "Off")
    expect(page.get_by_role("heading", name="The browser extension")).to_be_visible()


def test_the_history_is_searched_saved_and_forgotten_piece_by_piece(visit, site, photo_file):
    page = visit()
    page.set_input_files("#file", photo_file)
    page.locator(".garment-row").first.click()
    with page.context.expect_page(), page.expect_response("**/api/v1/clicks"):
        page.get_by_role("link", name="Navy Tee").click()
    page.goto(f"{site.url}history")
    opened = page.locator(".opened")
    expect(opened.first).to_contain_text("Navy Tee")
    page.get_by_label("Search the history").fill("navy TEE")
    expect(opened.first).to_be_visible()
    page.get_by_label("Search the history").fill("no such thing")
    expect(page.locator("#history")).to_have_text("Nothing in the history has “no such thing”.")
    page.get_by_label("Search the history").fill("")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as JSON").click()
    kept = json.loads(saved.value.path().read_text(encoding="utf-8"))
    assert kept["clicks"][0]["title"] == "Navy Tee"
    assert kept["looks"]
    before = opened.count()
    page.get_by_role("button", name="Delete: Navy Tee").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(opened).to_have_count(before - 1)
    tiles = page.locator(".tile")
    before = tiles.count()
    page.get_by_role("button", name="Delete: Picture of").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    expect(tiles).to_have_count(before)
    page.get_by_role("button", name="Delete: Picture of").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(tiles).to_have_count(before - 1)
    looks = requests.get(f"{site.server.url}/api/v1/looks", timeout=60).json()["looks"]
    assert len(looks) == before - 1


def test_a_phone_is_not_offered_what_only_a_computer_can_do(visit):
    page = visit(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    expect(page.get_by_role("link", name="Get the extension")).to_be_hidden()
    page.goto(page.url + "about")
    expect(page.get_by_role("heading", name="Converted prices")).to_be_visible()
    expect(page.get_by_role("heading", name="The browser extension")).to_be_hidden()


def test_a_blocked_shop_is_listed_and_forgotten(visit):
    page = visit("/about")
    page.evaluate(
        """localStorage.setItem("where-to-buy.shops",
          JSON.stringify([{ name: "Spam & Co", wish: "block" }]))"""
    )
    page.reload()
    page.get_by_role("button", name="Unblock Spam & Co").click()
    expect(page.locator("#wishes")).to_contain_text("None yet")
    assert page.evaluate('localStorage.getItem("where-to-buy.shops")') == "[]"


def test_a_provider_is_tested_and_its_key_entered_but_never_shown(visit):
    page = visit("about")
    catalogue = page.locator("[data-provider=catalog]")
    catalogue.get_by_role("button", name="Test Your catalogue").click()
    expect(catalogue.get_by_role("status")).to_contain_text("Offers: 1.")
    lykdat = page.locator("[data-provider=lykdat]")
    lykdat.get_by_text("Set it up").click()
    lykdat.get_by_label("WTB_LYKDAT_KEY").fill("my-secret")
    page.keyboard.press("Enter")
    expect(lykdat.get_by_role("switch")).to_have_attribute("aria-checked", "true")
    lykdat.get_by_text("Change the key").click()
    expect(lykdat.get_by_label("WTB_LYKDAT_KEY")).to_have_value("")
    assert "my-secret" not in page.content()
    lykdat.get_by_role("button", name="Delete from the server").click()
    expect(lykdat.get_by_role("switch")).to_have_count(0)
    expect(lykdat.locator(".state")).to_have_text("Off")


def test_privacy_says_by_which_rates_prices_are_converted(visit):
    page = visit("about")
    expect(page.get_by_role("heading", name="Converted prices")).to_be_visible()
    expect(page.locator("#rates")).to_contain_text("converted by the rates in WTB_RATES")


def test_the_language_may_be_switched_and_stays(visit):
    page = visit(locale="fr-FR")
    expect(page.get_by_role("heading", level=1)).to_have_text("Where can I buy this?")
    page.get_by_role("link", name="한국어").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("이거 어디서 사?")
    page.get_by_role("link", name="개인정보").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("내 컴퓨터를 떠나는 정보")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What leaves your machine")


def test_another_language_keeps_the_picture(visit, photo_file):
    page = visit()
    page.set_input_files("#file", photo_file)
    page.wait_for_url("**/?look=*")
    address = page.url
    page.get_by_role("link", name="한국어").click()
    expect(page.get_by_role("group", name="사진 속 옷")).to_be_visible()
    expect(page).to_have_url(address)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-US", "ko-KR", "ja-JP", "es-ES"])
def test_every_page_fits_a_narrow_phone_and_can_be_read(visit, site, photo_file, scheme, locale):
    page = visit(
        color_scheme=scheme, locale=locale, viewport={"width": 320, "height": 600},
        reduced_motion="reduce",
    )  # fmt: skip
    assert not page.evaluate(_TOO_WIDE)
    assert page.evaluate(_FAINT) == []
    page.set_input_files("#file", photo_file)
    page.locator(".garment-row").first.click()
    expect(page.locator(".skeleton")).to_have_count(0)
    expect(page.locator(".sent a")).to_be_visible()
    assert not page.evaluate(_TOO_WIDE)
    assert page.evaluate(_FAINT) == []
    for path in ("history", "saved", "about"):
        page.goto(site.url + path)
        expect(page.locator("[aria-busy]")).to_have_count(0)
        assert not page.evaluate(_TOO_WIDE)
        assert page.evaluate(_FAINT) == []


def test_a_server_with_a_token_lets_a_browser_sign_in(visit, photo_file, tmp_path):
    with running_server(tmp_path, {"WTB_ACCESS_TOKEN": TOKEN}) as guarded:
        page = visit(url=f"{guarded.url}/")
        expect(page.get_by_role("heading", level=1)).to_have_text("This server asks who you are")
        expect(page.get_by_role("link", name="History")).to_have_count(0)
        field = page.get_by_label("Access token")
        field.fill("open barley")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("That is not this server's access token")
        field.fill(TOKEN)
        field.press("Enter")
        page.set_input_files("#file", photo_file)
        expect(page.locator(".garment").first).to_be_visible()
        (cookie,) = page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        assert page.evaluate("document.cookie") == ""
        page.get_by_role("link", name="Privacy").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("Access token")).to_be_visible()
        answer = requests.get(f"{guarded.url}/api/v1/history", timeout=60)
        assert answer.status_code == 401


def test_a_provider_is_switched_off_and_on_from_the_page(visit, site):
    page = visit("about")
    toggle = page.get_by_role("switch", name="Shopify's catalogue")
    expect(toggle).to_have_attribute("aria-checked", "true")
    toggle.focus()
    page.keyboard.press("Space")
    expect(toggle).to_have_attribute("aria-checked", "false")
    expect(toggle).to_be_focused()
    page.reload()
    expect(toggle).to_have_attribute("aria-checked", "false")
    toggle.click()
    expect(toggle).to_have_attribute("aria-checked", "true")
    names = {
        each["name"]: each["enabled"]
        for each in requests.get(f"{site.server.url}/api/v1/providers", timeout=60).json()[
            "providers"
        ]
    }
    assert names["ucp"]


@pytest.mark.parametrize(
    ("path", "method"), [("nosuch", "get"), ("static/nosuch", "get"), ("about", "post")]
)
def test_errors_are_pages_for_people_and_documents_for_programs(site, path, method):
    page = requests.request(method, site.url + path, headers={"Accept": "text/html"}, timeout=60)
    other = requests.request(method, site.url + path, headers={"Accept": "*/*"}, timeout=60)
    assert page.status_code == other.status_code >= 400
    assert other.headers["Content-Type"] == "application/problem+json"
    is_for_people = not path.startswith("static")
    assert page.headers["Content-Type"].startswith("text/html") is is_for_people


def test_every_platform_finds_its_icon(site):
    for name, kind in (
        ("favicon.ico", "image/"), ("apple-touch-icon.png", "image/png"),
        ("site.webmanifest", "application/manifest+json"), ("static/icon.svg", "image/svg+xml"),
    ):  # fmt: skip
        answer = requests.get(site.url + name, timeout=60)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(kind)
    manifest = requests.get(f"{site.url}site.webmanifest", timeout=60).json()
    for icon in manifest["icons"]:
        assert requests.get(site.server.url + icon["src"], timeout=60).status_code == 200


def test_type_follows_the_size_that_the_browser_is_set_to(visit, photo_file):
    page = visit()
    page.set_input_files("#file", photo_file)
    page.locator(".garment-row").first.click()
    expect(page.locator(".skeleton")).to_have_count(0)
    # Twice as large, as in a browser whose type is set to 32 px; at once, as more may arrive.
    before, after = page.evaluate(
        """() => {
          const texts = [...document.querySelectorAll("body *")].filter((each) =>
            each.checkVisibility() &&
            [...each.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()));
          const sizes = () => texts.map((each) => parseFloat(getComputedStyle(each).fontSize));
          const before = sizes();
          document.documentElement.style.fontSize = "200%";
          return [before, sizes()];
        }"""
    )
    assert len(before) > 10
    assert {round(new / old, 2) for new, old in zip(after, before, strict=True)} == {2}


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_look_has_one_first_heading_and_the_brand_a_name(visit, photo_file, width):
    page = visit(viewport={"width": width, "height": 700})
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("link", name="Where can I buy this?")).to_have_count(1)
    page.set_input_files("#file", photo_file)
    page.locator(".garment-row").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("link", name="Where can I buy this?")).to_have_count(1)
