"""Real calls to providers, for `where-to-buy providers --test` and the web app's "Test".

What is searched for is a drawn garment: nobody's photo is sent for a test.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from model.categories import category_by_name
from model.colours import Colour
from model.picture import encode_jpeg
from server.config import Settings
from server.goods.languages import FALLBACK
from server.goods.safe_text import public_address
from server.offers.errors import LateError, ProviderBusyError, ProviderError
from server.offers.offer import ComparedOffer, GarmentQuery, Offer, SearchContext
from server.offers.provider import ProviderState
from server.offers.vendors.quota import QuotaUsedUpError

WORDS = "navy short sleeve top"
_NAVY = (Colour("navy", "#1f2a44", 1.0),)
# Calls at once; each mostly waits for an answer.
_AT_ONCE = 8

Verdict = Literal["answers", "fails", "off", "not tried"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking one provider.

    Attributes:
        state: The provider.
        verdict: Whether it answers; "off" and "not tried" were not asked.
        offers: What it answered.
        seconds: How long that took.
        message: What happened, in a sentence.
        change: What to change so that it answers, in a sentence; "" where nothing needs to be.
        code: Of the `ProviderError`, where it fails.
        details: What the message names besides the provider, for words in another language.
    """

    state: ProviderState
    verdict: Verdict
    offers: tuple[Offer, ...] = ()
    seconds: float = 0.0
    message: str = ""
    change: str = ""
    code: str = ""
    details: tuple[str, ...] = ()


def drawn_query(words: str, picture_url: str | None) -> GarmentQuery:
    """Return a query for a drawn navy T-shirt, without a vector.

    Args:
        words: What to search for.
        picture_url: A public picture's address, for providers that are shown one.
    """
    return GarmentQuery(
        look_id="0" * 32,
        number=1,
        category=category_by_name("short sleeve top"),
        search_text={FALLBACK: words},
        jpeg=encode_jpeg(drawn_shirt()),
        vector=None,
        picture_url=public_address(picture_url),
        colours=_NAVY,
    )


def drawn_shirt() -> NDArray[np.uint8]:
    """Draw a navy T-shirt on white, ``480 x 480 x 3`` RGB, rather than send anybody's photo."""
    picture = np.full((480, 480, 3), 255, np.uint8)
    outline = [
        (160, 70), (200, 90), (280, 90), (320, 70), (430, 150), (380, 220), (340, 190),
        (340, 430), (140, 430), (140, 190), (100, 220), (50, 150),
    ]  # fmt: skip
    cv2.fillPoly(picture, [np.array(outline, np.int32)], (31, 42, 68))
    return picture


def call_each(
    states: Sequence[ProviderState],
    query: GarmentQuery,
    settings: Settings,
    vector: Callable[[], NDArray[np.float32]],
) -> Iterator[Outcome]:
    """Ask all enabled providers concurrently, and yield their results in order.

    Args:
        states: All providers.
        query: What to search for.
        settings: Whom the search is for, and how long it may take.
        vector: Returns the query's vector; called only if a provider needs one.
    """
    if any(state.enabled and "vector" in state.provider.needs for state in states):
        query = replace(query, vector=vector())
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="provider-call") as pool:
        yield from pool.map(lambda state: call(state, query, settings), states)


def call(state: ProviderState, query: GarmentQuery, settings: Settings) -> Outcome:
    """Ask one provider, if it is on and has what it needs."""
    if not state.enabled:
        return Outcome(state, "off", message="Off.", change=f"Set {_missing(state)}.")
    if query.picture_url is None and state.provider.needs[:1] == ("picture address",):
        return Outcome(
            state,
            "not tried",
            message="It is shown a picture's public address.",
            change="Give one with --picture-url.",
        )
    began = time.perf_counter()
    try:
        found = state.provider.search(query, search_context(settings))
    except ProviderError as error:
        return Outcome(
            state,
            "fails",
            seconds=time.perf_counter() - began,
            message=str(error),
            change=_remedy(error, state),
            code=error.code,
            details=error.details,
        )
    offers = tuple(each.offer if isinstance(each, ComparedOffer) else each for each in found)
    return Outcome(state, "answers", offers, time.perf_counter() - began, _number(len(offers)))


def search_context(settings: Settings) -> SearchContext:
    """Return whom a test call is for."""
    return SearchContext(
        settings.country, settings.language, settings.currency, settings.search_seconds
    )


def _number(offers: int) -> str:
    return "1 offer" if offers == 1 else f"{offers or 'no'} offers"


def _missing(state: ProviderState) -> str:
    """Return the settings a provider lacks, or the one that switches it on and off."""
    lacking = [name for name, there in state.keys if not there]
    return " and ".join(lacking) or f"{state.switch}=true"


def _remedy(error: ProviderError, state: ProviderState) -> str:
    """Say what to change after a failure: the exact setting, wherever it is one.

    A hint of the error itself comes first: it knows more than which provider failed.
    """
    name = state.provider.name
    if isinstance(error, QuotaUsedUpError):
        return f"Raise {name}'s number in WTB_PER_DAY, or wait until 00:00 UTC."
    steps = [error.hint] if error.hint else []
    if isinstance(error, ProviderBusyError):
        steps = steps or [f"Wait {error.retry_after:.0f} seconds."]
        steps += [f"{state.limit_setting} raises its limit."] if state.limit_setting else []
    elif "WTB_" not in error.hint:
        names = [*filter(None, [state.address_setting]), *(key for key, _ in state.keys)]
        if isinstance(error, LateError):
            names = ["WTB_SEARCH_SECONDS"]
        named = " and ".join(dict.fromkeys(names))
        steps.append(f"Check {named}." if named else f"{state.switch} switches it off.")
    return " ".join(steps)
