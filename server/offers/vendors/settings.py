"""Settings about vendors that are written as lists."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode

_DOMAIN = re.compile(r"(?=.{4,253}$)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+[a-z][a-z0-9-]*[a-z0-9]")


def _split_quotas(value: object) -> object:
    """Read ``ebay=500,serper=80``; the file may have a table instead."""
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


def _split_domains(value: object) -> object:
    if isinstance(value, str):
        return tuple(filter(None, map(str.strip, value.split(","))))
    return value


def _domain(value: str) -> str:
    domain = value.lower().rstrip(".")
    if not _DOMAIN.fullmatch(domain):
        raise ValueError(f"{value!r} is not a shop's domain, such as shop.example")
    return domain


# Requests a day by provider; the environment gives it as ``ebay=500,serper=80``.
QuotaMap = Annotated[
    dict[str, Annotated[int, Field(ge=1, le=10_000_000)]], NoDecode, BeforeValidator(_split_quotas)
]

# Domains; the environment gives them as comma-separated text.
DomainList = Annotated[
    tuple[Annotated[str, AfterValidator(_domain)], ...], NoDecode, BeforeValidator(_split_domains)
]
