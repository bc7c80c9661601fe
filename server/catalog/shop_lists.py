"""Lists of shops to share: names and addresses, by country and taste, signed by who made them.

A list is JSON that anyone can read. Its signature (Ed25519, RFC 8032) is over the list's canonical
JSON: sorted names, no spaces, UTF-8. The first copy of a list is trusted as it comes; a newer one
must be signed with the same key, as with the keys of hosts in SSH.
"""

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from model.errors import WhereToBuyError
from server.goods.safe_text import clean_text, safe_link

SHIPPED = Path(__file__).with_name("shops.json")
LIST_BYTES = 2**20
_MOST_SHOPS = 5000
_FOLDER = "shop-lists"
TASTES = ("everyday", "basics", "sport", "outdoor", "street", "elegant", "vintage", "sustainable",
          "shoes", "bags", "workwear", "swimwear")  # fmt: skip


class ShopListError(WhereToBuyError):
    """A list of shops cannot be used."""

    code = "bad-shop-list"


class ListedShop(BaseModel):
    """A shop in a list: its name, its address, where it is (ISO 3166), and what it is like."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=100)
    address: str
    country: str = Field(pattern="^[A-Z]{2}$")
    tastes: tuple[str, ...] = Field(max_length=5)

    @field_validator("name")
    @classmethod
    def _plain(cls, name: str) -> str:
        if clean_text(name, 100) != name:
            raise ValueError("a name is plain text")
        return name

    @field_validator("address")
    @classmethod
    def _safe(cls, address: str) -> str:
        if safe_link(address) is None:
            raise ValueError("an address begins with https://")
        return address

    @field_validator("tastes")
    @classmethod
    def _known(cls, tastes: tuple[str, ...]) -> tuple[str, ...]:
        if not set(tastes) <= set(TASTES):
            raise ValueError(f"tastes are {', '.join(TASTES)}")
        return tastes


class ListContent(BaseModel):
    """What is signed; a newer list has a higher number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=100)
    number: int = Field(ge=1)
    shops: tuple[ListedShop, ...] = Field(max_length=_MOST_SHOPS)


@dataclass(frozen=True, slots=True)
class ShopList:
    """A list whose signature is right.

    Attributes:
        content: Its shops.
        key: The public key that it is signed with, in base 64.
    """

    content: ListContent
    key: str

    @property
    def signer(self) -> str:
        """A short name of the key, to compare by eye."""
        digest = hashlib.sha256(self.key.encode()).hexdigest()[:16]
        return " ".join(digest[at : at + 4] for at in range(0, 16, 4))


def read_list(data: bytes) -> ShopList:
    """Read a signed list.

    Raises:
        ShopListError: It is none, or what it says is not what was signed.
    """
    hint = "Ask whoever made it for a new copy."
    try:
        document = json.loads(data)
        listed, key, signature = (document[name] for name in ("list", "key", "signature"))
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(signature, validate=True), _canonical(listed))
        return ShopList(ListContent.model_validate(listed), key)
    except InvalidSignature:
        raise ShopListError(
            "The list of shops was changed after it was signed.", hint=hint
        ) from None
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"]))
        raise ShopListError(
            f"The list of shops has a fault at {where}: {fault['msg']}.", hint=hint
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ShopListError("This is not a signed list of shops.", hint=hint) from error


def sign_list(content: dict[str, Any], key_file: Path) -> str:
    """Return a list as signed JSON.

    Args:
        content: As `ListContent`.
        key_file: The private key (PEM); it is made if there is none, for its owner's eyes only.

    Raises:
        ShopListError: The list has a fault, or the key cannot be read.
    """
    try:
        ListContent.model_validate(content)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"]))
        raise ShopListError(f"The list has a fault at {where}: {fault['msg']}.") from error
    key = _private_key(key_file)
    document = {
        "list": content,
        "key": base64.b64encode(key.public_key().public_bytes_raw()).decode(),
        "signature": base64.b64encode(key.sign(_canonical(content))).decode(),
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


@cache
def shipped_list() -> ShopList:
    """Return the list that comes with this program."""
    return read_list(SHIPPED.read_bytes())


class ShopLists:
    """The list that is shipped, and those that were added.

    Args:
        state_dir: The folder of this server's state.
    """

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir / _FOLDER

    def all(self) -> list[ShopList]:
        """Return the lists, the shipped one first; a file that was damaged is left out."""
        found = [shipped_list()]
        for path in sorted(self._folder.glob("*.json")) if self._folder.is_dir() else ():
            try:
                found.append(read_list(path.read_bytes()))
            except (ShopListError, OSError):
                continue
        return found

    def add(self, data: bytes) -> ShopList:
        """Keep a list, in the place of an older one by the same name.

        Raises:
            ShopListError: It cannot be used; or it has the name of a list that somebody else
                signed, or is older than the one that is kept.
        """
        new = read_list(data)
        for old in self.all():
            if old.content.name != new.content.name:
                continue
            if old.key != new.key:
                raise ShopListError(
                    f"A list “{new.content.name}” is kept already, and somebody else signed it.",
                    hint="Ask its maker whether the key has changed.",
                )
            if old.content.number > new.content.number:
                raise ShopListError(f"A newer list “{new.content.name}” is kept already.")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = hashlib.sha256(new.content.name.encode()).hexdigest()[:32]
        beside = self._folder / f"{name}.new"
        beside.write_bytes(data)
        beside.replace(self._folder / f"{name}.json")
        return new


def _canonical(content: object) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _private_key(path: Path) -> Ed25519PrivateKey:
    try:
        if path.exists():
            key = load_pem_private_key(path.read_bytes(), password=None)
            if not isinstance(key, Ed25519PrivateKey):
                raise ShopListError(f"{path} is not a key for Ed25519.")
            return key
        made = Ed25519PrivateKey.generate()
        pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
    except (OSError, ValueError) as error:
        raise ShopListError(f"The key {path} cannot be read or made.") from error
    return made
