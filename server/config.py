"""Settings: defaults, then `where-to-buy.toml`, then the environment (prefix ``WTB_``)."""

from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Self

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from model.weight_files.shelf import Shelf
from server.errors import SettingsError
from server.offers.vendors.settings import DomainList, QuotaMap

EXTENSION_ID = "gpdlkdmodnlokhfmmmaihkbiahihokdn"
"""Fixed by the key in the Chrome manifest (manifest-builder writes it)."""

NameList = Annotated[tuple[str, ...], NoDecode]
"""A tuple that the environment gives as comma-separated text."""

Push = Annotated[float, Field(ge=0, le=0.05, allow_inf_nan=False)]
MOST_MOVED = 0.1
"""Of similarity, by everything else together."""


class Settings(BaseSettings):
    """Everything that an operator may choose."""

    model_config = SettingsConfigDict(
        env_prefix="WTB_",
        toml_file="where-to-buy.toml",
        extra="ignore",
        frozen=True,
        str_strip_whitespace=True,  # a key is often pasted with the end of its line
    )

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    access_token: SecretStr | None = None
    """Asked of every caller; the server refuses to listen beyond loopback without one."""
    extension_origins: NameList = (f"chrome-extension://{EXTENSION_ID}",)
    allowed_hosts: NameList = ()
    """Further Host headers that are answered, such as a name on the home network."""

    state_dir: Path = Field(default_factory=lambda: user_data_path("where-to-buy"))
    database_url: str | None = None
    """SQLAlchemy address; a SQLite file in ``state_dir`` where unset."""
    looks_kept: int = Field(500, ge=1, le=100_000)

    weights_dir: Path | None = None
    """Folder with weights.json; where unset, what `where-to-buy weights use` chose."""
    min_score: float | None = Field(None, ge=0.05, le=0.99)
    """Detections below are left out; the weights' own threshold where unset."""
    model_threads: int = Field(2, ge=1, le=64)
    queue_size: int = Field(8, ge=1, le=1000)
    """Pictures that may wait for the model; one more is answered 503."""
    server_threads: int = Field(16, ge=2, le=256)

    fetch_allow: NameList = ()
    """``host:port`` (or ``host`` for 80 and 443) that may be downloaded from though private."""

    ucp_enabled: bool = True
    """Shopify Global Catalog: sends the crop and its words to catalog.shopify.com."""
    ucp_endpoint: str = "https://catalog.shopify.com/api/ucp/mcp"
    ucp_profile: str = (
        "https://shopify.dev/ucp/agent-profiles/2026-04-08/valid-with-capabilities.json"
    )
    searxng_url: str | None = Field(None, pattern=r"^https?://[^/\s@?#]+(/[^\s?#]*)?$")
    """A SearXNG instance's start page; it may be on one's own network."""
    ucp_shops: DomainList = Field((), max_length=20)
    """Domains of single Shopify shops to search, by words: ``shop.example,other.example``."""
    channel3_ucp: bool = False
    """Channel3's catalogue of many shops, without a key: sends words to ucp.trychannel3.com."""
    # Keys of vendors; each switches its provider on. They are never shown or logged.
    google_vision_key: SecretStr | None = None
    google_cse_key: SecretStr | None = None
    google_cse_id: str | None = None
    """The "cx" of a Programmable Search Engine."""
    serper_key: SecretStr | None = None
    serpapi_key: SecretStr | None = None
    searchapi_key: SecretStr | None = None
    ebay_id: SecretStr | None = None
    ebay_secret: SecretStr | None = None
    lykdat_key: SecretStr | None = None
    channel3_key: SecretStr | None = None
    rakuten_app: SecretStr | None = None
    rakuten_key: SecretStr | None = None
    rakuten_site: str | None = Field(None, pattern=r"^https?://[^/\s]+(/\S*)?$")
    """The web site that is registered with the Rakuten application."""
    per_day: QuotaMap = Field(default_factory=dict)
    """Requests that a vendor is sent a day at most: ``ebay=500,serper=80``."""

    search_seconds: float = Field(6.0, gt=0, le=60)
    """The whole search of one garment; late providers are cut off."""
    offers_shown: int = Field(24, ge=1, le=100)

    # How much an offer is moved beside its similarity of 0 to 1: see docs/ranking.md. In
    # all at most 0.1, so that no offer rises above one that is clearly more similar.
    rank_in_stock: Push = 0.02
    rank_price: Push = 0.01
    rank_partner: Push = 0.02
    rank_ships: Push = 0.01
    rank_opened: Push = 0.01
    rank_history: bool = False
    """Whether shops whose offers were opened before are moved, by ``rank_opened``."""

    country: str = Field("US", pattern="^[A-Z]{2}$")
    language: str = Field("en", pattern="^[a-z]{2}$")
    currency: str = Field("USD", pattern="^[A-Z]{3}$")
    rates: str | None = None
    """Exchange rates to show prices converted by: ``EUR=1,USD=1.08,KRW=1500``."""
    rates_ecb: str | None = None
    """Or the European Central Bank's daily file: a path, or its address, which is asked daily."""

    @field_validator("extension_origins", "allowed_hosts", "fetch_allow", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @model_validator(mode="after")
    def _no_hidden_boost(self) -> Self:
        pushes = (
            self.rank_in_stock,
            self.rank_price,
            self.rank_partner,
            self.rank_ships,
            self.rank_opened,
        )
        if sum(pushes) > MOST_MOVED + 1e-9:
            raise ValueError(f"What begins with rank_ may be at most {MOST_MOVED} in all")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the file."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def weights_shelf(self) -> Path:
        """The folder of other weights, which need not exist."""
        return self.state_dir / "weights"

    @property
    def weights_in_force(self) -> Path | None:
        """The folder of the weights to load: ``weights_dir``, else those in use on the shelf.

        None for those that ship.

        Raises:
            ShelfError: Those in use are not there.
        """
        return self.weights_dir or Shelf(self.weights_shelf).folder_in_use()

    @property
    def database(self) -> str:
        """The SQLAlchemy address in force."""
        return self.database_url or f"sqlite:///{self.state_dir / 'where-to-buy.sqlite3'}"


def read_settings(**overrides: object) -> Settings:
    """Read the settings; an override that is not None comes before everything else.

    Raises:
        SettingsError: A value cannot be used, or ``where-to-buy.toml`` cannot be read.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        # The values stay out of the message: one may be the access token.
        faults = "; ".join(
            ": ".join(filter(None, (".".join(map(str, entry["loc"])), _message(entry["msg"]))))
            for entry in error.errors()
        )
        raise SettingsError(
            f"The settings cannot be used. {faults}",
            hint="They come from where-to-buy.toml and from variables that begin with WTB_.",
        ) from error
    except (TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError("where-to-buy.toml cannot be read.", hint=str(error)) from error


def _message(said: str) -> str:
    return said.removeprefix("Value error, ")
