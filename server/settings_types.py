"""Types of settings that are written as lists: names, domains, quotas."""

import re
from ipaddress import ip_address
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode

# In place of a proxy's address: whoever connects.
EVERYBODY: Final = "*"
_DOMAIN = re.compile(r"(?=.{4,253}$)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+[a-z][a-z0-9-]*[a-z0-9]")


def _split(value: object) -> object:
    """Split comma-separated text; the file may hold a list instead."""
    if isinstance(value, str):
        return tuple(filter(None, map(str.strip, value.split(","))))
    return value


def _split_quotas(value: object) -> object:
    """Parse ``ebay=500,serper=80``; the file may hold a table instead."""
    if not isinstance(value, str):
        return value
    quotas: dict[str, str] = {}
    for part in filter(None, map(str.strip, value.split(","))):
        name, sign, number = (text.strip() for text in part.partition("="))
        if not name or not sign:
            raise ValueError("each is a provider and a number, such as ebay=500")
        if name in quotas:
            raise ValueError("a provider is named twice")
        quotas[name] = number
    return quotas


def _domain(value: str) -> str:
    domain = value.lower().rstrip(".")
    if not _DOMAIN.fullmatch(domain):
        raise ValueError(f"{value!r} is not a shop's domain, such as shop.example")
    return domain


def _proxy(value: str) -> str:
    if value == EVERYBODY:
        return value
    try:
        return str(ip_address(value))
    except ValueError:
        raise ValueError("it is an address, such as 127.0.0.1, or *") from None


# Any names; comma-separated in the environment.
NameList = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]

# Shops' domains; comma-separated in the environment.
DomainList = Annotated[
    tuple[Annotated[str, AfterValidator(_domain)], ...], NoDecode, BeforeValidator(_split)
]

# Small indexes of fashion; comma-separated in the environment.
IndexList = Annotated[tuple[Literal["vistoya", "polopan"], ...], NoDecode, BeforeValidator(_split)]

# Requests a day by provider; ``ebay=500,serper=80`` in the environment.
QuotaMap = Annotated[
    dict[str, Annotated[int, Field(ge=1, le=10_000_000)]], NoDecode, BeforeValidator(_split_quotas)
]

# A proxy's address, or `EVERYBODY`.
Proxy = Annotated[str, AfterValidator(_proxy)]

# How much a fact about an offer may move it, on the scale of similarity.
Boost = Annotated[float, Field(ge=0, le=0.05, allow_inf_nan=False)]
