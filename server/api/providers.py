"""The providers: who is asked for offers, and what leaves the machine."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from server.api.openapi import Answer, Resource
from server.offers.provider import ProviderState
from server.offers.vendors.quota import Usage
from server.services import current_services

blueprint = Resource("providers", __name__, "/providers")


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


class ProviderOut(BaseModel):
    """A source of offers."""

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    enabled: bool
    # The setting that switches it on or off, where there is one.
    switch: str | None
    needs: list[str]
    # Whether it is asked before the user chooses a garment; nothing leaves the machine then.
    runs_early: bool
    # What leaves the machine when it is asked, and what one search costs: in English.
    discloses: str
    cost: str
    # None for a provider that sends nothing.
    quota: QuotaOut | None

    @classmethod
    def of(cls, state: ProviderState, usage: Usage | None) -> "ProviderOut":
        """Return a provider as the API gives it."""
        provider = state.provider
        return cls(
            name=provider.name,
            title=provider.title,
            enabled=state.enabled,
            switch=state.switch,
            needs=list(provider.needs),
            runs_early=provider.runs_early,
            discloses=provider.discloses,
            cost=provider.cost,
            quota=QuotaOut.of(usage) if usage else None,
        )


class ProvidersOut(BaseModel):
    """All providers, in the order they are asked in."""

    providers: list[ProviderOut]


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
    providers = [ProviderOut.of(state, state.usage(offers.quotas)) for state in offers.states]
    return ProvidersOut(providers=providers).model_dump(mode="json")
