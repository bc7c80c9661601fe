"""Sorting and filtering what has come, and what a user thinks of a shop."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from model.colours import Colour
from server.goods.exchange import read_given
from server.goods.links import shop_key
from server.goods.money import Money
from server.offers.offer import Offer, Seller
from server.offers.order.choice import Choice, by_best_seller, in_order
from server.offers.order.ranking import is_same_colour
from tests.pages.searches import answer_searches, open_first_garment
from tests.support.choices import events
from tests.support.providers import ranked_as

pytestmark = pytest.mark.browser
_RATES = read_given("EUR=1,USD=1.0837")
_PRICES = [None, Money("5.00", "USD"), Money("49.00", "USD"), Money("7.10", "EUR")]
_NAVY = (Colour("navy", "#1f2a48", 0.8),)


@pytest.fixture
def chosen(visit, photo_file):
    """The page with offers that the tests know in full."""

    def make(**options) -> Page:
        page = visit(**options)
        answer_searches(page, lambda _: events())
        open_first_garment(page, photo_file)
        return page

    return make


def shows(page: Page, *titles: str) -> None:
    expect(page.locator(".offers .title")).to_have_text(list(titles))


def says(page: Page, text: str) -> None:
    expect(page.locator(".status")).to_have_text(text)


def open_filters(page: Page) -> None:
    page.get_by_role("button", name="Filter").click()


def test_by_price_and_back_without_asking_again(chosen):
    page = chosen()
    shows(page, "Dear", "Used", "Won", "Priceless")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Price", exact=True).click()
    shows(page, "Used", "Dear", "Won", "Priceless")
    sold = page.locator(".offers > li").nth(1)  # by the shop that asks least for it
    expect(sold.locator(".price")).to_have_text("$45.00")
    expect(sold.get_by_role("link").first).to_have_attribute("href", "https://other.example/1")
    expect(sold.get_by_label("Also sold by")).to_contain_text("Northern Mill $90.00")
    says(page, "4 offers, cheapest first")
    expect(page.get_by_role("list", name="Offers, cheapest first")).to_be_visible()
    page.get_by_role("button", name="Most similar").click()
    shows(page, "Dear", "Used", "Won", "Priceless")
    expect(page.locator(".price").first).to_have_text("$90.00")
    assert [address for address in asked if "/offers" in address] == []


def test_an_offer_says_its_condition_shipping_and_converted_price(chosen):
    page = chosen()
    used = page.locator("[data-offer=used]")
    expect(used.locator(".price")).to_have_text("$30.00")
    expect(used.locator(".about")).to_contain_text("₩41,667")
    assert "European Central Bank, Nov 24, 2026" in used.locator(".about").get_attribute("title")
    expect(used.locator(".terms")).to_contain_text("Second-hand")
    expect(used.locator(".terms")).to_contain_text("+ $4.90 shipping")
    expect(page.locator("[data-offer=dear] .terms")).to_have_text("Free shipping")
    expect(page.locator("[data-offer=won] .about")).to_have_count(0)
    expect(page.locator(".rates-by")).to_have_text(
        "≈ by the European Central Bank's rates of Nov 24, 2026"
    )
    seller = page.locator("[data-offer=dear]").get_by_label("Also sold by").get_by_role("link")
    expect(seller).to_contain_text("Other Shop $45.00")
    expect(page.locator("[data-offer=priceless] .price-line")).to_have_text("price unknown")
    cheaper = page.locator("[data-offer=other-1] strong")
    expect(cheaper).to_contain_text("$45.00")


def test_the_real_server_converts_by_the_users_rates(visit, photo_file):
    page = visit(locale="ko-KR")
    page.set_input_files("#file", photo_file)
    page.locator(".garment-row").first.click()
    tee = page.get_by_role("link", name="Navy Tee")
    expect(tee.locator(".price")).to_have_text("US$15.00")
    expect(tee.locator(".about")).to_contain_text("₩18,000")
    expect(page.locator(".rates-by")).to_have_text("≈ 서버에 설정한 환율 기준")


def test_a_price_range_in_the_users_currency(chosen):
    page = chosen()
    open_filters(page)
    lowest = page.get_by_label("Lowest price in KRW")
    highest = page.get_by_label("Highest price in KRW")
    highest.fill("60,000")
    shows(page, "Used")
    says(page, "1 of 4 offers, most similar first")
    expect(page.locator(".left-out")).to_contain_text(
        "Left out by your choice: 3. 1 without a price to compare."
    )
    highest.fill("70,000")
    shows(page, "Dear", "Used", "Won")
    expect(page.locator(".price").first).to_have_text("$45.00")  # by another shop
    expect(page.get_by_role("button", name="Filter, 1 in use")).to_be_visible()
    lowest.fill("₩50 000")
    shows(page, "Dear", "Won")
    lowest.fill("200000")  # the wrong way round
    shows(page, "Dear")
    expect(page.locator(".price")).to_have_text("$90.00")
    lowest.fill("much")
    expect(page.get_by_role("alert")).to_have_text("That is not an amount.")
    expect(lowest).to_have_attribute("aria-invalid", "true")
    shows(page, "Dear", "Used", "Won")
    lowest.fill("")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_new_second_hand_and_the_same_colour(chosen):
    page = chosen()
    open_filters(page)
    used = page.get_by_role("button", name="Second-hand")
    used.click()
    shows(page, "Used")
    expect(used).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="New").click()
    shows(page, "Dear", "Won", "Priceless")
    expect(used).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="New").click()
    page.get_by_role("button", name="Same colour").click()
    shows(page, "Dear", "Won")


def test_filters_that_hide_everything_say_so_and_can_be_undone_at_once(chosen):
    page = chosen()
    open_filters(page)
    page.get_by_role("button", name="Second-hand").click()
    page.get_by_role("button", name="Same colour").click()
    shows(page)
    says(page, "0 of 4 offers, most similar first")
    expect(page.get_by_text("No offer fits your filters.")).to_be_visible()
    expect(page.get_by_role("link", name="Google Lens")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    shows(page, "Dear", "Used", "Won", "Priceless")
    expect(page.locator(".left-out")).to_be_hidden()
    expect(page.locator("#garment-name")).to_be_focused()


def test_a_shop_is_blocked_undone_blocked_again_and_stays_so(chosen):
    page = chosen()
    page.get_by_role("button", name="More about Second Wave").click()
    page.get_by_role("button", name="Block Second Wave", exact=True).click()
    shows(page, "Dear", "Won", "Priceless")
    expect(page.get_by_text("Second Wave is blocked.")).to_be_visible()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    undo.click()
    shows(page, "Dear", "Used", "Won", "Priceless")
    expect(undo).to_have_count(0)
    page.get_by_role("button", name="More about Second Wave").click()
    page.get_by_role("button", name="Block Second Wave", exact=True).click()
    page.reload()  # the same garment is shown again
    shows(page, "Dear", "Won", "Priceless")
    page.get_by_role("button", name="Show all").click()
    shows(page, "Dear", "Used", "Won", "Priceless")
    page.reload()  # the same garment is shown again
    open_filters(page)
    page.get_by_role("button", name="Unblock Second Wave").click()
    shows(page, "Dear", "Used", "Won", "Priceless")
    assert page.evaluate("localStorage.getItem('where-to-buy.shops')") == "[]"


def test_a_preferred_shop_comes_first_among_equals_and_shows_it(chosen):
    page = chosen()
    page.get_by_role("button", name="More about Northern Mill").first.click()
    page.get_by_role("button", name="Prefer Northern Mill").click()
    shows(page, "Dear", "Used", "Priceless", "Won")
    expect(page.locator("[data-offer=dear]")).to_contain_text("A shop you prefer")
    expect(page.locator("[data-offer=won]").get_by_text("A shop you prefer")).to_be_hidden()


def test_a_blocked_shop_is_named_nowhere_as_a_further_seller(chosen):
    page = chosen()
    page.evaluate(
        """localStorage.setItem("where-to-buy.shops", JSON.stringify(
          [{name: "other shop", wish: "block"}, {name: 5, wish: "block"}, null, "x"]))"""
    )
    page.reload()  # the same garment is shown again
    expect(page.locator("[data-offer=dear] .title")).to_be_visible()
    expect(page.get_by_text("Other Shop", exact=True)).to_be_hidden()
    expect(page.get_by_text("Also sold by")).to_be_hidden()


def test_what_a_blocked_shop_sells_is_shown_as_another_sells_it(chosen):
    page = chosen()
    page.get_by_role("button", name="More about Northern Mill").first.click()
    page.get_by_role("button", name="Block Northern Mill", exact=True).click()
    shows(page, "Dear", "Used", "Won")
    sold = page.locator("[data-offer=other-1]")
    expect(sold.locator(".shop")).to_have_text("Other Shop")
    expect(sold.locator(".price")).to_have_text("$45.00")
    expect(sold.get_by_role("link")).to_have_attribute("href", "https://other.example/1")
    expect(sold.get_by_text("Free shipping")).to_have_count(0)
    expect(page.get_by_text("Northern Mill", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Price", exact=True).click()
    shows(page, "Used", "Dear", "Won")
    page.get_by_role("button", name="Show all").click()
    shows(page, "Used", "Dear", "Won", "Priceless")
    page.get_by_role("button", name="Most similar").click()
    expect(page.locator("[data-offer=dear] .price")).to_have_text("$90.00")


def test_a_stored_choice_that_is_malformed_breaks_nothing(chosen):
    page = chosen()
    page.evaluate("localStorage.setItem('where-to-buy.shops', '{broken')")
    page.reload()  # the same garment is shown again
    shows(page, "Dear", "Used", "Won", "Priceless")


def test_escape_closes_the_menu_first_and_a_click_elsewhere_does_too(chosen):
    page = chosen()
    more = page.get_by_role("button", name="More about Second Wave")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Not the same")).to_be_focused()
    expect(more).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(page.locator(".shop-menu")).to_have_count(0)
    expect(page.locator("#garment-name")).to_be_visible()
    more.click()
    page.locator("#garment-name").click()
    expect(page.locator(".shop-menu")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#garment-name")).to_have_count(0)


def test_the_choice_holds_for_the_next_garment_but_not_its_price(chosen):
    page = chosen()
    open_filters(page)
    page.get_by_role("button", name="Price", exact=True).click()
    page.get_by_label("Highest price").fill("1")
    page.get_by_role("button", name="All garments").click()
    page.locator(".garment-row").nth(1).click()
    shows(page, "Used", "Dear", "Won", "Priceless")


@pytest.mark.parametrize("locale", ["en-US", "ko-KR", "ja-JP", "es-ES"])
def test_at_320_pixels_nothing_runs_out_of_the_page(chosen, locale):
    page = chosen(locale=locale, viewport={"width": 320, "height": 640})
    page.locator(".filter-opener").click()
    page.locator(".more").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    small = page.locator(".choice button, .more, .shop-menu button").evaluate_all(
        """all => all.filter(e => e.checkVisibility()).map(e => e.getBoundingClientRect())
          .filter(box => box.height < 32 || box.width < 32).length"""
    )
    assert small == 0
    menu = page.locator(".shop-menu").bounding_box()
    assert 0 <= menu["x"] <= menu["x"] + menu["width"] <= 320


_JUDGE = """
async (cases) => {
  const { anything, asSold, reasonAgainst, inOrder, readShops } =
    await import("/static/ui/choice.js");
  return cases.map(({ offers, choice }) => {
    const full = { ...anything(), ...choice, shops: readShops(choice.shops) };
    const sold = offers.map((offer) => asSold(offer, full));
    const against = sold.map((offer) => reasonAgainst(offer, full));
    const shown = inOrder(sold.filter((_, at) => against[at] === null), full);
    return { against, shown: shown.map(({ id }) => id) };
  });
}
"""


def test_the_page_judges_as_the_server_does(visit):
    """Their rules are written down twice; here both are asked."""
    dice = random.Random(5)
    pairs = [_case(dice) for _ in range(400)]
    page = visit()
    answers = page.evaluate(_JUDGE, [case for case, _, _ in pairs])
    for (case, offers, choice), answer in zip(pairs, answers, strict=True):
        sold = [by_best_seller(ranked, choice) for ranked in offers]
        against = [choice.reason_against(ranked.offer) for ranked in sold]
        shown = [ranked for ranked, reason in zip(sold, against, strict=True) if reason is None]
        assert answer == {
            "against": against,
            "shown": [ranked.offer.id for ranked in in_order(shown, choice)],
        }, case


def _converted(price):
    converted = _RATES.convert(price, "USD") if price else None
    return converted and {
        "price": converted.price.amount, "currency": "USD", "rate": converted.rate,
    }  # fmt: skip


def _case(dice):
    shops = ["Northern Mill", " NORTHERN  mill", "Ändern", "북쪽 가게", None]
    offers = []
    for number in range(dice.randrange(8)):
        kind = dice.choice(["product", "product", "product", "search"])
        price = dice.choice(_PRICES)
        shipping = dice.choice(
            [None, Money("0", "USD"), Money("4.90", "USD"), Money("2.00", "EUR")]
        )
        offer = Offer(
            id=f"o{number}", provider="p", type=kind, title=dice.choice(["Navy", "Red", "Tee"]),
            link=f"https://{dice.choice(['www.one', 'two'])}.example/{number}",
            shop=dice.choice(shops), price=None if kind == "search" else price,
            condition=dice.choice([None, "new", "used", "refurbished"]), shipping=shipping,
        )  # fmt: skip
        similarity = None if kind == "search" else dice.choice([None, 0.3, 0.6])
        score = -1.0 if kind == "search" else dice.choice([0.9, 0.75, 0.74, 0.5, 0.3, 0.25, 0.1])
        if kind == "product" and dice.random() < 0.5:
            offer = replace(offer, sellers=tuple(
                Seller(f"s{number}-{n}", "p", f"https://{dice.choice(['two', 'three'])}.example/",
                       dice.choice(shops), dice.choice(_PRICES))
                for n in range(2)
            ))  # fmt: skip
        offers.append(ranked_as(offer, similarity, score))
    offers.sort(key=lambda ranked: -ranked.score)
    offers_in = [
            {
                "id": offer.id, "type": offer.type, "link": offer.link, "shop": offer.shop,
                "price": offer.price and offer.price.amount,
                "currency": offer.price and offer.price.currency,
                "converted": _converted(offer.price),
                "shipping": offer.shipping
                and {"amount": offer.shipping.amount, "currency": offer.shipping.currency},
                "condition": offer.condition, "score": ranked.score,
                "similarity": ranked.similarity,
                "same_colour": is_same_colour(offer, _NAVY), "why": [],
                "sellers": [
                    {
                        "id": seller.id, "provider": "p", "link": seller.link,
                        "shop": seller.shop, "availability": None,
                        "price": seller.price
                        and {"amount": seller.price.amount, "currency": seller.price.currency},
                        "converted": _converted(seller.price),
                    }
                    for seller in offer.sellers
                ],
            }
            for ranked in offers
            for offer in (ranked.offer,)
    ]  # fmt: skip
    wishes = [
        {"name": name, "wish": dice.choice(["prefer", "block"])}
        for name in dice.sample(["northern mill", "two.example", "ändern", "북쪽 가게"], 2)
    ]
    bounds = sorted([dice.choice(["0", "5", "6.5"]), dice.choice(["5", "49", "100"])], key=float)
    low, high = (bound if dice.random() < 0.5 else None for bound in bounds)
    choice = Choice(
        currency="USD", sort=dice.choice(["similarity", "price"]),
        condition=dice.choice([None, None, "new", "used"]), same_colour=dice.random() < 0.2,
        min_price=low and Decimal(low), max_price=high and Decimal(high), colours=_NAVY,
        rates=_RATES,
        prefer=frozenset(shop_key(w["name"]) for w in wishes if w["wish"] == "prefer"),
        block=frozenset(shop_key(w["name"]) for w in wishes if w["wish"] == "block"),
    )  # fmt: skip
    as_chosen = {
        "sort": choice.sort, "condition": choice.condition, "sameColour": choice.same_colour,
        "min": low and float(low), "max": high and float(high), "currency": "USD", "shops": wishes,
    }  # fmt: skip
    return {"offers": offers_in, "choice": as_chosen}, offers, choice


@pytest.mark.parametrize(
    ("typed", "digits", "amount"),
    [
        ("65000", 0, 65000), ("65,000", 0, 65000), ("₩65.000", 0, 65000), ("1,299.50", 2, 1299.5),
        ("1.299,50", 2, 1299.5), ("12,5", 2, 12.5), ("1,299", 2, 1299), ("1 299 €", 2, 1299),
        ("0.005", 3, 0.005), (".5", 2, 0.5), ("", 2, None), ("  ", 2, None), ("６５", 0, 65),
        ("abc", 2, "none"), ("-5", 2, "none"), ("1e5", 2, "none"), ("5-6", 2, "none"),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_type_them(visit_once, typed, digits, amount):
    read = visit_once.evaluate(
        """async ([typed, digits]) => {
          const { readAmount } = await import("/static/ui/choice.js");
          const amount = readAmount(typed, digits);
          return amount === undefined ? "none" : amount;
        }""",
        [typed, digits],
    )
    assert read == amount


@pytest.fixture(scope="module")
def visit_once(chromium, site):
    """One page for questions about a script."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site.url)
    yield page
    context.close()
