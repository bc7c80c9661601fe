"""`where-to-buy providers`: who is asked for offers, and whether one answers."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from server.config import read_settings
from server.offers.errors import ProviderError
from server.offers.offer import ComparedOffer, GarmentQuery, Offer
from server.offers.provider import Provider, ProviderState
from server.offers.provider_calls import (
    WORDS,
    Outcome,
    call_each,
    drawn_query,
    drawn_shirt,
    search_context,
)
from server.offers.providers.catalog import CatalogProvider
from server.offers.vendors.quota import Quotas, Usage, requests_of
from server.offers.wiring import provider_states
from server.parts import Parts

_COLOURS = {"answers": "green", "fails": "red", "off": "yellow", "not tried": "yellow"}
_NAME_COLUMN = 24


def _search_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what to search for to a command."""
    command = click.option("--words", default=WORDS, show_default=True)(command)
    return click.option(
        "--picture-url",
        metavar="ADDRESS",
        help="A public picture of clothes, for providers that are shown its address.",
    )(command)


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON, with nothing left out.")
@click.option(
    "--test",
    "tested",
    is_flag=True,
    help="Ask each that is on once, with a drawn garment, and say in a line what to change.",
)
@_search_options
@click.pass_context
def providers(
    ctx: click.Context, *, as_json: bool, tested: bool, picture_url: str | None, words: str
) -> None:
    """Show who is asked for offers, what leaves the machine then, and what it costs.

    Keys are never shown, only whether they are there. With --test each that is on is sent a real
    search, which costs what it says; the exit status is 1 where one of them does not answer.
    """
    if ctx.invoked_subcommand is not None:
        return
    if tested:
        _test_all(Parts(read_settings()), words, picture_url, as_json=as_json)
        return
    parts = Parts(read_settings())
    # A list alone creates no database.
    quotas = Quotas(parts.database_as_found, parts.settings.per_day)
    states = [(state, state.usage(quotas)) for state in _states(parts, quotas)]
    if as_json:
        rows = [_row(state, usage) for state, usage in states]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False)
    for state, usage in states:
        _show(console, state, usage)


@providers.command("test")
@click.argument("name")
@_search_options
def test_command(*, name: str, picture_url: str | None, words: str) -> None:
    """Make one real call to provider NAME, with a drawn garment, and show what it answers.

    The exit status is 1 where it does not answer.
    """
    parts = Parts(read_settings())
    settings = parts.settings
    quotas = Quotas(parts.database, settings.per_day)
    states = {state.provider.name: state for state in _states(parts, quotas)}
    if name not in states:
        raise click.UsageError(f"There is no provider {name!r}. There are: {', '.join(states)}.")
    state = states[name]
    if not state.enabled:
        missing = ", ".join(key for key, there in state.keys if not there) or state.switch
        raise click.ClickException(f"{state.provider.title} is off. Set {missing} first.")
    context = search_context(settings)
    query = _query(state.provider, parts, words, picture_url)
    began = time.perf_counter()
    try:
        offers = state.provider.search(query, context)
    except ProviderError as error:
        click.secho(str(error), fg="red", err=True)
        needs_address = "picture address" in state.provider.needs and query.picture_url is None
        hint = "Give one with --picture-url: a web address." if needs_address else error.hint
        for line in (hint, _summary(state.usage(quotas), time.perf_counter() - began)):
            if line:
                click.echo(line, err=True)
        sys.exit(1)
    seconds = time.perf_counter() - began
    number = "1 offer" if len(offers) == 1 else f"{len(offers) or 'no'} offers"
    click.echo(f"{state.provider.title} answered with {number}.")
    click.echo(_summary(state.usage(quotas), seconds))
    for found in offers[:5]:
        offer = found.offer if isinstance(found, ComparedOffer) else found
        click.echo("  " + _line(offer))


def _states(parts: Parts, quotas: Quotas) -> tuple[ProviderState, ...]:
    """Return the providers as the server has them; the catalogue opens when it is asked."""
    catalog = CatalogProvider(lambda: parts.catalog, parts.settings.offers_shown)
    return provider_states(parts.settings, parts.fetcher, quotas, catalog)


