"""`where-to-buy providers`: who is asked for offers, and whether one answers."""

import json
import sys
import time

import click
import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from model.categories import category_by_name
from model.colours import Colour
from model.picture import encode_jpeg
from server.config import read_settings
from server.goods.languages import FALLBACK
from server.goods.safe_text import public_address
from server.offers.errors import ProviderError
from server.offers.offer import ComparedOffer, GarmentQuery, Offer, SearchContext
from server.offers.provider import Provider, ProviderState
from server.offers.providers.catalog import CatalogProvider
from server.offers.vendors.quota import Quotas, Usage, requests_of
from server.offers.wiring import provider_states
from server.parts import Parts

# Of the garment that is drawn for a test call.
_NAVY = (Colour("navy", "#1f2a44", 1.0),)


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON, with nothing left out.")
@click.pass_context
def providers(ctx: click.Context, *, as_json: bool) -> None:
    """Show who is asked for offers, what leaves the machine then, and what it costs.

    Keys are never shown, only whether they are there.
    """
    if ctx.invoked_subcommand is not None:
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
@click.option(
    "--picture-url",
    metavar="ADDRESS",
    help="A public picture of clothes, for providers that are shown its address.",
)
@click.option("--words", default="navy short sleeve top", show_default=True)
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
    context = SearchContext(
        settings.country, settings.language, settings.currency, settings.search_seconds
    )
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
    picture = _drawn_shirt()
    vector = np.zeros(1, np.float32)
    if "vector" in provider.needs:
        vector = parts.embedder.embed([picture])[0]
    return GarmentQuery(
        look_id="0" * 32,
        number=1,
        category=category_by_name("short sleeve top"),
        search_text={FALLBACK: words},
        jpeg=encode_jpeg(picture),
        vector=vector,
        picture_url=public_address(picture_url),
        colours=_NAVY,
    )


def _drawn_shirt() -> NDArray[np.uint8]:
    """Draw a navy T-shirt on white, ``480 x 480 x 3`` RGB, rather than send anybody's photo."""
    picture = np.full((480, 480, 3), 255, np.uint8)
    outline = [
        (160, 70), (200, 90), (280, 90), (320, 70), (430, 150), (380, 220), (340, 190),
        (340, 430), (140, 430), (140, 190), (100, 220), (50, 150),
    ]  # fmt: skip
    cv2.fillPoly(picture, [np.array(outline, np.int32)], (31, 42, 68))
    return picture
