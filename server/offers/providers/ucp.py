"""Catalogues that speak UCP; first of all Shopify's, of all its merchants, without a key."""

from typing import ClassVar

from server.offers.offer import GarmentQuery, Offer, SearchContext
from server.offers.providers.provider import Cost, Leaves, ProviderBusyError, VendorProvider
from server.offers.providers.ucp_protocol import build_request, read_answer
from server.offers.vendors.client import VendorClient, VendorPolicy

POLICY = VendorPolicy(name="ucp", title="Shopify's catalogue")
"""Nothing is kept: Shopify's terms are said to forbid it."""
_REFUSALS = frozenset(range(400, 500)) - {429}
"""Answered with the protocol's own errors."""
_HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json, text/event-stream",
}


class UcpProvider(VendorProvider):
    """Sends the crop and its words to one UCP endpoint.

    Never before the user chose the garment: what is in a picture that somebody merely
    analysed stays on this machine.

    Args:
        client: Sends; its policy has the provider's name.
        endpoint: Where to; chosen by the operator.
        profile: Address of the agent profile to show.
        limit: Offers to ask for.
    """

    needs: ClassVar[tuple[str, ...]] = ("crop", "words")
    leaves: ClassVar[Leaves] = Leaves(
        en="The cut-out garment, words such as “navy long sleeve top”, and your country,"
        " language and currency go to catalog.shopify.com, once you chose the garment.",
        ko="옷을 선택하면 잘라낸 옷 이미지와 “네이비 긴팔 상의” 같은 검색어, 그리고 국가, 언어,"
        " 통화가 catalog.shopify.com으로 전송됩니다.",
    )
    cost: ClassVar[Cost] = Cost(en="Nothing.", ko="무료.")

    def __init__(self, client: VendorClient, *, endpoint: str, profile: str, limit: int) -> None:
        self.name = client.policy.name
        self.title = client.policy.title
        self._client = client
        self._endpoint = endpoint
        self._profile = profile
        self._limit = limit

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Ask the endpoint.

        Raises:
            ProviderBusyError: It asked to wait, now or a short while ago.
            ProviderError: It refused, did not answer in time, or answered nonsense.
        """
        answer = self._client.post(
            self._endpoint,
            json=build_request(query, context, self._profile, self._limit),
            headers=_HEADERS,
            seconds=context.seconds,
            safe_to_repeat=True,
            accept=_REFUSALS,
        )
        try:
            return read_answer(answer.data, answer.media_type, self.name, self.title)
        except ProviderBusyError as error:
            self._client.rest(error.retry_after)
            raise
