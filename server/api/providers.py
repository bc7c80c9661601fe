"""The providers: who is asked, and what leaves the machine then."""

from datetime import datetime

from flask import Blueprint
from pydantic import BaseModel, ConfigDict

from server.api.openapi import Answer, Operation
from server.offers.provider import ProviderState
from server.offers.vendors.quota import Usage
from server.services import current_services

blueprint = Blueprint("providers", __name__, url_prefix="/api/v1/providers")


class LeavesOut(BaseModel):
    """What leaves the machine, in words for the user, by language."""

    en: str
    ko: str


class CostOut(BaseModel):
    """What one search costs, in words for the user, by language."""

    en: str
    ko: str


class QuotaOut(BaseModel):
    """What a provider was sent today, in UTC, by this server and its commands."""

    # Requests: a search may take several, and one that is repeated counts twice.
    sent: int
    # At most, where the operator set a quota.
    per_day: int | None
    renews_at: datetime

    @classmethod
    def of(cls, usage: Usage) -> "QuotaOut":
        """Give a count as the API does."""
        return cls(sent=usage.sent, per_day=usage.per_day, renews_at=usage.renews_at)


class ProviderOut(BaseModel):
    """A source of offers."""

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    enabled: bool
    # The setting that switches it, where there is one.
    switch: str | None
    needs: list[str]
    # Whether it is asked before a garment was chosen; nothing leaves the machine then.
    runs_early: bool
    leaves: LeavesOut
    cost: CostOut
    # None for one that sends nothing.
    quota: QuotaOut | None

    @classmethod
    def of(cls, state: ProviderState, usage: Usage | None) -> "ProviderOut":
        """Give a provider as the API does."""
        provider = state.provider
        return cls(
            name=provider.name,
            title=provider.title,
            enabled=state.enabled,
            switch=state.switch,
            needs=list(provider.needs),
            runs_early=provider.runs_early,
            leaves=LeavesOut(en=provider.leaves.en, ko=provider.leaves.ko),
            cost=CostOut(en=provider.cost.en, ko=provider.cost.ko),
            quota=QuotaOut.of(usage) if usage else None,
        )


class ProvidersOut(BaseModel):
    """All of them, in the order in which they are asked."""

    providers: list[ProviderOut]


@blueprint.get("")
def show() -> dict[str, object]:
    """Give every provider, also those that are switched off."""
    offers = current_services().offers
    providers = [ProviderOut.of(state, state.usage(offers.quotas)) for state in offers.states]
    return ProvidersOut(providers=providers).model_dump(mode="json")


OPERATIONS = (
    Operation(
        "get",
        "/providers",
        "Who is asked for offers, and what leaves the machine",
        answers=(Answer(200, "Every provider", ProvidersOut),),
        problems=(503,),
    ),
)
