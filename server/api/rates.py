"""The exchange rates for converted prices, or why there are none."""

import datetime

from pydantic import BaseModel

from server.api.openapi import Answer, Resource
from server.goods.exchange import Source
from server.offers.rates import NoRates
from server.services import current_services

blueprint = Resource("rates", __name__, "/rates")


class RatesOut(BaseModel):
    """The rates in force; without a source, prices are not converted."""

    source: Source | None
    # The day of the rates; null if the user gave them.
    as_of: datetime.date | None
    currencies: list[str]
    # In plain English: why rates are missing although the settings ask for them.
    problem: str | None
    # The same for words in another language: a code, and what those words name.
    problem_code: NoRates | None
    problem_details: list[str]


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
    rates, problem = state.rates, state.problem
    return RatesOut(
        source=rates.source if rates else None,
        as_of=rates.as_of if rates else None,
        currencies=sorted(rates.units) if rates else [],
        problem=problem.text if problem else None,
        problem_code=problem.code if problem else None,
        problem_details=list(problem.details) if problem else [],
    ).model_dump(mode="json")
