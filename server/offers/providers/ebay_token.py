"""eBay's application token: OAuth 2.0 client credentials, kept until shortly before it expires.

https://developer.ebay.com/api-docs/static/oauth-client-credentials-grant.html
"""

import base64
import re
import threading
import time
from collections.abc import Callable

from server.offers.errors import KeyRefusedError, LateError, NonsenseError
from server.offers.providers.answers import mapping
from server.offers.vendors.client import VendorClient

SCOPE = "https://api.ebay.com/oauth/api_scope"
# Seconds before its expiry at which a token is no longer used.
MARGIN = 60.0
_SHORTEST = 1.0
_LONGEST = 24 * 3600.0
_REFUSED = frozenset({400, 401, 403})
# What is safe in a header.
_TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")


class EbayToken:
    """Fetches the token when it is needed; shared by all threads.

    Args:
        client: Sends the requests.
        endpoint: The address that issues tokens.
        client_id: The application's id ("App ID").
        secret: Its secret ("Cert ID").
        title: The provider's name in messages.
        clock: Seconds, monotonic.
    """

    def __init__(
        self,
        client: VendorClient,
        endpoint: str,
        client_id: str,
        secret: str,
        title: str,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._endpoint = endpoint
        self._credentials = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        self._title = title
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._ends = 0.0

    def get(self, seconds: float) -> str:
        """Return a valid token, within ``seconds``.

        Threads that need one while it is being fetched wait for it.

        Raises:
            ProviderError: eBay issues none.
        """
        deadline = time.monotonic() + seconds
        if not self._lock.acquire(timeout=max(0.0, seconds)):
            raise LateError(self._title)
        try:
            if self._clock() >= self._ends:
                self._fetch(max(0.01, deadline - time.monotonic()))
            return self._token
        finally:
            self._lock.release()

    def forget(self, token: str) -> None:
        """Drop a token that eBay refused, unless another has replaced it meanwhile."""
        with self._lock:
            if token == self._token:
                self._ends = 0.0

    def _fetch(self, seconds: float) -> None:
        asked = self._clock()
        answer = self._client.post(
            self._endpoint,
            form={"grant_type": "client_credentials", "scope": SCOPE},
            headers={"Authorization": f"Basic {self._credentials}"},
            seconds=seconds,
            safe_to_repeat=True,
            accept=_REFUSED,
        )
        if answer.status in _REFUSED:
            raise KeyRefusedError(
                self._title,
                hint="Check WTB_EBAY_ID and WTB_EBAY_SECRET; they must be of production keys.",
            )
        given = mapping(answer.json())
        token, lasts = given.get("access_token"), given.get("expires_in")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise NonsenseError(self._title)
        if isinstance(lasts, bool) or not isinstance(lasts, int | float) or not lasts > 0:
            lasts = 2 * MARGIN
        self._token = token
        self._ends = asked + max(_SHORTEST, min(lasts, _LONGEST) - MARGIN)
