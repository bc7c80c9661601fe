"""What the manifest says, for each browser and server."""

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from wishes import UnusableWishError, Wishes

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"

# A public key. It fixes the extension's ID, so that the server can answer exactly this one.
CHROME_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzdf2NxvG1/hWTWbovLgJHxgFNqVuSBsNrbPmWnYFrXD1biPT"
    "xD1jv3TyEuCHa7PQaxE4VK0O5ESdeetrQtKw8+L/NackB2oIjD/NW1U6fP6Yvge7l4mRgUJnr+0KqJkFQ65ChRIv6Hru"
    "BN5K69hhYcjr5VkV4+SCTj1a3h79zmNo/ZSKAxVb66lT6OoKsnrFe0VYgNWlN+gHpOEd32TydPT/4xGv+NYS7bUbpxxh"
    "8qEWMkGzs1GnDFda7Fx7GgoB8ZXQ1vswIr5IBdVMD4Y56Zv51U/0UGO4512PxlIJoOa3tM0waSNNc6LgpJ5cN9Iyp7KF"
    "+DapEVapB0rFUUqfZwIDAQAB"
)

FIREFOX_ID = "where-to-buy@where-to-buy.invalid"
FIREFOX_MINIMUM = "140.0"
# The first on Android that knows `data_collection_permissions`.
FIREFOX_ANDROID_MINIMUM = "142.0"

# Where the page part is always there; everywhere else it comes with the click.
NETWORKS = (
    "https://*.instagram.com/*",
    "https://*.facebook.com/*",
    "https://*.threads.com/*",
    "https://*.threads.net/*",
    "https://*.pinterest.com/*",
    "https://*.pinterest.at/*",
    "https://*.pinterest.ca/*",
    "https://*.pinterest.ch/*",
    "https://*.pinterest.cl/*",
    "https://*.pinterest.co.kr/*",
    "https://*.pinterest.co.uk/*",
    "https://*.pinterest.com.au/*",
    "https://*.pinterest.com.mx/*",
    "https://*.pinterest.de/*",
    "https://*.pinterest.es/*",
    "https://*.pinterest.fr/*",
    "https://*.pinterest.ie/*",
    "https://*.pinterest.it/*",
    "https://*.pinterest.jp/*",
    "https://*.pinterest.nz/*",
    "https://*.pinterest.pt/*",
    "https://*.pinterest.se/*",
    "https://x.com/*",
    "https://*.twitter.com/*",
    "https://*.tiktok.com/*",
)

# Where these networks keep their pictures: the worker fetches those that the server cannot.
PICTURE_HOSTS = (
    "https://*.cdninstagram.com/*",
    "https://*.fbcdn.net/*",
    "https://*.pinimg.com/*",
    "https://*.twimg.com/*",
    "https://*.tiktokcdn.com/*",
    "https://*.tiktokcdn-eu.com/*",
    "https://*.tiktokcdn-us.com/*",
)

ANY_SITE = ["http://*/*", "https://*/*"]


def server_pattern(server: str) -> str:
    """Return the match pattern for a server.

    Patterns have no port: Firefox does not support ports in them.

    Raises:
        UnusableWishError: It is not ``http(s)://host[:port]``.
    """
    parts = urlsplit(server)
    try:
        port = parts.port
    except ValueError as error:
        raise UnusableWishError(f"{server} has no usable port.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise UnusableWishError(f"{server} is not an address like http://127.0.0.1:8000.")
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise UnusableWishError(f"{server} has more than a scheme, a host and a port.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}/*"


def project_version() -> str:
    """Return the version in pyproject.toml, the only place that names it."""
    return str(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"])


def build_manifest(wishes: Wishes) -> dict[str, object]:
    """Return the manifest.

    Raises:
        UnusableWishError: The server's address is not one that an extension can call.
    """
    sites = [site for site in wishes.sites if site not in NETWORKS]
    pages = [*NETWORKS, *sites]
    manifest: dict[str, object] = {
        "manifest_version": 3,
        "name": "__MSG_extension_name__",
        "short_name": "Where to buy",
        "description": "__MSG_extension_description__",
        "version": wishes.version or project_version(),
        "default_locale": "en",
        "icons": {str(size): f"icons/icon-{size}.png" for size in (16, 32, 48, 128)},
        "action": {
            "default_title": "__MSG_extension_name__",
            "default_popup": "popup/popup.html",
            "default_icon": {str(size): f"icons/icon-{size}.png" for size in (16, 32)},
        },
        "options_ui": {"page": "options/options.html", "open_in_tab": True},
        "commands": {
            "pick-picture": {
                "suggested_key": {"default": "Alt+Shift+S"},
                "description": "__MSG_pick_picture__",
            }
        },
        "permissions": ["activeTab", "contextMenus", "scripting", "storage"],
        "host_permissions": [server_pattern(wishes.server), *pages, *PICTURE_HOSTS],
        "optional_host_permissions": ANY_SITE,
        "content_scripts": [
            {
                "matches": pages,
                "js": ["content/listener.js"],
                "run_at": "document_start",
                "all_frames": True,
                "match_about_blank": True,
            }
        ],
        # Not use_dynamic_url: modules that a module imports are denied with it.
        "web_accessible_resources": [
            {"resources": ["content/*.js", "ui/*.js"], "matches": ["<all_urls>"]}
        ],
    }
    if wishes.browser == "firefox":
        manifest["background"] = {"scripts": ["background/worker.js"], "type": "module"}
        manifest["browser_specific_settings"] = {
            "gecko": {
                "id": FIREFOX_ID,
                "strict_min_version": FIREFOX_MINIMUM,
                "data_collection_permissions": {"required": ["websiteContent"]},
            },
            "gecko_android": {"strict_min_version": FIREFOX_ANDROID_MINIMUM},
        }
        return manifest
    key = "" if wishes.for_store else CHROME_KEY if wishes.key is None else wishes.key
    if key:
        manifest["key"] = key
    manifest["minimum_chrome_version"] = "130"
    manifest["background"] = {"service_worker": "background/worker.js", "type": "module"}
    return manifest
