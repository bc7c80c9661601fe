"""Settings: defaults, then `where-to-buy.toml`, then the environment (prefix ``WTB_``)."""

from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Literal, Self

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from model.weight_files.shelf import Shelf
from server.errors import SettingsError
from server.settings_types import Boost, DomainList, IndexList, NameList, Proxy, QuotaMap

# The key in the manifest for Chrome fixes it (manifest-builder writes that key).
EXTENSION_ID = "gpdlkdmodnlokhfmmmaihkbiahihokdn"

# Shopify's own agent profile for trying its catalogues out, without an identity of one's own.
SAMPLE_PROFILE = "https://shopify.dev/ucp/agent-profiles/2026-04-08/valid-with-capabilities.json"

# How far all boosts together may move an offer, on the scale of similarity.
MOST_MOVED = 0.1


class Settings(BaseSettings):
    """Everything that an operator may choose."""

    model_config = SettingsConfigDict(
        env_prefix="WTB_",
        toml_file="where-to-buy.toml",
        extra="ignore",
        frozen=True,
        str_strip_whitespace=True,  # a key is often pasted with the end of its line
    )

    # Who may connect.
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    access_token: SecretStr | None = Field(
        None,
        description="Secret that every caller must send; "
        "without one the server refuses to listen beyond loopback.",
    )
    extension_origins: NameList = Field(
        (f"chrome-extension://{EXTENSION_ID}",),
        description="Origins of browser extensions that may call the API (CORS) without being "
        "allowed in the web app.",
    )
    allowed_hosts: NameList = Field(
        (),
        description="Further Host headers to answer, such as a name on the home network.",
    )
    trusted_proxy: Proxy | None = Field(
        None,
        description="Address from which the reverse proxy connects, or * for any; what it says of "
        "a client's address and of https (X-Forwarded-For, X-Forwarded-Proto) is then believed.",
    )
    trusted_hops: int = Field(
        1, ge=1, le=9, description="How many proxies stand behind each other before the server."
    )

    requests_per_minute: int = Field(
        3000,
        ge=60,
        le=1_000_000,
        description="Requests that one address may make in a minute; more are answered with 429.",
    )

    # What is kept.
    state_dir: Path = Field(
        default_factory=lambda: user_data_path("where-to-buy"),
        description="Folder for the database and for imported weights; "
        "unset, the user's data folder of the operating system.",
    )
    database_url: str | None = Field(
        None, description="SQLAlchemy address of the database; unset, a SQLite file in state_dir."
    )
    catalog_index: Literal["embedded", "pgvector"] = Field(
        "embedded",
        description="Where the catalogue's vectors are searched: in the server's memory, or by "
        "pgvector in the PostgreSQL of database_url, which many servers can share.",
    )
    keep_history: bool = Field(
        True,
        description="Whether looks, corrections and opened offers are written to the database; "
        "false keeps them in memory until the server stops, whatever the web app is told.",
    )
    looks_kept: int = Field(
        500, ge=1, le=100_000, description="How many looks are kept; the oldest make room."
    )
    picture_days: int = Field(
        365,
        ge=0,
        le=36_500,
        description="Days for which the history keeps small copies of the pictures of offers "
        "that were opened or put away; 0 keeps them for good. What is saved keeps its own.",
    )

    # The model.
    weights_dir: Path | None = Field(
        None,
        description="Folder with weights.json and its files; "
        "unset, the weights chosen with `where-to-buy weights use`, else those that ship.",
    )
    min_score: float | None = Field(
        None,
        ge=0.05,
        le=0.99,
        description="Garments with a lower score are left out; unset, the weights' own threshold.",
    )
    model_threads: int = Field(
        2, ge=1, le=64, description="Processor threads that one run of a model uses."
    )
    queue_size: int = Field(
        8,
        ge=1,
        le=1000,
        description="Pictures that may wait for the model; one more is answered with 503.",
    )
    server_threads: int = Field(
        16,
        ge=2,
        le=256,
        description="Requests that are served at once; half of them may be downloading a picture. "
        "At least queue_size + 8 threads are started.",
    )

    # Downloads.
    fetch_allow: NameList = Field(
        (),
        description="Private addresses that may be downloaded from: "
        "`host:port`, or `host` for ports 80 and 443.",
    )

    # The log.
    log_format: Literal["text", "json"] = Field(
        "text",
        description="How log lines are written to standard error: for people, or one JSON object "
        "a line.",
    )

    # Providers. A key switches its provider on; keys are never shown or logged.
    ucp_enabled: bool = Field(
        True,
        description="Search Shopify's Global Catalog: "
        "sends the crop and its words to catalog.shopify.com.",
    )
    ucp_endpoint: str = Field(
        "https://catalog.shopify.com/api/ucp/mcp",
        description="Address of the Global Catalog's UCP service.",
    )
    ucp_profile: str = Field(
        SAMPLE_PROFILE,
        pattern=r"^https://[!#-\[\]-~]+$",
        description="Address of the agent profile that is sent with each UCP request; with one of "
        "your own (a copy of what this server serves at /ucp/profile.json) requests are signed.",
    )
    shop_mcp: str = Field(
        "https://mcp.shop.com/",
        description="Address of Shop's search, which is asked by words when the Global Catalog "
        "asks to wait; empty for none.",
    )
    searxng_url: str | None = Field(
        None,
        pattern=r"^https?://[^/\s@?#]+(/[^\s?#]*)?$",
        description="Start page of a SearXNG instance to search with; "
        "it may be on one's own network.",
    )
    ucp_shops: DomainList = Field(
        (),
        max_length=20,
        description="Domains of single shops that speak UCP, of any shop system, to search by "
        "words: `shop.example,other.example`.",
    )
    channel3_ucp: bool = Field(
        False,
        description="Search Channel3's catalogue of many shops without a key: "
        "sends words to ucp.trychannel3.com.",
    )
    fashion_indexes: IndexList = Field(
        (),
        description="Small, unproven indexes of fashion to search by words without a key: "
        "`vistoya,polopan`.",
    )
    google_vision_key: SecretStr | None = Field(
        None, description="API key for Google Cloud Vision's web detection."
    )
    google_cse_key: SecretStr | None = Field(
        None, description="API key for Google's Custom Search; needs google_cse_id too."
    )
    google_cse_id: str | None = Field(
        None, description='The "cx" of a Programmable Search Engine, used with google_cse_key.'
    )
    serper_key: SecretStr | None = Field(None, description="API key for Google Lens by Serper.")
    serpapi_key: SecretStr | None = Field(None, description="API key for Google Lens by SerpApi.")
    searchapi_key: SecretStr | None = Field(
        None, description="API key for Google Lens by SearchApi."
    )
    ebay_id: SecretStr | None = Field(
        None, description='"App ID" of an eBay production keyset; needs ebay_secret too.'
    )
    ebay_secret: SecretStr | None = Field(
        None, description='"Cert ID" of the same eBay keyset as ebay_id.'
    )
    lykdat_key: SecretStr | None = Field(None, description="Publishable key for Lykdat.")
    channel3_key: SecretStr | None = Field(
        None, description="API key for Channel3's search by picture and words."
    )
    rakuten_app: SecretStr | None = Field(
        None,
        description="Application ID for Rakuten Ichiba; needs rakuten_key and rakuten_site too.",
    )
    rakuten_key: SecretStr | None = Field(
        None, description="Access key of the Rakuten application."
    )
    rakuten_site: str | None = Field(
        None,
        pattern=r"^https?://[^/\s]+(/\S*)?$",
        description="The web site that is registered with the Rakuten application.",
    )
    per_day: QuotaMap = Field(
        default_factory=dict,
        description="Most requests that a vendor is sent a day (UTC): `ebay=500,serper=80`.",
    )

    # The search.
    search_seconds: float = Field(
        6.0,
        gt=0,
        le=60,
        description="Seconds that the whole search for one garment may take; "
        "late providers are cut off.",
    )
    offers_shown: int = Field(
        24, ge=1, le=100, description="Most offers that each provider is asked for."
    )

    # How far facts move an offer in addition to its similarity of 0 to 1 (docs/ranking.md). In
    # all at most MOST_MOVED, so that no offer rises above one that is clearly more similar.
    rank_in_stock: Boost = Field(0.02, description="Boost for an offer that is in stock.")
    rank_price: Boost = Field(0.01, description="Boost for an offer whose price is known.")
    rank_partner: Boost = Field(0.02, description="Boost for an offer of a partner shop.")
    rank_ships: Boost = Field(
        0.01, description="Boost for an offer that says what sending it to the user costs."
    )
    rank_opened: Boost = Field(
        0.01,
        description="Boost for a shop whose offers were opened before; only with rank_history.",
    )
    rank_history: bool = Field(
        False,
        description="Whether shops whose offers were opened before get the boost rank_opened.",
    )

    # The user.
    country: str = Field(
        "US",
        pattern="^[A-Z]{2}$",
        description="Country (ISO 3166-1) to search in when a request names none.",
    )
    language: str = Field(
        "en",
        pattern="^[a-z]{2}$",
        description="Language (ISO 639-1) to search in when a request names none.",
    )
    currency: str = Field(
        "USD",
        pattern="^[A-Z]{3}$",
        description="Currency (ISO 4217) to prefer when a request names none.",
    )
    rates: str | None = Field(
        None, description="Exchange rates for converted prices: `EUR=1,USD=1.08,KRW=1500`."
    )
    rates_ecb: str | None = Field(
        None,
        description="The European Central Bank's daily rates, used while rates is unset: "
        "the path of a copy, or the address, which is then asked daily.",
    )

    @model_validator(mode="after")
    def _no_hidden_boost(self) -> Self:
        boosts = (
            self.rank_in_stock,
            self.rank_price,
            self.rank_partner,
            self.rank_ships,
            self.rank_opened,
        )
        if sum(boosts) > MOST_MOVED + 1e-9:
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
        """Rank the sources: arguments first, then the environment, then the file."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def weights_shelf(self) -> Path:
        """Folder of imported weights; it need not exist."""
        return self.state_dir / "weights"

    @property
    def weights_in_force(self) -> Path | None:
        """Folder of the weights to load: ``weights_dir``, else those in use on the shelf.

        None means those that ship.

        Raises:
            ShelfError: The weights in use are missing.
        """
        return self.weights_dir or Shelf(self.weights_shelf).folder_in_use()

    @property
    def database(self) -> str:
        """SQLAlchemy address in force."""
        return self.database_url or f"sqlite:///{self.state_dir / 'where-to-buy.sqlite3'}"


def read_settings(**overrides: object) -> Settings:
    """Read the settings; an override that is not None goes before every other source.

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


def _message(text: str) -> str:
    return text.removeprefix("Value error, ")
