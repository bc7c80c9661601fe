"""History, privacy, language, signing in, and how all pages look."""

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
    assert requests.get(f"{site.server.url}/api/v1/history", timeout=10).json()["clicks"]
    page.get_by_role("button", name="Delete all").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete all").click()
    expect(page.locator("#history")).to_have_text("Everything was deleted.")
    assert requests.get(f"{site.server.url}/api/v1/history", timeout=10).json()["clicks"] == []
    assert requests.get(f"{site.server.url}/api/v1/looks", timeout=10).json()["looks"] == []
    page.reload()
    expect(page.locator("#history")).to_contain_text("Nothing yet")


def test_privacy_says_what_the_server_says(visit, site):
    page = visit("about")
    listed = requests.get(f"{site.server.url}/api/v1/providers", timeout=10).json()["providers"]
    assert len(listed) >= 3
    for provider in listed:
        title = page.get_by_role("heading", name=provider["title"], exact=True)
        row = page.locator(".providers > li").filter(has=title)
        expect(row).to_contain_text(provider["discloses"])
        expect(row.locator(".state")).to_have_text("On" if provider["enabled"] else "Off")
    expect(page.get_by_role("heading", name="The browser extension")).to_be_visible()


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
    assert page.url == address


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
    for path in ("history", "about"):
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
        answer = requests.get(f"{guarded.url}/api/v1/history", timeout=10)
        assert answer.status_code == 401
