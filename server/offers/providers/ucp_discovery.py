"""Where a shop's catalogue is, as the shop itself says at ``/.well-known/ucp``.

https://ucp.dev/specification/overview/#business-profile. Shops of any system answer there; each
lists its services with the address of each binding, MCP or REST.
"""

import threading
import time
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlsplit

from server.goods.safe_text import safe_link
from server.offers.errors import ProviderBusyError, ProviderError
from server.offers.providers.answers import elements, mapping
from server.offers.providers.ucp_profile import SEARCH, VERSION
from server.offers.providers.ucp_request import Transport, UcpCatalogue
from server.offers.vendors.client import VendorClient

# Seconds for which a shop's answer counts, and for which it is not asked again after none.
KEPT_SECONDS = 3600.0
AGAIN_SECONDS = 300.0
# Share of a search's time.
_SHARE = 0.4
_SERVICE = "dev.ucp.shopping"
_PATH = "/.well-known/ucp"
# In the order of preference.
_TRANSPORTS: tuple[Transport, ...] = ("mcp", "rest")
_REFUSALS = frozenset(range(400, 500)) - {429}


class NoCatalogueError(ProviderError):
    """The shop speaks UCP, but has no search in it."""

    code = "provider-no-catalogue"

    def __init__(self, title: str) -> None:
        super().__init__(
            f"{title} says that its catalogue cannot be searched.", hint="Check WTB_UCP_SHOPS."
        )


class Discovery:
    """Finds one shop's catalogue, and remembers it; safe to share between threads.

    Args:
        client: Sends the requests.
        domain: The shop's domain.
        otherwise: The catalogue of a shop that does not say where its own is.
    """

    def __init__(self, client: VendorClient, domain: str, otherwise: UcpCatalogue) -> None:
        self._client = client
        self._domain = domain
        self._otherwise = otherwise
        self._lock = threading.Lock()
        self._found: UcpCatalogue | None = None
        self._found_until = 0.0

    def is_offered(self, seconds: float) -> bool:
        """Return whether the shop says that it speaks UCP; raises `ProviderBusyError`."""
        document = self._read(f"https://{self._domain}{_PATH}", seconds)
        return bool(mapping(document.get("services")).get(_SERVICE))

    def catalogue(self, seconds: float) -> UcpCatalogue:
        """Return the shop's catalogue; ask the shop if that is not known.

        Args:
            seconds: What is left of the search's time.

        Raises:
            ProviderBusyError: The shop asks to wait.
            ProviderError: The shop says that it has no catalogue to search.
        """
        with self._lock:
            if self._found is not None and time.monotonic() < self._found_until:
                return self._found
        found, kept = self._otherwise, AGAIN_SECONDS
        document = self._read(f"https://{self._domain}{_PATH}", _SHARE * seconds)
        if document:
            found, kept = self._chosen(self._of_our_version(document, seconds)), KEPT_SECONDS
        with self._lock:
            self._found, self._found_until = found, time.monotonic() + kept
        return found

    def _read(self, url: str, seconds: float) -> dict[str, Any]:
        """Return the ``ucp`` part of a profile; an empty one if there is none."""
        try:
            answer = self._client.get(url, seconds=seconds, accept=_REFUSALS)
            document = answer.json() if answer.status not in _REFUSALS else None
        except ProviderBusyError:
            raise
        except ProviderError:
            return {}
        return mapping(mapping(document).get("ucp"))

    def _of_our_version(self, document: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Return the shop's profile of the version that is spoken here, if it has one."""
        url = safe_link(mapping(document.get("supported_versions")).get(VERSION))
        if document.get("version") == VERSION or url is None or not self._is_own(url):
            return document
        older = self._read(url, _SHARE * seconds)
        return older if older.get("version") == VERSION else document

    def _chosen(self, document: dict[str, Any]) -> UcpCatalogue:
        capabilities = mapping(document.get("capabilities"))
        if capabilities and SEARCH not in capabilities:
            raise NoCatalogueError(self._client.policy.title)
        bindings = _bindings(mapping(document.get("services")).get(_SERVICE))
        for transport in _TRANSPORTS:
            endpoint = bindings.get(transport)
            if endpoint is not None and self._is_own(endpoint):
                return replace(self._otherwise, endpoint=endpoint, transport=transport)
        return self._otherwise

    def _is_own(self, url: str) -> bool:
        """Return whether an address is the shop's own: words go nowhere else."""
        parts = urlsplit(url)
        host, bare = (parts.hostname or "").rstrip("."), self._domain.removeprefix("www.")
        return parts.scheme == "https" and (host == bare or host.endswith(f".{bare}"))


def _bindings(service: object) -> dict[Transport, str]:
    """Return the address of each binding of a service.

    They are a list today, and were the members of an object in the first version.
    """
    if isinstance(service, dict):
        given = [{**mapping(service.get(name)), "transport": name} for name in _TRANSPORTS]
    else:
        given = [mapping(entry) for entry in elements(service)]
    found: dict[Transport, str] = {}
    for entry in given:
        endpoint = safe_link(entry.get("endpoint"))
        if entry.get("transport") in _TRANSPORTS and endpoint is not None:
            found.setdefault(cast("Transport", entry["transport"]), endpoint)
    return found
