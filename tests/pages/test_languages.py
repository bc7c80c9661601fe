"""What the server says in English is read in the page's language."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.pages.searches import answer_searches

pytestmark = pytest.mark.browser

WORDS = sorted((Path(__file__).resolve().parents[2] / "ui" / "words").glob("*.json"))
_WORDS = """async ([language, providers]) => {
  const { Words } = await import("/static/ui/words.js");
  const texts = await (await fetch(`/static/ui/words/${language}.json`)).json();
  const words = new Words(language, texts, "page");
  return providers.map((one) => ({ name: one.name, english: one.discloses,
    discloses: words.discloses(one), title: words.provider(one) }));
}"""
_HOST = r"(?:[a-z\d-]+\.)+[a-z\d-]+"


@pytest.fixture
def listed(visit, site):
    """Ask in which words a page in some language presents providers."""
    page = visit("about")
    answer = page.request.get(f"{site.server.url}/api/v1/providers").json()["providers"]

    def ask(language: str, providers=answer):
        return page.evaluate(_WORDS, [language, providers])

    return ask


@pytest.mark.parametrize("language", ["ko", "ja", "es"])
def test_every_provider_shows_what_leaves_the_machine_with_the_host_it_goes_to(listed, language):
    providers = listed(language)
    assert len(providers) > 10
    for provider in providers:
        assert provider["discloses"] != provider["english"], provider["name"]
        assert "$" not in provider["discloses"]
        for host in _hosts(provider["english"]):
            assert host in provider["discloses"], provider["name"]


def _hosts(text: str) -> list[str]:
    return re.findall(_HOST, text)


def test_in_english_the_servers_own_text_is_shown(listed):
    for provider in listed("en"):
        assert provider["discloses"] == provider["english"]


def test_one_shops_catalogue_says_what_it_is_given(listed):
    shop = {"name": "ucp-shop.example", "title": "shop.example", "needs": ["words"],
            "discloses": "Once you choose a garment, words go to shop.example."}  # fmt: skip
    (words_only,) = listed("es", [shop])
    (with_picture,) = listed("es", [{**shop, "needs": ["crop", "words"]}])
    assert "shop.example" in words_only["discloses"]
    assert "recorte" not in words_only["discloses"]
    assert "recorte" in with_picture["discloses"]
    assert words_only["title"] == "shop.example"


def test_where_the_server_names_no_host_its_own_words_are_shown(listed):
    silent = {"name": "ebay", "title": "eBay", "needs": ["crop"], "discloses": "Words leave."}
    (provider,) = listed("ko", [silent])
    assert provider["discloses"] == "Words leave."


def test_what_is_new_on_the_server_is_shown_in_its_own_words(listed):
    newer = {"name": "newer", "title": "Newer", "needs": ["crop"], "discloses": "All goes away."}
    (provider,) = listed("ja", [newer])
    assert (provider["title"], provider["discloses"]) == ("Newer", "All goes away.")


@pytest.mark.parametrize(
    ("locale", "colour", "back"),
    [("ja-JP", "オレンジ", "すべての服"), ("es-MX", "naranja", "Todas las prendas")],
)
def test_a_garment_and_its_colours_are_named(visit, photo_file, locale, colour, back):
    page = visit(locale=locale)
    expect(page.locator("html")).to_have_attribute("lang", locale.partition("-")[0])
    page.set_input_files("#file", photo_file)
    page.locator(".garment-row").first.click()
    expect(page.get_by_role("button", name=back)).to_be_visible()
    expect(page.locator(".dot").first).to_have_attribute("aria-label", colour)
    expect(page.locator("#garment-name")).not_to_be_empty()


@pytest.mark.parametrize(("language", "comma"), [("en", ", "), ("es", ", "), ("ja", "、")])
def test_what_is_enumerated_is_parted_as_the_language_does(visit, language, comma):
    page = visit("about")
    script = """async (language) => {
      const { Words } = await import("/static/ui/words.js");
      return new Words(language, {}, "page").comma;
    }"""
    assert page.evaluate(script, language) == comma


@pytest.mark.parametrize("locale", ["en-US", "es-ES", "ja-JP", "ko-KR"])
def test_on_a_phone_the_hint_of_the_address_is_seen_whole(visit, locale):
    page = visit(locale=locale, viewport={"width": 390, "height": 844})
    hint = page.locator("#url")
    width = """(input) => {
      const style = getComputedStyle(input);
      const text = document.createElement("canvas").getContext("2d");
      text.font = style.font;
      const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
      return input.clientWidth - padding - text.measureText(input.placeholder).width;
    }"""
    assert hint.evaluate(width) >= 0


def test_every_language_leads_to_every_other(visit):
    page = visit()
    languages = page.get_by_role("navigation", name="Language").get_by_role("link")
    names = {path.stem: json.loads(path.read_text("utf-8"))["language_name"] for path in WORDS}
    assert len(names) >= 4
    expect(languages).to_have_text([names[tag] for tag in sorted(names) if tag != "en"])
    page.get_by_role("link", name="日本語").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("これ、どこで買える？")
    page.get_by_role("link", name="Español").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("¿Dónde puedo comprar esto?")


def test_why_a_provider_has_no_answer_is_said_in_the_users_language(
    visit, site, another_photo, tmp_path
):
    (tmp_path / "other.jpg").write_bytes(another_photo)
    page = visit(locale="ja-JP")
    site.ucp.mode = "server-error"
    try:
        page.set_input_files("#file", tmp_path / "other.jpg")
        page.locator(".garment-row").first.click()
        quiet = page.locator(".quiet")
        expect(quiet).to_have_attribute("title", "Shopify のカタログ に接続できません。")
    finally:
        site.ucp.mode = "success"


def test_what_a_vendor_itself_says_and_what_only_a_newer_server_knows_stay_as_they_are(
    visit, photo_file
):
    page = visit(locale="ko-KR")
    events = [
        {"event": "failed", "provider": "ebay", "code": "provider-refused-for-reason",
         "details": ["Invalid <b>marketplace</b>"], "reason": "eBay refused the search: …"},
        {"event": "failed", "provider": "ucp", "code": "provider-on-strike", "details": ["7"],
         "reason": "It is on strike."},
        {"event": "failed", "provider": "lykdat", "reason": "An older server gives no code."},
        {"event": "done", "order": []},
    ]  # fmt: skip
    answer_searches(page, lambda _: events)
    page.set_input_files("#file", photo_file)
    page.locator(".garment-row").first.click()
    told = (
        "eBay에서 검색을 거부했습니다: Invalid <b>marketplace</b>\n"
        "It is on strike.\nAn older server gives no code."
    )
    expect(page.locator(".quiet")).to_have_attribute("title", told)


@pytest.mark.parametrize(
    ("status", "code", "locale", "title"),
    [
        (500, "database-unavailable", "ko-KR", "서버가 데이터베이스를 사용할 수 없습니다"),
        (400, "invalid-request", "ja-JP", "サーバーがリクエストを理解できません"),
        (500, "internal-error", "es-ES", "Algo ha salido mal en tu servidor"),
        (503, "bad-weights", "ja-JP", "サーバーが画像を解析できません"),
        (500, "bad-settings", "ja-JP", "サーバーで問題が発生しました"),
    ],
)
def test_a_rare_problem_is_said_in_the_users_language(
    visit, photo_file, status, code, locale, title
):
    page = visit(locale=locale)
    problem = {"title": "Oops", "status": status, "detail": "Some English.", "code": code,
               "hint": "More English."}  # fmt: skip
    page.route(
        "**/api/v1/looks",
        lambda route: route.fulfill(
            status=status, body=json.dumps(problem), content_type="application/problem+json"
        ),
    )
    page.set_input_files("#file", photo_file)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(title)
    expect(alert).not_to_contain_text("English")


@pytest.mark.parametrize(
    ("problem", "locale", "text"),
    [
        ({"problem_code": "too-old", "problem_details": ["2026-11-16"]}, "ja-JP",
         "価格は換算されません。為替レートが古すぎます（2026/11/16）。"),
        ({"problem_code": "not-yet", "problem_details": []}, "ko-KR",
         "가격을 환산하지 않습니다. 환율을 아직 받지 못했습니다."),
        ({"problem_code": "file-missing", "problem_details": ["/srv/ecb.xml"]}, "es-ES",
         "Los precios no se convierten. No hay ningún archivo de tipos de cambio en /srv/ecb.xml."),
        ({}, "ko-KR", "가격을 환산하지 않습니다. The exchange rates are odd."),
        ({"problem_code": "odd", "problem_details": []}, "en-US",
         "Prices are not converted. The exchange rates are odd."),
    ],
)  # fmt: skip
def test_why_prices_are_not_converted_is_said_in_the_users_language(visit, problem, locale, text):
    page = visit(locale=locale)
    answer = {"source": None, "as_of": None, "currencies": [],
              "problem": "The exchange rates are odd."}  # fmt: skip
    page.route("**/api/v1/rates", lambda route: route.fulfill(json=answer | problem))
    page.goto(page.url + "about")
    expect(page.locator("#rates-state")).to_have_text(text)
