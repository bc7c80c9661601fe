import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.categories import Kind
from server.goods.kind_words import KindWords, kind_words
from server.goods.kinds import (
    NoGarment,
    categories_of_product,
    kinds_of_product,
    kinds_of_title,
    kinds_of_type,
    why_no_garment,
)
from server.goods.languages import languages

TOP, OUTWEAR, BOTTOM, DRESS, FOOTWEAR, BAG, HAT, EYEWEAR, SCARF, BELT = (
    {Kind(name)}
    for name in (
        "top", "outwear", "bottom", "dress", "footwear", "bag", "hat", "eyewear", "scarf", "belt",
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("title", "kinds"),
    [
        ("Shirt Dress", DRESS),
        ("White Dress Shirt", TOP),
        ("Denim Skirts", BOTTOM),
        ("Belted Trench Coat with Hood", OUTWEAR),
        ("Short Sleeve Blouse", TOP),
        ("Running Short", BOTTOM),
        ("Nike - Training Tee", TOP),
        ("Paper Bag Waist Trousers", BOTTOM),
        ("Cap Sleeve Dress", DRESS),
        ("Boot-cut Jeans", BOTTOM),
        ("네이비 반팔 티셔츠", TOP),
        ("데님 롱원피스", DRESS),
        ("ロング ワンピース", DRESS),
        ("ツイード キュロット", BOTTOM),
        ("ウインドブレーカー メンズ", OUTWEAR),
        ("スエット 裏起毛", TOP | OUTWEAR),
        ("Zip Hoodie", TOP | OUTWEAR),
        ("Vestido camisa con cinturón", DRESS),
        ("Camisa de vestir", TOP),
        ("Sobrecamisa de cuadros", TOP | OUTWEAR),
        ("Peto vaquero ancho", BOTTOM | DRESS),
        ("Robe chemise en lin", DRESS),
        ("Sommerkleid aus Leinen", DRESS),
        ("High Top Sneakers", FOOTWEAR),
        ("Black Leather Bag for Jacket", BAG),
        ("가죽 자켓 가방", BAG),
        ("Bolso de camisa", BAG),
        ("Wool Scarves", SCARF),
        ("Baseball Cap", HAT),
        ("Ledergürtel", BELT),
        ("Lunettes de soleil noires", EYEWEAR),
        ("メンズ スニーカー", FOOTWEAR),
        ("Occhiali da sole", EYEWEAR),
        ("Tênis de corrida", FOOTWEAR),
        ("Belt Bag", BAG),
    ],
)
def test_a_title_says_the_kind(title: str, kinds: set[Kind]) -> None:
    assert kinds_of_title(title) == kinds


@pytest.mark.parametrize(
    "title",
    [
        "Gold Watch",
        "Silk Tie",
        "가죽 자켓 지갑",
        "Yoga Mat",
        "Cartera de piel",
        "Dog Hoodie",
        "Sleeping Bag",
        "Glasses Case",
    ],
)
def test_what_is_of_no_category_is_no_garment(title: str) -> None:
    assert kinds_of_title(title) == frozenset()


def test_words_that_name_nothing_say_nothing() -> None:
    assert kinds_of_title("Aurora 21") is None
    assert kinds_of_type("Home > New arrivals") is None
    assert kinds_of_product("Aurora 21", [None, "Sale"]) is None


def test_the_most_special_part_of_a_category_counts() -> None:
    assert kinds_of_type("Women > Tops > Jackets") == OUTWEAR
    assert kinds_of_type("Women > Dresses & Skirts > New") == DRESS | BOTTOM


def test_the_category_goes_before_the_title_and_the_title_narrows_it() -> None:
    assert kinds_of_product("Aurora Skirt", ["Dresses & Skirts"]) == BOTTOM
    assert kinds_of_product("Denim Jacket Look", ["Accessories > Bags"]) == BAG
    assert kinds_of_product("Teton Tee", ["2271", "Tops"]) == TOP


OPEN = None  # clothes, or unknown: the title decides
NO_GARMENT: set[Kind] = set()
CLOTHING = "Apparel & Accessories > Clothing"


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        # Google's product taxonomy, over all its roots.
        ("Apparel & Accessories", OPEN),
        (CLOTHING, OPEN),
        (f"{CLOTHING} > Activewear", OPEN),
        (f"{CLOTHING} > Baby & Toddler Clothing", OPEN),
        (f"{CLOTHING} > Baby & Toddler Clothing > Baby & Toddler Tops", TOP),
        (f"{CLOTHING} > Dresses", DRESS),
        (f"{CLOTHING} > One-Pieces > Jumpsuits & Rompers", DRESS | BOTTOM),
        (f"{CLOTHING} > One-Pieces > Leotards & Unitards", DRESS | BOTTOM),
        (f"{CLOTHING} > Outerwear > Coats & Jackets", OUTWEAR),
        (f"{CLOTHING} > Outerwear > Vests", TOP | OUTWEAR),
        (f"{CLOTHING} > Outerwear > Snow Pants & Suits", OUTWEAR | BOTTOM),
        (f"{CLOTHING} > Pants", BOTTOM),
        (f"{CLOTHING} > Shirts & Tops", TOP),
        (f"{CLOTHING} > Shorts", BOTTOM),
        (f"{CLOTHING} > Skirts", BOTTOM),
        (f"{CLOTHING} > Skorts", BOTTOM),
        (f"{CLOTHING} > Sleepwear & Loungewear", OPEN),
        (f"{CLOTHING} > Sleepwear & Loungewear > Pajamas", OUTWEAR | BOTTOM),
        (f"{CLOTHING} > Suits > Skirt Suits", OUTWEAR | BOTTOM),
        (f"{CLOTHING} > Swimwear", NO_GARMENT),
        (f"{CLOTHING} > Underwear & Socks > Socks", NO_GARMENT),
        (f"{CLOTHING} > Underwear & Socks > Hosiery", NO_GARMENT),
        (f"{CLOTHING} > Traditional & Ceremonial Clothing > Kimonos", OUTWEAR),
        (f"{CLOTHING} > Uniforms > Contractor Pants & Coveralls", BOTTOM),
        (f"{CLOTHING} > Wedding & Bridal Party Dresses > Wedding Dresses", DRESS),
        ("Apparel & Accessories > Clothing Accessories", NO_GARMENT),
        ("Apparel & Accessories > Clothing Accessories > Belts", BELT),
        ("Apparel & Accessories > Clothing Accessories > Collar Stays", NO_GARMENT),
        ("Apparel & Accessories > Clothing Accessories > Scarves & Shawls", SCARF),
        ("Apparel & Accessories > Clothing Accessories > Hats", HAT),
        ("Apparel & Accessories > Clothing Accessories > Sunglasses", EYEWEAR),
        ("Apparel & Accessories > Clothing Accessories > Neckties", NO_GARMENT),
        ("Apparel & Accessories > Costumes & Accessories > Costumes", NO_GARMENT),
        ("Apparel & Accessories > Handbag & Wallet Accessories > Keychains", NO_GARMENT),
        ("Apparel & Accessories > Handbags, Wallets & Cases", BAG),
        ("Apparel & Accessories > Handbags, Wallets & Cases > Handbags", BAG),
        ("Apparel & Accessories > Handbags, Wallets & Cases > Badge & Pass Holders", NO_GARMENT),
        ("Apparel & Accessories > Jewelry", NO_GARMENT),
        ("Apparel & Accessories > Jewelry > Charms & Pendants", NO_GARMENT),
        ("Apparel & Accessories > Shoe Accessories > Shoelaces", NO_GARMENT),
        ("Apparel & Accessories > Shoes", FOOTWEAR),
        ("Animals & Pet Supplies > Pet Supplies > Dog Supplies > Dog Apparel", NO_GARMENT),
        ("Arts & Entertainment > Hobbies & Creative Arts > Arts & Crafts", NO_GARMENT),
        ("Baby & Toddler > Baby Transport > Baby Strollers", NO_GARMENT),
        ("Business & Industrial > Work Safety Gear > Hazmat Suits", NO_GARMENT),
        ("Cameras & Optics > Photography > Lighting & Studio", NO_GARMENT),
        ("Electronics", NO_GARMENT),
        ("Electronics > Computers > Tablet Computers", NO_GARMENT),
        ("Food, Beverages & Tobacco > Food Items > Fruits & Vegetables", NO_GARMENT),
        ("Furniture > Tables > Kitchen & Dining Room Tables", NO_GARMENT),
        ("Hardware > Plumbing > Water Tanks", NO_GARMENT),
        ("Health & Beauty > Personal Care > Cosmetics > Makeup", NO_GARMENT),
        ("Home & Garden", NO_GARMENT),
        ("Home & Garden > Linens & Bedding > Table Linens > Table Skirts", NO_GARMENT),
        ("Luggage & Bags > Backpacks", BAG),
        ("Luggage & Bags > Suitcases", NO_GARMENT),
        ("Mature", NO_GARMENT),
        ("Mature > Erotic > Erotic Clothing", OPEN),
        ("Media > Music & Sound Recordings", NO_GARMENT),
        ("Office Supplies > Filing & Organization", NO_GARMENT),
        ("Religious & Ceremonial > Wedding Ceremony Supplies", NO_GARMENT),
        ("Software > Video Game Software", NO_GARMENT),
        ("Sporting Goods > Outdoor Recreation > Camping & Hiking > Tents", NO_GARMENT),
        ("Sporting Goods > Boating & Water Sports > Life Jackets", NO_GARMENT),
        ("Sporting Goods > Cycling > Cycling Apparel & Accessories", OPEN),
        ("Toys & Games > Toys > Dolls > Doll Clothes", NO_GARMENT),
        ("Vehicles & Parts > Vehicle Parts & Accessories", NO_GARMENT),
        # Its root in other languages, and shops' own trees.
        ("Ropa y accesorios > Ropa", OPEN),
        ("Casa y jardín > Decoración", NO_GARMENT),
        ("Vêtements et accessoires > Vêtements", OPEN),
        ("Maison et jardin", NO_GARMENT),
        ("Bekleidung & Accessoires > Bekleidung > Kleider", DRESS),
        ("Heim & Garten > Haushalt", NO_GARMENT),
        ("ファッション・アクセサリー > 衣料品", OPEN),
        ("食品・飲料・たばこ", NO_GARMENT),
        ("レディースファッション > トップス", TOP),
        ("패션의류 > 여성의류", OPEN),
        ("패션의류 > 여성의류 > 티셔츠", TOP),
        ("패션잡화 > 여성신발", FOOTWEAR),
        ("디지털/가전 > 노트북", NO_GARMENT),
        ("Clothing", OPEN),
        ("Women's Clothing & Accessories", OPEN),
        ("Ropa de mujer", OPEN),
        ("Accesorios de moda", NO_GARMENT),
        ("Clothing, Shoes & Jewelry > Women > Clothing > Dresses", DRESS),
        ("Clothing, Shoes & Jewelry > Women", OPEN),
        ("Shoes", FOOTWEAR),
        ("Handbags", BAG),
        ("Bags & Shoes", BAG | FOOTWEAR),
        ("Accessories", NO_GARMENT),
        ("Home > Women > Tops", TOP),
        ("Home", NO_GARMENT),
        ("Home Wear", OPEN),
        ("T-Shirts > Music", TOP),
        ("Women/Dresses", DRESS),
        ("Women > Dresses/Skirts", DRESS | BOTTOM),
        ("Coat Racks", NO_GARMENT),
        # Numbers and ids of taxonomies.
        ("2271", OPEN),
        ("gid://shopify/TaxonomyCategory/aa-1-13-8", OPEN),
    ],
)  # fmt: skip
def test_a_category_is_read_from_its_leaf_outwards(path: str, kinds: set[Kind] | None) -> None:
    assert kinds_of_type(path) == kinds


