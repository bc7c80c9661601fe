"""The providers: who is asked for offers, and what leaves the machine."""

import threading
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from flask import current_app
from flask.blueprints import BlueprintSetupState
from pydantic import BaseModel, ConfigDict, Field

from model.errors import WhereToBuyError
from server.api.bodies import json_body
from server.api.openapi import Answer, Body, Resource
from server.api.problems import set_status
from server.offers.provider import ProviderState
from server.offers.provider_calls import WORDS, Verdict, call, drawn_query, drawn_shirt
from server.offers.sources import Sources
from server.offers.stored_keys import FixedKeyError, KeyNotKeptError, can_be_stored
from server.offers.switches import SwitchNotKeptError
from server.offers.vendors.quota import Usage
from server.offers.wiring import OfferServices
from server.services import current_services

blueprint = Resource("providers", __name__, "/providers")

# Providers that are tested at once: each holds a thread for as long as it takes to answer.
TESTS_AT_ONCE = 4
_TESTS = "where-to-buy-provider-tests"


class QuotaOut(BaseModel):
    """The requests sent to a provider today (UTC), by this server and its commands."""

    # Requests: a search may take several, and a repeated one counts twice.
    sent: int
    # The most that the operator allows, where a quota is set.
    per_day: int | None
    renews_at: datetime

    @classmethod
    def of(cls, usage: Usage) -> "QuotaOut":
        """Return a count as the API gives it."""
        return cls(sent=usage.sent, per_day=usage.per_day, renews_at=usage.renews_at)


class KeyOut(BaseModel):
    """A key that a provider needs; its value is never given."""

    # The setting.
    name: str
    is_set: bool
    # Whether it can be entered here: it is a key, and not set where the server runs.
    is_fixed: bool


class ProviderOut(BaseModel):
    """A source of offers."""

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    # Whether it is asked: the settings have to provide for it, and the user may switch it off.
    enabled: bool
    # Whether the settings provide for it, so that it can be switched on and off here.
    available: bool
    # The setting that switches it on or off, where there is one.
    switch: str | None
    # What it needs to be set up; empty for a provider without keys.
    keys: list[KeyOut]
    needs: list[str]
    # Whether it is asked before the user chooses a garment; nothing leaves the machine then.
    runs_early: bool
    # What leaves the machine when it is asked, and what one search costs: in English.
    discloses: str
    cost: str
    # None for a provider that sends nothing.
    quota: QuotaOut | None

    @classmethod
    def of(
        cls, state: ProviderState, usage: Usage | None, sources: Sources, *, is_on: bool
    ) -> "ProviderOut":
        """Return a provider as the API gives it."""
        provider = state.provider
        return cls(
            name=provider.name,
            title=provider.title,
            enabled=state.enabled and is_on,
            available=state.enabled,
            switch=state.switch,
            keys=[
                KeyOut(
                    name=name,
                    is_set=is_set,
                    is_fixed=sources.is_fixed(name) or not can_be_stored(name),
                )
                for name, is_set in state.keys
            ],
            needs=list(provider.needs),
            runs_early=provider.runs_early,
            discloses=provider.discloses,
            cost=provider.cost,
            quota=QuotaOut.of(usage) if usage else None,
        )


class ProvidersOut(BaseModel):
    """All providers, in the order they are asked in."""

    providers: list[ProviderOut]


Setting = Annotated[str, Field(pattern="^WTB_[A-Z0-9_]{1,40}$")]
KeyValue = Annotated[str, Field(pattern=r"^[!-~]{1,500}$")]


class ProviderChange(BaseModel):
    """What is wanted of a provider."""

    model_config = ConfigDict(extra="forbid")

    enabled: Annotated[bool, Field(strict=True)]


class KeyChange(BaseModel):
    """A key to keep on the server."""

    model_config = ConfigDict(extra="forbid")

    # The setting that it is.
    name: Setting
    # Null forgets it.
    value: KeyValue | None


class KeysChange(BaseModel):
    """Keys to keep on the server, or to forget; the last word on one counts."""

    model_config = ConfigDict(extra="forbid")

    keys: Annotated[list[KeyChange], Field(min_length=1, max_length=5)]


class TestOut(BaseModel):
    """What came of asking a provider for a drawn navy T-shirt, for real."""

    # "off": the settings leave it out; "not tried": it is shown a picture's public address.
    verdict: Verdict
    # How many it answered with.
    offers: int
    seconds: float
    # Why there is no answer: in English, and as a code with what other languages' words name.
    message: str
    code: str
    details: list[str]
    # What to change so that it answers, in English.
    change: str


