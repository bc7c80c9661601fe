"""What the server says in English is read in the page's language."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

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
            "discloses": "Words go to shop.example, once you chose the garment."}  # fmt: skip
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
    expect(languages).to_have_text(["Español", "日本語", "한국어"])
    page.get_by_role("link", name="日本語").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("これ、どこで買える？")
    page.get_by_role("link", name="Español").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("¿Dónde puedo comprar esto?")
