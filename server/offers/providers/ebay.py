"""eBay's Browse API, searched by the garment's picture and by its words."""

import base64
import threading
import time
from collections.abc import Callable
from typing import ClassVar
from urllib.parse import quote

from server.offers.errors import KeyRefusedError, ProviderBusyError, ProviderError
from server.offers.offer import GarmentQuery, Offer, SearchContext
from server.offers.provider import VendorProvider
from server.offers.providers.ebay_items import read_items, refused
from server.offers.providers.ebay_token import EbayToken
from server.offers.vendors.client import VendorClient, VendorPolicy
from server.offers.vendors.request import Answer

ENDPOINT = "https://api.ebay.com"
MOST_OFFERS = 200
# The category "Clothing, Shoes & Accessories"; the same number on every site.
CLOTHES = "11450"
# Answers are not cached: what is sold is gone.
POLICY = VendorPolicy(name="ebay", title="eBay")

_SEARCH = "/buy/browse/v1/item_summary/search"
_BY_PICTURE = "/buy/browse/v1/item_summary/search_by_image"
_TOKEN = "/identity/v1/oauth2/token"  # noqa: S105 - a path
# https://developer.ebay.com/api-docs/buy/ref-marketplace-supported.html
_SITES = frozenset(
    ["AT", "AU", "BE", "CA", "CH", "DE", "ES", "FR", "GB", "HK", "IE", "IT", "NL", "PL", "SG", "US"]
)
_SITES_WITH_PICTURES = frozenset({"AU", "DE", "GB", "US"})
# The share of the time for the search by picture; the rest is for the words.
_PICTURE_SHARE = 0.6
_LEAST_SECONDS = 0.2
# Seconds before eBay is searched by picture again after it refused to.
_PICTURES_REST = 3600.0
_REFUSALS = frozenset({400, 401, 403, 404, 405, 409, 413, 422})
_NOT_OFFERED = frozenset({403, 404, 405})


class EbayProvider(VendorProvider):
    """Searches the eBay site of the user's country; safe to share between threads.

    By picture first, where the site supports it; by words where it does not, fails or finds
    nothing. Only fixed-price items that ship to the user's country.

    Args:
        client: Sends the requests.
        client_id: The application's id ("App ID") at https://developer.ebay.com.
        secret: Its secret ("Cert ID").
        limit: The most offers to return.
        endpoint: The address to send to, without a trailing slash.
    """

    name: ClassVar[str] = "ebay"
    title: ClassVar[str] = "eBay"
    needs: ClassVar[tuple[str, ...]] = ("crop", "words")
    discloses: ClassVar[str] = (
        "Once you choose a garment, its cut-out, words such as “navy long sleeve top” and your"
        " country go to api.ebay.com."
    )
    cost: ClassVar[str] = "Nothing; one or two of the calls that eBay allows your account a day."

    def __init__(
        self,
        client: VendorClient,
        *,
        client_id: str,
        secret: str,
        limit: int,
        endpoint: str = ENDPOINT,
    ) -> None:
        self._client = client
        self._endpoint = endpoint
        self._limit = min(limit, MOST_OFFERS)
        self._token = EbayToken(client, endpoint + _TOKEN, client_id, secret, self.title)
        self._lock = threading.Lock()
        self._pictures_rest_until = 0.0

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Search eBay.

        Raises:
            ProviderBusyError: It asks to wait.
            ProviderError: It refused, timed out, or its answer cannot be read.
        """
        deadline = time.monotonic() + context.seconds
        failure: ProviderError | None = None
        if self._by_picture_works(context):
            try:
                share = context.seconds * _PICTURE_SHARE
                offers = self._by_picture(query, context, time.monotonic() + share)
            except ProviderBusyError:
                raise
            except ProviderError as error:
                failure = error
            else:
                if offers:
                    return offers
        if failure is not None and deadline - time.monotonic() < _LEAST_SECONDS:
            raise failure
        return self._by_words(query, context, deadline)

    def _by_picture_works(self, context: SearchContext) -> bool:
        with self._lock:
            rests = time.monotonic() < self._pictures_rest_until
        return site_of(context.country) in _SITES_WITH_PICTURES and not rests

    def _by_picture(
        self, query: GarmentQuery, context: SearchContext, deadline: float
    ) -> list[Offer]:
        picture = base64.b64encode(query.jpeg).decode()
        answer, token = self._authorized(
            lambda headers, seconds: self._client.post(
                self._endpoint + _BY_PICTURE,
                json={"image": picture},
                params=self._params(context),
                headers=headers,
                seconds=seconds,
                safe_to_repeat=True,
                accept=_REFUSALS,
            ),
            context,
            deadline,
        )
        if answer.status in _NOT_OFFERED:
            with self._lock:
                self._pictures_rest_until = time.monotonic() + _PICTURES_REST
        return self._read(answer, token)

    def _by_words(
        self, query: GarmentQuery, context: SearchContext, deadline: float
    ) -> list[Offer]:
        params = {"q": query.words(context.language), **self._params(context)}
        answer, token = self._authorized(
            lambda headers, seconds: self._client.get(
                self._endpoint + _SEARCH,
                params=params,
                headers=headers,
                seconds=seconds,
                accept=_REFUSALS,
            ),
            context,
            deadline,
        )
        return self._read(answer, token)

    def _read(self, answer: Answer, token: str) -> list[Offer]:
        if answer.status in _REFUSALS:
            raise refused(answer.json(), self.title, token)
        return read_items(answer.json(), self.name, self.title, self._limit, token)

    def _params(self, context: SearchContext) -> dict[str, str | int]:
        country = context.country.upper()
        return {
            "category_ids": CLOTHES,
            "filter": f"buyingOptions:{{FIXED_PRICE}},deliveryCountry:{country}",
            "limit": self._limit,
        }

    def _authorized(
        self,
        send: Callable[[dict[str, str], float], Answer],
        context: SearchContext,
        deadline: float,
    ) -> tuple[Answer, str]:
        """Send with the token, again with a new one if refused; return the answer and token."""
        for _ in range(2):
            token = self._token.get(_left(deadline))
            place = quote(f"country={context.country.upper()}", safe="")
            headers = {
                "Authorization": f"Bearer {token}",
                "X-EBAY-C-MARKETPLACE-ID": f"EBAY_{site_of(context.country)}",
                "X-EBAY-C-ENDUSERCTX": f"contextualLocation={place}",
            }
            answer = send(headers, _left(deadline))
            if answer.status != 401:
                return answer, token
            self._token.forget(token)
        raise KeyRefusedError(self.title)


def site_of(country: str) -> str:
    """Return the country whose eBay site serves a country: its own, or the American one."""
    code = country.upper()
    return code if code in _SITES else "US"


def _left(deadline: float) -> float:
    return max(0.01, deadline - time.monotonic())
