"""The exchange rates for converted prices, or why there are none."""

import datetime

from pydantic import BaseModel

from server.api.openapi import Answer, Resource
from server.goods.exchange import Source
from server.services import current_services

blueprint = Resource("rates", __name__, "/rates")


class RatesOut(BaseModel):
    """The rates in force; without a source, prices are not converted."""

    source: Source | None
    # The day of the rates; null if the user gave them.
    as_of: datetime.date | None
    currencies: list[str]
    # Why there are none although the settings ask for them, in plain words.
    problem: str | None


@blueprint.operation(
    "get",
    "",
    "By which exchange rates prices are converted",
    Answer(200, "The rates in force, or what is wrong", RatesOut),
    problems=(503,),
)
def show() -> dict[str, object]:
    """Return the state of the exchange rates."""
    state = current_services().offers.rates.state()
    rates = state.rates
    return RatesOut(
        source=rates.source if rates else None,
        as_of=rates.as_of if rates else None,
        currencies=sorted(rates.units) if rates else [],
        problem=state.problem,
    ).model_dump(mode="json")
