"""The providers: who is asked, and what leaves the machine then."""

from flask import Blueprint
from pydantic import BaseModel, ConfigDict

from server.api.openapi import Answer, Operation
from server.offers.providers.provider import ProviderState
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


class ProviderOut(BaseModel):
    """A source of offers."""

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    enabled: bool
    switch: str | None
    """The setting that switches it, where there is one."""
    needs: list[str]
    runs_early: bool
    """Whether it is asked before a garment was chosen; nothing leaves the machine then."""
    leaves: LeavesOut
    cost: CostOut

    @classmethod
    def of(cls, state: ProviderState) -> "ProviderOut":
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
        )


class ProvidersOut(BaseModel):
    """All of them, in the order in which they are asked."""

    providers: list[ProviderOut]


@blueprint.get("")
def show() -> dict[str, object]:
    """Give every provider, also those that are switched off."""
    providers = [ProviderOut.of(state) for state in current_services().offers.states]
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
