"""PERMISSIONS.md and PRIVACY.md: what the extension may do and why, made from its manifest.

A permission without a reason here cannot be built, so neither text can leave one out.
"""

from collections.abc import Mapping
from typing import Any

REASONS = {
    "activeTab": "On a page that is on no list, the page part comes only when you call it, by "
    "menu, shortcut or toolbar button, and may then take a picture of what you see.",
    "contextMenus": "The entry “Where can I buy this?” in the menu of a right-click.",
    "scripting": "Brings the page part into the page on which you called it, and into sites that "
    "you added in the settings.",
    "storage": "Keeps your settings in this browser: the server's address, its token, language, "
    "country, currency, shops you prefer, and the sites you added.",
}
_SERVER = "Your own server: pictures are sent there, and nowhere else."
_PAGES = (
    "Sites on which the page part waits for your right-click: only so does it know which picture "
    "you pressed."
)
_PICTURES = (
    "Where social networks keep their pictures: one that your server cannot download is fetched by "
    "your browser."
)
OPTIONAL = (
    "Any site, one at a time, only when you choose “Always on this site” or add it in the "
    "settings, and until you take it off the list."
)
_WRITTEN = "<!-- Written by `python3 manifest-builder` from the manifest: change that. -->\n\n"


def permissions_text(manifest: Mapping[str, Any]) -> str:
    """Return PERMISSIONS.md.

    Raises:
        KeyError: A permission has no reason.
    """
    lines = [
        f"{_WRITTEN}# Permissions of the extension, and why\n",
        "| permission | why |",
        "| --- | --- |",
    ]
    lines += [f"| `{name}` | {REASONS[name]} |" for name in manifest["permissions"]]
    lines += [f"| {_listed(hosts)} | {why} |" for hosts, why in _explained_hosts(manifest)]
    optional = manifest["optional_host_permissions"]
    lines += [f"| {_listed(optional)} (optional) | {OPTIONAL} |"]
    lines += [
        "",
        "It has no permission for your history, downloads, cookies or the requests of pages.",
        "No code comes from the network: what runs is in the package.",
    ]
    return "\n".join(lines) + "\n"


def privacy_text(manifest: Mapping[str, Any]) -> str:
    """Return PRIVACY.md, the text that stores ask for."""
    server = manifest["host_permissions"][0]
    networks = ", ".join(_names(_page_hosts(manifest)))
    keeps = REASONS["storage"].replace("Keeps your settings in this browser: the", "The")
    return f"""{_WRITTEN}# Privacy of the extension

“{manifest["short_name"]}” {manifest["version"]} talks to one server: the one whose address you
enter in its settings (built in: `{server}`). Whoever made the extension gets
nothing, and has no server.

## What is sent, and when

- **When you ask about a picture**: the picture's address or its pixels, and the page's address, to
  your server. Your server finds the garments in it.
- **When you choose a garment**: its number, your country, language and currency, to your server,
  whose history notes that you looked at it.
  Which shops or search services your server then asks, and what of the garment it sends to each,
  is listed in the extension's settings and, for each search, in its receipt.
- **When you open an offer**: which one, to your server's own history. The shop learns neither the
  picture nor the page.
- **When you tap a heart**: which garment or offer, to your server, which keeps it until you
  remove it.

Nothing of a page is sent before you ask. There is no telemetry, no advertising, no account, and
nothing is sold or passed on.

## What it reads

- On some sites it remembers where the pointer was pressed last. They are those that you added, and
  {networks}. That stays in the page, and is forgotten with it.
- On any other page it is not there until you call it.

## What it keeps, in this browser

{keeps}
No page can read it. Removing the extension removes it. What your server keeps is on your server:
its history page shows and deletes it.
"""


def _explained_hosts(manifest: Mapping[str, Any]) -> list[tuple[list[str], str]]:
    server, *others = manifest["host_permissions"]
    pages = _page_hosts(manifest)
    pictures = [host for host in others if host not in pages]
    return [([server], _SERVER), (pages, _PAGES), (pictures, _PICTURES)]


def _page_hosts(manifest: Mapping[str, Any]) -> list[str]:
    return [host for script in manifest["content_scripts"] for host in script["matches"]]


def _names(patterns: list[str]) -> list[str]:
    """Return the sites' names, of each that has many endings once."""
    names = [
        pattern.partition("://")[2].removesuffix("/*").removeprefix("*.") for pattern in patterns
    ]
    return list(dict.fromkeys(name.split(".")[0] for name in names))


def _listed(patterns: list[str]) -> str:
    return ", ".join(f"`{pattern}`" for pattern in patterns)
