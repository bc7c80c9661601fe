"""The page from which the extension is installed, and the zips that it offers."""

import io
import json
import zipfile

import pytest

BROWSERS = ("chrome", "edge", "firefox")


@pytest.fixture
def client(application):
    return application.client


def unpacked(answer):
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return json.loads(archive.read("manifest.json")), archive.read(
            "background/default_server.js"
        ).decode()


@pytest.mark.parametrize("browser", BROWSERS)
def test_the_zip_is_preset_for_the_address_that_the_server_was_called_by(client, browser):
    answer = client.get(f"/extension/{browser}.zip", headers={"Host": "127.0.0.1:8123"})
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert f"where-to-buy-{browser}.zip" in answer.headers["Content-Disposition"]
    manifest, module = unpacked(answer)
    assert 'DEFAULT_SERVER = "http://127.0.0.1:8123"' in module
    assert manifest["host_permissions"][0] == "http://127.0.0.1/*"
    assert ("browser_specific_settings" in manifest) == (browser == "firefox")


def test_behind_a_proxy_the_page_says_that_it_speaks_https(application_with):
    client = application_with(allowed_hosts=("buy.home",)).client
    answer = client.get("/extension/chrome.zip?https", headers={"Host": "buy.home"})
    assert 'DEFAULT_SERVER = "https://buy.home"' in unpacked(answer)[1]


def test_it_is_never_preset_for_a_name_that_is_not_the_servers(client):
    answer = client.get("/extension/chrome.zip", headers={"Host": "evil.example"})
    assert answer.status_code == 403


def test_pages_of_other_sites_have_nothing_packed(client):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert client.get("/extension/chrome.zip", headers=headers).status_code == 403
    assert client.get("/extension/opera.zip").status_code == 404


def test_the_page_says_how_to_install_it_in_each_browser(client):
    text = client.get("/extension", headers={"Host": "localhost:8000"}).text
    for browser in BROWSERS:
        assert f"/extension/{browser}.zip" in text
    for address in ("chrome://extensions", "edge://extensions", "about:debugging"):
        assert address in text
    assert "http://localhost:8000" in text


def test_a_server_with_a_token_gives_it_only_to_who_is_signed_in(application_with):
    client = application_with(access_token="correct-horse-battery").client
    assert client.get("/extension/chrome.zip").status_code == 401
    assert "chrome.zip" not in client.get("/extension").text
    body = {"token": "correct-horse-battery"}
    assert client.post("/api/v1/session", json=body).status_code == 204
    assert client.get("/extension/chrome.zip").status_code == 200
    assert "chrome.zip" in client.get("/extension").text