class UnknownProviderError(WhereToBuyError):
    """No provider has this name."""

    code = "unknown-provider"

    def __init__(self, name: str) -> None:
        super().__init__(f"No provider is called {name}.", hint="/api/v1/providers lists them.")


class NotProvidedError(WhereToBuyError):
    """A provider cannot be switched on here: the settings do not provide for it."""

    code = "provider-not-set-up"

    def __init__(self, state: ProviderState) -> None:
        title = state.provider.title
        hint = f"{state.switch} switches it on, where the server runs." if state.switch else ""
        super().__init__(f"{title} is not set up on this server.", hint=hint)


class TestsBusyError(WhereToBuyError):
    """Too many providers are being tested."""

    code = "provider-tests-busy"
    retry_after = 5

    def __init__(self) -> None:
        super().__init__(
            f"{TESTS_AT_ONCE} providers are being tested already.",
            hint="Try again when one of them has answered.",
        )


set_status(UnknownProviderError, 404)
set_status(TestsBusyError, 503)
set_status(NotProvidedError, 409)
set_status(SwitchNotKeptError, 503)
set_status(KeyNotKeptError, 503)
set_status(FixedKeyError, 409)


@blueprint.operation(
    "get",
    "",
    "Who is asked for offers, and what leaves the machine",
    Answer(200, "Every provider", ProvidersOut),
    problems=(503,),
)
def show() -> dict[str, object]:
    """Return every provider, including those that are switched off."""
    offers = current_services().offers
    return ProvidersOut(providers=[_out(offers, state) for state in offers.states]).model_dump(
        mode="json"
    )


@blueprint.operation(
    "patch",
    "/<name>",
    "Switch a provider off, or on again",
    Answer(200, "The provider as it is now", ProviderOut),
    request=(Body("application/json", ProviderChange),),
    problems=(400, 404, 409, 415, 422, 503),
)
def change(name: str) -> dict[str, object]:
    """Switch a provider; it stays so after a restart."""
    wanted = json_body(ProviderChange)
    offers = current_services().offers
    state = _state(offers, name)
    if wanted.enabled and not state.enabled:
        raise NotProvidedError(state)
    offers.switches.turn(name, on=wanted.enabled)
    return _out(offers, state).model_dump(mode="json")


@blueprint.operation(
    "post",
    "/<name>/keys",
    "Enter or forget a provider's keys, which are kept on the server and given to nobody",
    Answer(200, "The provider as it is now", ProviderOut),
    request=(Body("application/json", KeysChange),),
    problems=(400, 404, 409, 415, 503),
)
def enter_keys(name: str) -> dict[str, object]:
    """Store keys; the provider is asked from the next search on."""
    wanted = json_body(KeysChange)
    offers = current_services().offers
    _state(offers, name)
    keys = {each.name: each.value for each in wanted.keys}
    return _out(offers, offers.sources.enter(name, keys)).model_dump(mode="json")


@blueprint.operation(
    "post",
    "/<name>/test",
    "Ask a provider for real: for a drawn garment, never for anybody's photo",
    Answer(200, "Whether it answers", TestOut),
    problems=(404, 503),
)
def test(name: str) -> dict[str, object]:
    """Ask one provider; a request that is sent counts like any other."""
    services = current_services()
    state = _state(services.offers, name)
    tests: threading.Semaphore = current_app.extensions[_TESTS]
    if not tests.acquire(blocking=False):
        raise TestsBusyError
    try:
        asked = drawn_query(WORDS, None)
        if "vector" in state.provider.needs:
            asked = replace(asked, vector=services.models.embedder.embed([drawn_shirt()])[0])
        outcome = call(state, asked, services.settings)
    finally:
        tests.release()
    return TestOut(
        verdict=outcome.verdict,
        offers=len(outcome.offers),
        seconds=round(outcome.seconds, 3),
        message=outcome.message,
        code=outcome.code,
        details=list(outcome.details),
        change=outcome.change,
    ).model_dump(mode="json")


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions[_TESTS] = threading.BoundedSemaphore(TESTS_AT_ONCE)


def _state(offers: OfferServices, name: str) -> ProviderState:
    state = next((each for each in offers.states if each.provider.name == name), None)
    if state is None:
        raise UnknownProviderError(name)
    return state


def _out(offers: OfferServices, state: ProviderState) -> ProviderOut:
    is_on = offers.switches.is_on(state.provider.name)
    usage = state.usage(offers.quotas)
    return ProviderOut.of(state, usage, offers.sources, is_on=is_on)
