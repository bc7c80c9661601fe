"""Catalogues that speak UCP, one provider each, all without a key.

Most important is Shopify's, of all its merchants, which also takes a picture. Single shops' and
Channel3's are searched by words: searching by picture is an extension of Shopify's.
"""

import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from server.offers.errors import ProviderBusyError
from server.offers.offer import GarmentQuery, Offer, SearchContext
from server.offers.provider import VendorProvider
from server.offers.providers.ucp_protocol import build_request, read_answer
from server.offers.vendors.client import VendorClient, VendorPolicy

# Answers are not cached: Shopify's terms are said to forbid it.
POLICY = VendorPolicy(name="ucp", title="Shopify's catalogue")
# Answers are not cached: no terms were found that allow it.
CHANNEL3_POLICY = VendorPolicy(name="channel3-ucp", title="Channel3's open catalogue")
FREE = "Nothing."
CHANNEL3_ENDPOINT = "https://ucp.trychannel3.com/mcp"
_LONGEST_NAME = 40
# Statuses that come with the protocol's own errors.
_REFUSALS = frozenset(range(400, 500)) - {429}
_HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json, text/event-stream",
}


@dataclass(frozen=True, slots=True)
class UcpCatalogue:
    """A catalogue to search.

    Attributes:
        endpoint: Its address, chosen by the operator.
        profile: Address of the agent profile to send; None where none is wanted.
        by_picture: Whether it also searches by picture.
        shop: The shop that it belongs to, if it is one shop's; used for offers that name none.
        cost: What one search costs.
    """

    endpoint: str
    profile: str | None
    by_picture: bool = True
    shop: str | None = None
    cost: str = FREE


def channel3_catalogue() -> UcpCatalogue:
    """Return Channel3's catalogue of many shops (https://docs.trychannel3.com/ucp)."""
    cost = "Nothing; Channel3 answers 30 searches a minute without a key."
    return UcpCatalogue(CHANNEL3_ENDPOINT, profile=None, by_picture=False, cost=cost)


def shop_catalogue(domain: str, profile: str) -> UcpCatalogue:
    """Return one Shopify shop's catalogue.

    https://shopify.dev/docs/agents/catalog/storefront-catalog
    """
    endpoint = f"https://{domain}/api/ucp/mcp"
    return UcpCatalogue(endpoint, profile, by_picture=False, shop=domain)


def shop_policy(domain: str) -> VendorPolicy:
    """Return the policy of one shop's catalogue, named "ucp-" and the domain, cut to fit."""
    name = f"ucp-{domain}"
    if len(name) > _LONGEST_NAME:
        digest = hashlib.sha256(domain.encode()).hexdigest()[:8]
        name = f"{name[: _LONGEST_NAME - 9]}-{digest}"
    return VendorPolicy(name=name, title=domain)


class UcpProvider(VendorProvider):
    """Sends the garment's words, and the crop where it is wanted, to one UCP endpoint.

    Never before the user chooses the garment: what is in a picture that was only analysed
    stays on this machine.

    Args:
        client: Sends the requests; its policy has the provider's name.
        catalogue: The catalogue to search.
        limit: The most offers to ask for.
    """

    def __init__(self, client: VendorClient, catalogue: UcpCatalogue, limit: int) -> None:
        self.name = client.policy.name
        self.title = client.policy.title
        self.needs: tuple[str, ...] = ("crop", "words") if catalogue.by_picture else ("words",)
        host = urlsplit(catalogue.endpoint).hostname or ""
        self.discloses = _discloses(host, by_picture=catalogue.by_picture)
        self.cost = catalogue.cost
        self._client = client
        self._catalogue = catalogue
        self._limit = limit

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Search the catalogue.

        Raises:
            ProviderBusyError: It asked to wait, now or recently.
            ProviderError: It refused, timed out, or its answer cannot be read.
        """
        catalogue = self._catalogue
        answer = self._client.post(
            catalogue.endpoint,
            json=build_request(
                query, context, catalogue.profile, self._limit, by_picture=catalogue.by_picture
            ),
            headers=_HEADERS,
            seconds=context.seconds,
            safe_to_repeat=True,
            accept=_REFUSALS,
        )
        try:
            return read_answer(
                answer.data, answer.media_type, self.name, self.title, shop=catalogue.shop
            )
        except ProviderBusyError as error:
            self._client.rest(error.retry_after)
            raise


def _discloses(host: str, *, by_picture: bool) -> str:
    if by_picture:
        return (
            "The cut-out garment, words such as “navy long sleeve top”, and your country,"
            f" language and currency go to {host}, once you chose the garment."
        )
    return (
        "Words such as “navy long sleeve top”, and your country, language and currency go to"
        f" {host}, once you chose the garment."
    )