def test_clothing_leaves_the_kind_to_the_title() -> None:
    assert kinds_of_product("Linen shirt navy", [CLOTHING]) == TOP
    assert kinds_of_product("Marina", [CLOTHING]) is None
    assert kinds_of_product("Leather Bag", [CLOTHING]) == BAG
    assert kinds_of_product("Gold Watch", [CLOTHING]) == frozenset()
    assert kinds_of_product("Marina", [CLOTHING, "Women > Dresses"]) == DRESS


def test_accessories_leave_it_to_the_title_what_is_worn() -> None:
    assert kinds_of_product("Leather Belt", ["Accessories"]) == BELT
    assert kinds_of_product("Leather Belt", ["Shoes & Accessories"]) == BELT
    assert kinds_of_product("Bufanda de lana", ["Accesorios"]) == SCARF
    assert why_no_garment("Leather Belt", ["Accessories"]) is None
    for title in ("Gold Watch", "Marina", "Denim Jacket"):
        assert kinds_of_product(title, ["Accessories"]) == frozenset()
        assert why_no_garment(title, ["Accessories"]) == NoGarment(
            "category", "Accessories", "Accessories"
        )
    assert kinds_of_product("Leather Belt", ["Home & Garden"]) == frozenset()


def test_why_something_is_no_garment_is_said_with_the_words_that_decide() -> None:
    path = "Apparel & Accessories > Clothing Accessories > Collar Stays"
    assert why_no_garment("Marina", [path]) == NoGarment("category", path, "Clothing Accessories")
    garden = "Home & Garden > Linens & Bedding > Table Skirts"
    assert why_no_garment("Marina", [None, garden]) == NoGarment(
        "category", garden, "Home & Garden"
    )
    assert why_no_garment("Gold Watch", [CLOTHING]) == NoGarment("title", "Gold Watch", "watch")
    assert why_no_garment("Marina", [CLOTHING]) is None
    assert why_no_garment("Linen shirt", ["Women > Tops"]) is None


