"""The catalogue in the API's form."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from server.catalog.browsing import Choices
from server.catalog.jobs import Job
from server.catalog.preparing import Preparing
from server.catalog.shop_lists import ShopList
from server.catalog.store import ShopSummary, StoredProduct, canonical_source
from server.goods.gender import Gender
from server.goods.money import Money


class ProgressOut(BaseModel):
    """How far an import is; what is not known is null."""

    state: Literal["waiting", "running", "done", "failed"]
    items: int
    total: int | None
    part: float
    seconds_left: float | None
    code: str | None = Field(description="Why it failed.")
    text: str | None = Field(description="The same in English.")

    @classmethod
    def of(cls, job: Job) -> "ProgressOut":
        """Return the progress of an import."""
        progress = job.progress
        return cls.model_validate(
            {
                "state": job.state,
                "items": progress.items,
                "total": progress.total,
                "part": progress.part,
                "seconds_left": progress.seconds_left,
                "code": job.error.code if job.error else None,
                "text": f"{job.error} {job.error.hint}".strip() if job.error else None,
            }
        )


class NoteOut(BaseModel):
    """What went wrong when a shop was read last: a code, and the text in English."""

    code: str
    text: str


class ShopOut(BaseModel):
    """A shop of the catalogue."""

    id: int
    name: str
    source: str
    form: str
    partner: bool
    products: int
    searchable: int
    gone: int
    every_hours: int
    checked_at: datetime
    unfinished: bool
    note: NoteOut | None
    progress: ProgressOut | None

    @classmethod
    def of(cls, shop: ShopSummary, job: Job | None, hidden: int = 0) -> "ShopOut":
        """Return a shop and the import that it waits for, if any.

        Args:
            shop: The shop.
            job: The import.
            hidden: How many products no picture finds until they have their new vector.
        """
        note = shop.note or {}
        said = NoteOut(code=str(note["code"]), text=str(note.get("text", ""))) if note else None
        return cls(
            id=shop.id,
            name=shop.name,
            source=shop.source,
            form=shop.form,
            partner=shop.partner,
            products=shop.products,
            searchable=max(0, shop.searchable - hidden),
            gone=shop.gone,
            every_hours=shop.every_hours,
            checked_at=shop.checked_at or shop.imported_at,
            unfinished=shop.unfinished,
            note=said,
            progress=ProgressOut.of(job) if job else None,
        )


class AddingOut(BaseModel):
    """A shop that is being added, and is not in the catalogue yet."""

    source: str
    progress: ProgressOut


class PreparingOut(BaseModel):
    """How far making the products' vectors anew is, after a change of weights."""

    left: int = Field(description="Products that wait for their new vector.")
    hidden: int = Field(description="Those of them that no picture finds until then.")
    total: int = Field(description="Products that have a vector, old or new.")
    going: bool = Field(description="False where the pictures of what is left cannot be had now.")
    seconds_left: float | None = Field(description="Null where that is not known.")

    @classmethod
    def of(cls, preparing: Preparing | None) -> "PreparingOut | None":
        """Return how far it is; None if nothing waits."""
        if preparing is None:
            return None
        waiting = preparing.waiting
        return cls(
            left=waiting.left,
            hidden=waiting.hidden,
            total=waiting.total,
            going=preparing.is_going,
            seconds_left=preparing.seconds_left,
        )


class CatalogPreparingOut(BaseModel):
    """Null if every product has its vector."""

    preparing: PreparingOut | None


class ShopsOut(BaseModel):
    """Every shop, those that are being added, and how far their pictures are prepared."""

    shops: list[ShopOut]
    adding: list[AddingOut]
    preparing: PreparingOut | None


class CatalogPriceOut(BaseModel):
    """An amount in major units, as a decimal text."""

    amount: str
    currency: str

    @classmethod
    def of(cls, money: Money | None) -> "CatalogPriceOut | None":
        """Return an amount."""
        return cls(amount=money.amount, currency=money.currency) if money else None


class CatalogProductOut(BaseModel):
    """A product of the catalogue."""

    id: int
    title: str
    link: str
    shop: str
    brand: str | None
    price: CatalogPriceOut | None
    list_price: CatalogPriceOut | None
    availability: str | None
    colour: str | None
    size: str | None
    kind: str | None
    left_out: str | None = Field(description="Why no picture finds it.")
    picture: str | None = Field(description="A path of this server.")

    @classmethod
    def of(cls, product: StoredProduct, picture: str | None) -> "CatalogProductOut":
        """Return a product with the path of its small picture."""
        return cls(
            id=product.id,
            title=product.title,
            link=product.link,
            shop=product.shop,
            brand=product.brand,
            price=CatalogPriceOut.of(product.price),
            list_price=CatalogPriceOut.of(product.list_price),
            availability=product.availability,
            colour=product.colour,
            size=product.size,
            kind=product.kind,
            left_out=product.left_out,
            picture=picture,
        )


class CatalogProductsOut(BaseModel):
    """Some products, and how many there are in all."""

    total: int
    products: list[CatalogProductOut]


class CatalogStatsOut(BaseModel):
    """How many products there are, and why some are not found by a picture."""

    products: int
    searchable: int
    gone: int
    left_out: dict[str, int]


class CatalogChoicesOut(BaseModel):
    """What products can be chosen by: what most of them have, the most frequent first."""

    brands: list[str]
    sizes: list[str]
    genders: list[Gender | None] = Field(description="Null where some products do not say.")

    @classmethod
    def of(cls, choices: Choices) -> "CatalogChoicesOut":
        """Return the choices."""
        return cls(brands=choices.brands, sizes=choices.sizes, genders=choices.genders)


class ListedShopOut(BaseModel):
    """A shop in a list, and whether it is in the catalogue."""

    name: str
    address: str
    country: str
    tastes: list[str]
    added: bool


class ShopListOut(BaseModel):
    """A list of shops whose signature is right."""

    name: str
    key: str = Field(description="Who signed it: the start of the public key's digest.")
    shops: list[ListedShopOut]

    @classmethod
    def of(cls, shop_list: ShopList, there: Collection[str]) -> "ShopListOut":
        """Return a list; ``there`` are the sources of the shops in the catalogue."""
        shops = [
            ListedShopOut(
                name=shop.name,
                address=shop.address,
                country=shop.country,
                tastes=list(shop.tastes),
                added=canonical_source(shop.address) in there,
            )
            for shop in shop_list.content.shops
        ]
        return cls(name=shop_list.content.name, key=shop_list.signer, shops=shops)


class ShopListsOut(BaseModel):
    """The list that comes with the server, and those that were added."""

    lists: list[ShopListOut]
