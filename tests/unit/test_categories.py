"""The categories are in the data sets' order and can be found by id and name."""

import subprocess
import sys

import pytest

from model.categories import CATEGORIES, GARMENTS, WEARABLES, Kind, category_by_id, category_by_name


def test_ids_count_from_1_in_the_data_sets_order() -> None:
    assert [category.id for category in GARMENTS] == list(range(1, 14))
    assert [category.id for category in CATEGORIES] == list(range(1, 20))
    assert CATEGORIES[0].name == "short sleeve top"
    assert CATEGORIES[12].name == "sling dress"
    assert [category.name for category in WEARABLES] == [
        "shoes",
        "bag",
        "hat",
        "eyewear",
        "scarf",
        "belt",
    ]
    assert all(category.is_garment for category in GARMENTS)
    assert not any(category.is_garment for category in WEARABLES)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("vest", Kind.TOP),
        ("sling", Kind.TOP),
        ("long sleeve outwear", Kind.OUTWEAR),
        ("shorts", Kind.BOTTOM),
        ("trousers", Kind.BOTTOM),
        ("skirt", Kind.BOTTOM),
        ("vest dress", Kind.DRESS),
        ("shoes", Kind.FOOTWEAR),
        ("bag", Kind.BAG),
        ("eyewear", Kind.EYEWEAR),
    ],
)
def test_each_category_has_the_kind_of_a_shop(name: str, kind: Kind) -> None:
    assert category_by_name(name).kind is kind


def test_found_by_id_and_name() -> None:
    for category in CATEGORIES:
        assert category_by_id(category.id) is category
        assert category_by_name(category.name) is category


def test_an_unknown_id_or_name_is_refused() -> None:
    with pytest.raises(KeyError):
        category_by_id(0)
    with pytest.raises(KeyError):
        category_by_name("watch")


def test_slug_has_no_spaces() -> None:
    assert category_by_name("long sleeve top").slug == "long-sleeve-top"


def test_importing_the_categories_loads_neither_numpy_nor_torch() -> None:
    code = "import sys, model.categories; print('numpy' in sys.modules, 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
