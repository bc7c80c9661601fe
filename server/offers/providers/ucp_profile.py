"""The agent profile of this program: who it is to servers of the Universal Commerce Protocol.

https://ucp.dev/specification/overview/#platform-profile. The server serves it at `PATH`; whoever
runs it puts it where the internet can read it, and names that address in ``WTB_UCP_PROFILE``.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from server.config import SAMPLE_PROFILE, Settings
from server.offers.vendors.signatures import RequestSigner, SigningKey

PATH = "/ucp/profile.json"
KEY_FILE = "ucp-agent.pem"
VERSION = "2026-04-08"
# Shopify's extension of the search: by picture, with filters.
EXTENSION = "dev.shopify.catalog.global"
SEARCH = "dev.ucp.shopping.catalog.search"
_SPEC = f"https://ucp.dev/{VERSION}"
_SHOPIFY = f"https://shopify.dev/ucp/schemas/{VERSION}"


def profile_document(jwk: Mapping[str, str]) -> dict[str, Any]:
    """Return the profile: catalogue search over MCP and REST, and nothing that buys.

    Args:
        jwk: The public key that requests are signed with.
    """
    services = [
        {
            "version": VERSION,
            "spec": f"{_SPEC}/specification/overview",
            "transport": transport,
            "schema": f"{_SPEC}/services/shopping/{schema}",
        }
        for transport, schema in (("mcp", "mcp.openrpc.json"), ("rest", "rest.openapi.json"))
    ]
    search = {
        "version": VERSION,
        "spec": f"{_SPEC}/specification/catalog/search",
        "schema": f"{_SPEC}/schemas/shopping/catalog_search.json",
    }
    extension = {
        "version": VERSION,
        "spec": "https://shopify.dev/docs/agents/catalog/global-catalog",
        "schema": f"{_SHOPIFY}/shopify_catalog_global.json",
        "extends": SEARCH,
    }
    return {
        "ucp": {
            "version": VERSION,
            "services": {"dev.ucp.shopping": services},
            "capabilities": {SEARCH: [search], EXTENSION: [extension]},
            "payment_handlers": {},
        },
        "keys": [dict(jwk)],
    }


def signing_key(state_dir: Path) -> SigningKey:
    """Return the key of this installation; its file is made when the key is first used."""
    return SigningKey(state_dir / KEY_FILE)


def signer(settings: Settings) -> RequestSigner | None:
    """Return what signs requests; None with Shopify's sample profile, which has other keys."""
    if settings.ucp_profile == SAMPLE_PROFILE:
        return None
    return RequestSigner(signing_key(settings.state_dir), settings.ucp_profile)
