"""Catalogues that speak UCP, one provider each, all without a key.

Most important is Shopify's, of all its merchants, which also takes a picture. Single shops' and
Channel3's are searched by words: searching by picture is an extension of Shopify's.
"""

import hashlib
import logging
import time
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from server.offers.errors import ProviderBusyError, ProviderError
from server.offers.offer import GarmentQuery, Offer, SearchContext
from server.offers.provider import VendorProvider
from server.offers.providers.ucp_answer import read_answer, read_rest_answer
from server.offers.providers.ucp_discovery import Discovery
from server.offers.providers.ucp_request import UcpCatalogue, request_of
from server.offers.vendors.client import VendorClient, VendorPolicy
from server.offers.vendors.quota import QuotaUsedUpError

# Answers are not cached: Shopify's terms are said to forbid it.
POLICY = VendorPolicy(name="ucp", title="Shopify's catalogue")
# Answers are not cached: no terms were found that allow it.
CHANNEL3_POLICY = VendorPolicy(name="channel3-ucp", title="Channel3's open catalogue")
CHANNEL3_ENDPOINT = "https://ucp.trychannel3.com/mcp"
_LONGEST_NAME = 40
_log = logging.getLogger(__name__)
# Statuses that come with the protocol's own errors.
_REFUSALS = frozenset(range(400, 500)) - {429}


def channel3_catalogue() -> UcpCatalogue:
    """Return Channel3's catalogue of many shops (https://docs.trychannel3.com/ucp)."""
    cost = "Nothing; Channel3 answers 30 searches a minute without a key."
    return UcpCatalogue(CHANNEL3_ENDPOINT, profile=None, by_picture=False, cost=cost)


def shop_catalogue(domain: str, profile: str) -> UcpCatalogue:
    """Return one shop's catalogue, at Shopify's address.

    https://shopify.dev/docs/agents/catalog/storefront-catalog; shops of other systems say
    themselves where theirs is (`server.offers.providers.ucp_discovery`).
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


@dataclass(frozen=True, slots=True)
class Substitute:
    """A catalogue that is asked by words while another one asks to wait, and its client."""

    client: VendorClient
    catalogue: UcpCatalogue


def shop_substitute(client: VendorClient, endpoint: str) -> Substitute:
    """Return Shop's search of the same products (https://shopify.dev/docs/agents/shop-mcp).

    It wants no profile, and searches by words.
    """
    catalogue = UcpCatalogue(endpoint, profile=None, by_picture=False, wants_meta=False)
    return Substitute(client, catalogue)


class UcpProvider(VendorProvider):
    """Sends the garment's words, and the crop where it is wanted, to one UCP endpoint.

    Never before the user chooses the garment: what is in a picture that was only analysed
    stays on this machine.

    Args:
        client: Sends the requests; its policy has the provider's name.
        catalogue: The catalogue to search.
        limit: The most offers to ask for.
        discovery: Finds the shop's own catalogue, which is then searched instead.
        substitute: Asked instead while the catalogue asks to wait.
    """

    def __init__(
        self,
        client: VendorClient,
        catalogue: UcpCatalogue,
        limit: int,
        *,
        discovery: Discovery | None = None,
        substitute: Substitute | None = None,
    ) -> None:
        self.name = client.policy.name
        self.title = client.policy.title
        self.needs: tuple[str, ...] = ("crop", "words") if catalogue.by_picture else ("words",)
        host = urlsplit(catalogue.endpoint).hostname or ""
        self.discloses = _discloses(host, by_picture=catalogue.by_picture)
        if substitute is not None:
            other = urlsplit(substitute.catalogue.endpoint).hostname or ""
            self.discloses += f" While it asks to wait, all but the cut-out goes to {other}."
        self.cost = catalogue.cost
        self._client = client
        self._catalogue = catalogue
        self._limit = limit
        self._discovery = discovery
        self._substitute = substitute

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Search the catalogue.

        Raises:
            ProviderBusyError: It asked to wait, now or recently.
            ProviderError: It refused, timed out, or its answer cannot be read.
        """
        deadline = time.monotonic() + context.seconds
        try:
            catalogue = self._catalogue
            if self._discovery is not None:
                catalogue = self._discovery.catalogue(context.seconds)
            return self._ask(self._client, catalogue, query, _left(context, deadline))
        except QuotaUsedUpError:
            raise
        except ProviderBusyError as busy:
            if self._substitute is None:
                raise
            other = self._substitute
            try:
                return self._ask(other.client, other.catalogue, query, _left(context, deadline))
            except ProviderError as error:
                _log.info("Nor has what is asked instead of %s an answer: %s", self.name, error)
            raise busy from None

    def _ask(
        self,
        client: VendorClient,
        catalogue: UcpCatalogue,
        query: GarmentQuery,
        context: SearchContext,
    ) -> list[Offer]:
        url, body, headers = request_of(catalogue, query, context, self._limit)
        answer = client.post(
            url,
            json=body,
            headers=headers,
            seconds=context.seconds,
            safe_to_repeat=True,
            accept=_REFUSALS,
        )
        shop = catalogue.shop
        try:
            if catalogue.transport == "rest":
                return read_rest_answer(answer.json(), self.name, self.title, shop=shop)
            return read_answer(answer.data, answer.media_type, self.name, self.title, shop=shop)
        except ProviderBusyError as error:
            client.rest(error.retry_after)
            raise


def _left(context: SearchContext, deadline: float) -> SearchContext:
    return replace(context, seconds=max(0.01, deadline - time.monotonic()))


def _discloses(host: str, *, by_picture: bool) -> str:
    if by_picture:
        return (
            "Once you choose a garment, its cut-out, words such as “navy long sleeve top”, and your"
            f" country, language, currency, price range and wish for used things go to {host}."
        )
    return (
        "Once you choose a garment, words such as “navy long sleeve top”, and your country,"
        f" language, currency and price range go to {host}."
    )