@given(
    st.text(),
    st.lists(st.text() | st.sampled_from([CLOTHING, "Shoes", "Home", "Tops", "Accessories"])),
)
def test_there_is_a_reason_exactly_where_something_is_no_garment(
    title: str, types: list[str]
) -> None:
    no_garment = kinds_of_product(title, types) == frozenset()
    assert (why_no_garment(title, types) is not None) == no_garment


def test_no_word_names_another_kind_in_another_language() -> None:
    meant: dict[str, set[str]] = {}
    for language in languages().values():
        for key, words in language.titles.kinds.items():
            for word in words:
                meant.setdefault(word.casefold(), set()).add(key)
    assert {word: keys for word, keys in meant.items() if len(keys) > 1} == {}


def test_a_language_that_is_added_is_understood() -> None:
    english = languages()["en"]
    titles = english.titles.model_copy(
        update={"kinds": {"dress": ("zuzu",), "no garment": ("pa",)}}
    )
    departments = english.departments.model_copy(update={"clothing": ("vesa",), "roots": ("domo",)})
    added = english.model_copy(update={"tag": "xx", "titles": titles, "departments": departments})
    words = KindWords([english, added])
    assert kinds_of_title("Blua Zuzu", words) == DRESS
    assert kinds_of_title("Blua Pa", words) == frozenset()
    assert kinds_of_type("Vesa", words) is None
    assert kinds_of_type("Domo > Zuzu", words) == frozenset()
    assert kinds_of_title("Blua Zuzu") is None