def _row(state: ProviderState, usage: Usage | None) -> dict[str, object]:
    provider = state.provider
    return {
        "name": provider.name,
        "title": provider.title,
        "enabled": state.enabled,
        "switch": state.switch,
        "keys": dict(state.keys),
        "needs": list(provider.needs),
        "discloses": provider.discloses,
        "cost": provider.cost,
        "quota": usage
        and {
            "sent": usage.sent,
            "per_day": usage.per_day,
            "renews_at": usage.renews_at.isoformat().replace("+00:00", "Z"),
        },
    }


def _show(console: Console, state: ProviderState, usage: Usage | None) -> None:
    """Print a provider as a block, readable and with settings unbroken at any width."""
    row = _row(state, usage)
    console.print(f"[bold]{escape(state.provider.name)}[/]  {escape(state.provider.title)}")
    facts = ["[green]asked[/]" if state.enabled else "[yellow]not asked[/]"]
    if usage is not None:
        used_up = usage.per_day is not None and usage.sent >= usage.per_day
        facts.append(f"[red]{_sent(usage)}[/]" if used_up else _sent(usage))
    if state.keys:
        facts.extend(
            f"{escape(key)} {'found' if there else 'missing'}" for key, there in state.keys
        )
    elif state.switch is not None:
        facts.append(f"switched by {escape(state.switch)}")
    lines = (", ".join(facts), escape(str(row["discloses"])), f"Cost: {escape(str(row['cost']))}")
    for line in lines:
        console.print(Padding(line, (0, 0, 0, 4), expand=False))


def _sent(usage: Usage) -> str:
    if usage.per_day is not None:
        return f"{usage.sent:,} of {requests_of(usage.per_day)} sent today"
    return f"{requests_of(usage.sent)} sent today"


def _summary(usage: Usage | None, seconds: float) -> str:
    took = f"It took {seconds:.2f} s."
    if usage is None:
        return took
    return f"{took} {_sent(usage)}{'.' if usage.per_day is not None else '; no quota is set.'}"


def _line(offer: Offer) -> str:
    if offer.type == "search":
        return f"{offer.title} · {offer.link}"
    price = f"{offer.price.amount} {offer.price.currency}" if offer.price else "price unknown"
    return " · ".join([offer.title, offer.shop or "shop unknown", price, offer.link])


def _query(provider: Provider, parts: Parts, words: str, picture_url: str | None) -> GarmentQuery:
    query = drawn_query(words, picture_url)
    if "vector" not in provider.needs:
        return query
    return replace(query, vector=parts.embedder.embed([drawn_shirt()])[0])


def _test_all(parts: Parts, words: str, picture_url: str | None, *, as_json: bool) -> None:
    """Ask every provider that is on; exit with status 1 if one of them does not answer."""
    quotas = Quotas(parts.database, parts.settings.per_day)
    outcomes = call_each(
        _states(parts, quotas),
        drawn_query(words, picture_url),
        parts.settings,
        lambda: parts.embedder.embed([drawn_shirt()])[0],
    )
    console, shown = Console(highlight=False, soft_wrap=True), []
    for outcome in outcomes:
        shown.append(outcome)
        if not as_json:
            console.print(_outcome_line(outcome))
    if as_json:
        rows = [_outcome_row(outcome) for outcome in shown]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    if any(outcome.verdict == "fails" for outcome in shown):
        sys.exit(1)


def _outcome_line(outcome: Outcome) -> str:
    """Return the one line on a provider, with markup: its name, whether it answers, what to do."""
    name = escape(outcome.state.provider.name.ljust(_NAME_COLUMN))
    verdict = f"[{_COLOURS[outcome.verdict]}]{outcome.verdict:<9}[/]"
    facts = outcome.message
    if outcome.verdict == "answers":
        facts += f" in {outcome.seconds:.2f} s"
    return f"{name} {verdict} {escape(' '.join(filter(None, [facts, outcome.change])))}"


def _outcome_row(outcome: Outcome) -> dict[str, object]:
    return {
        "name": outcome.state.provider.name,
        "verdict": outcome.verdict,
        "offers": len(outcome.offers),
        "seconds": round(outcome.seconds, 3),
        "message": outcome.message,
        "change": outcome.change,
    }
