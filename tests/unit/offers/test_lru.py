from server.offers.lru import LruCache


def test_the_entry_that_was_not_used_for_longest_goes_first() -> None:
    cache = LruCache[str, int](2)
    cache.put("one", 1)
    cache.put("two", 2)
    assert cache.get("one") == 1
    cache.put("three", 3)
    assert [cache.get(key) for key in ("one", "two", "three")] == [1, None, 3]


def test_an_entry_that_is_put_again_has_the_new_value_and_counts_as_used() -> None:
    cache = LruCache[str, int](2)
    for key, value in (("one", 1), ("two", 2), ("one", 10), ("three", 3)):
        cache.put(key, value)
    assert [cache.get(key) for key in ("one", "two", "three")] == [10, None, 3]


def test_what_is_forgotten_is_gone_and_may_be_forgotten_again() -> None:
    cache = LruCache[str, int](2)
    cache.put("one", 1)
    cache.forget("one")
    cache.forget("one")
    assert cache.get("one") is None
