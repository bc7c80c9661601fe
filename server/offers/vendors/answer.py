"""What a vendor answered."""

import json
from dataclasses import dataclass, field

from server.offers.provider import ProviderError


@dataclass(frozen=True)
class Answer:
    """What a vendor answered."""

    status: int
    data: bytes = field(repr=False)
    media_type: str
    title: str = ""
    # Of the request, for `VendorClient.forget`.
    key: bytes = field(default=b"", repr=False, compare=False)
    # The header of that name as it was sent (see `server.offers.vendors.client`).
    retry_after: str | None = None

    def json(self) -> object:
        """Read the body as JSON.

        Raises:
            ProviderError: It is none.
        """
        try:
            return json.loads(self.data)
        except (ValueError, RecursionError):
            pass
        raise ProviderError(f"{self.title} answered nonsense.")