def test_a_word_that_two_languages_use_differently_leaves_both_open() -> None:
    english = languages()["en"]
    titles = english.titles.model_copy(update={"kinds": {"dress": ("coat",)}})
    words = KindWords([english, english.model_copy(update={"tag": "xx", "titles": titles})])
    assert kinds_of_title("Blue Coat", words) == DRESS | OUTWEAR


def test_letters_that_only_look_like_ours_do_no_harm() -> None:
    # The long s and the Kelvin sign match "s" and "k" when case is ignored.
    assert kinds_of_title("Dreſs") == DRESS
    assert kinds_of_title("S\N{KELVIN SIGN}IRT") == BOTTOM


KNOWN = [*kind_words().whole, *kind_words().parts, *kind_words().roots]


@given(st.text() | st.lists(st.sampled_from([*KNOWN, "s", " ", "ſ", "İ", ">"])).map("".join))
def test_any_text_gets_an_answer(text: str) -> None:
    for kinds in (kinds_of_title(text), kinds_of_type(text)):
        assert kinds is None or kinds <= set(Kind)


@pytest.mark.parametrize(
    ("title", "types", "categories"),
    [
        ("Cobalt Fitness Short", (), {"shorts"}),
        ("Drawstring Shorts", ("Pants & Shorts",), {"shorts"}),
        ("Snakeskin Trousers", (), {"trousers"}),
        ("Black Midi Skirt", (), {"skirt"}),
        ("Skirt with Shorts", (), {"skirt"}),
        ("Tennis Skort", (), {"shorts", "skirt"}),
        ("Denim Skirt Dress", (), None),
        ("Silk Camisole", (), {"vest", "sling"}),
        ("Short Sleeve Tee", (), None),
        ("Breezy", ("Women > Bottoms > Shorts",), {"shorts"}),
        ("Breezy", ("Women > Pants & Shorts",), {"shorts", "trousers"}),
        ("Breezy", ("Women > Bottoms",), None),
        ("린넨 반바지", (), {"shorts"}),
        ("와이드 팬츠", (), {"trousers"}),
        ("플리츠 스커트", (), {"skirt"}),
        ("デニム ショートパンツ", (), {"shorts"}),
        ("ワイドパンツ", (), {"trousers"}),
        ("Kurze Hose", (), {"shorts"}),
        ("Faltenrock", (), {"skirt"}),
        ("Pantalón corto de lino", (), {"shorts"}),
        ("Pantalón de lino", (), {"trousers"}),
        ("Pantaloncini", (), {"shorts"}),
        ("Jupe plissée", (), {"skirt"}),
        ("Saia midi", (), {"skirt"}),
    ],
)
def test_words_may_say_which_category_of_a_kind_a_thing_is(title, types, categories) -> None:
    assert categories_of_product(title, types) == categories


def test_words_of_categories_are_words_of_their_kinds() -> None:
    for language in languages().values():
        known = {word for words in language.titles.kinds.values() for word in words}
        named = {word for words in language.titles.categories.values() for word in words}
        assert named <= known, language.tag
