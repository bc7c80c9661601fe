"""Google Lens, through whichever of three vendors the operator has a key for."""

from server.offers.errors import ProviderError
from server.offers.offer import GarmentQuery, Offer, SearchContext
from server.offers.provider import VendorProvider
from server.offers.providers.lens_vendors import VENDORS, Question, VendorName, read_matches
from server.offers.vendors.client import VendorClient, VendorPolicy

POLICIES: dict[VendorName, VendorPolicy] = {
    name: VendorPolicy(name=name, title=vendor.title, cache_seconds=vendor.cache_seconds)
    for name, vendor in VENDORS.items()
}


class NoPublicAddressError(ProviderError):
    """The picture was uploaded, or is from a page that only the user can see."""

    code = "provider-needs-address"

    def __init__(self, title: str) -> None:
        super().__init__(
            f"{title} needs the picture's public address, and this one has none.",
            hint="It works for pictures on public web pages, not for uploaded ones.",
        )


class LensProvider(VendorProvider):
    """Searches Google Lens by the picture's public address; safe to share between threads.

    Args:
        client: Sends the requests.
        vendor: Whose key it is: "serper", "serpapi" or "searchapi".
        key: The vendor's key.
        limit: The most offers to return.
        endpoint: The address to send to; the vendor's own where None.
    """

    def __init__(
        self,
        client: VendorClient,
        *,
        vendor: VendorName,
        key: str,
        limit: int,
        endpoint: str | None = None,
    ) -> None:
        self._client = client
        self._vendor = VENDORS[vendor]
        self._key = key
        self._limit = limit
        self._endpoint = endpoint or self._vendor.endpoint
        self.name: str = self._vendor.name
        self.title = self._vendor.title
        words = self._vendor.sends_words
        self.needs: tuple[str, ...] = ("picture address", "words")[: 2 if words else 1]
        self.discloses = _discloses(self._vendor.host, words=words)
        self.cost = f"One search of your account at {self._vendor.host}."

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Search through the vendor.

        Raises:
            NoPublicAddressError: The picture has no public address.
            ProviderError: There is no answer.
        """
        if query.picture_url is None:
            raise NoPublicAddressError(self.title)
        question = Question(query.picture_url, query.words(context.language), context)
        answer = self._vendor.ask(self._client, self._endpoint, self._key, question)
        try:
            return read_matches(answer.json(), self._vendor, context, self._limit, self._key)
        except ProviderError:
            self._client.forget(answer)
            raise


def _discloses(host: str, *, words: bool) -> str:
    also = " words such as “navy long sleeve top”," if words else ""
    return (
        f"Once you choose a garment, the public address of the whole picture,{also} and your"
        f" country and language go to {host}; it and Google then download the picture from"
        " there."
    )
