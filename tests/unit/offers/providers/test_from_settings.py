import json

import pytest
from pydantic import ValidationError

from server.config import Settings
from server.errors import SettingsError
from server.fetch.fetcher import Fetcher
from server.offers.offer import SearchContext
from server.offers.providers.from_settings import vendor_providers
from tests.support.garments import garment_query
from tests.support.searxng_server import picture_result, product_result, searxng_server

KEYS = {
    "searxng": {"searxng_url": "http://searx.home:8080"},
    "google_vision": {"google_vision_key": "k-vision"},
    "google_cse": {"google_cse_key": "k-cse", "google_cse_id": "e-cse"},
    "serper": {"serper_key": "k-serper"},
    "serpapi": {"serpapi_key": "k-serpapi"},
    "searchapi": {"searchapi_key": "k-searchapi"},
    "ebay": {"ebay_id": "k-id", "ebay_secret": "k-secret"},
    "lykdat": {"lykdat_key": "k-lykdat"},
    "channel3": {"channel3_key": "k-channel3"},
    "rakuten": {
        "rakuten_app": "k-app",
        "rakuten_key": "k-rakuten",
        "rakuten_site": "https://mine.example",
    },
}


def states(tmp_path, **keys):
    settings = Settings(state_dir=tmp_path, **keys)
    every = vendor_providers(settings, Fetcher(settings))
    return {
        state.provider.name: state
        for state in every
        if state.provider.name not in {"ucp", "channel3-ucp"}
    }


@pytest.fixture(autouse=True)
def no_keys_of_the_developers_own(monkeypatch):
    for keys in KEYS.values():
        for name in keys:
            monkeypatch.delenv(f"WTB_{name.upper()}", raising=False)


def test_nobody_is_asked_without_a_key(tmp_path):
    found = states(tmp_path)
    assert set(found) == set(KEYS)
    assert not any(state.enabled for state in found.values())


@pytest.mark.parametrize("name", KEYS)
def test_its_keys_switch_a_provider_on_and_no_other(tmp_path, name):
    found = states(tmp_path, **KEYS[name])
    assert [each for each, state in found.items() if state.enabled] == [name]


@pytest.mark.parametrize(
    ("name", "missing"), [(name, key) for name, keys in KEYS.items() for key in keys]
)
def test_one_key_of_several_is_not_enough(tmp_path, name, missing):
    keys = {key: value for key, value in KEYS[name].items() if key != missing}
    assert not states(tmp_path, **keys)[name].enabled


@pytest.mark.parametrize("name", KEYS)
def test_what_switches_it_is_reported_and_the_keys_are_not(tmp_path, name):
    state = states(tmp_path, **KEYS[name])[name]
    for setting, key in KEYS[name].items():
        assert f"WTB_{setting.upper()}" in (state.switch or "")
        if setting not in {"rakuten_site", "searxng_url", "google_cse_id"}:
            shown = json.dumps([state.switch, state.provider.title, state.provider.discloses])
            assert key not in shown + repr(state)


@pytest.mark.parametrize("name", ["nobody", "links", "catalog"])
def test_a_quota_for_what_is_not_a_vendor_is_refused_with_the_known_names(tmp_path, name):
    with pytest.raises(SettingsError, match=name) as error:
        states(tmp_path, per_day={"ebay": 5, name: 5})
    assert "ebay" in error.value.hint


@pytest.mark.parametrize("name", KEYS)
def test_none_is_asked_before_a_garment_is_chosen(tmp_path, name):
    provider = states(tmp_path)[name].provider
    assert not provider.runs_early
    assert provider.discloses
    assert provider.cost


def test_a_searxng_instance_on_one_s_own_network_is_reached_and_what_it_finds_there_is_not(
    tmp_path,
):
    with searxng_server() as server:
        server.results = [
            picture_result(server.vendor.url("/p/1")),
            product_result("https://mill.example/1"),
        ]
        state = states(tmp_path, searxng_url=server.url)["searxng"]
        [offer] = state.provider.search(garment_query(), SearchContext())
        assert offer.link == "https://mill.example/1"
        assert [request.path for request in server.vendor.requests] == ["/search"]


@pytest.mark.parametrize(
    "url", ["searx.home", "ftp://searx.home", "http://me:pass@searx.home", "http://searx.home/?q="]
)
def test_what_is_not_an_address_of_an_instance_is_refused(tmp_path, url):
    with pytest.raises(ValidationError):
        Settings(state_dir=tmp_path, searxng_url=url)
