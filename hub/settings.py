"""Every setting of the hub, from the environment (``HUB_…``). docs/settings.md lists them; a test keeps it complete."""

import json
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from hub.errors import SetupProblem

RUN_FILE = "run.json"


Rate = Annotated[str, Field(pattern=r"^(off|[1-9][0-9]{0,6}/(second|minute|hour|day))$")]
"""`600/minute`, or `off`."""


def _split_list(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


HostNames = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_list)]
Folders = Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_split_list)]
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_split_list)]


class Settings(BaseSettings):
    """Settings by name; the variable of `database_url` is ``HUB_DATABASE_URL``."""

    model_config = SettingsConfigDict(env_prefix="HUB_", extra="ignore", frozen=True)

    data: Path = Field(
        Path("hub-data"),
        description="Folder of `hub up`: embedded servers, files, and the address of the running hub.",
    )
    database_url: SecretStr | None = Field(
        None, description="`postgresql://user:password@host:port/name`. Always wins over the embedded server."
    )
    database_pool_size: int = Field(
        10, ge=1, le=200, description="Connections one process keeps for reading, and as many for writing."
    )
    meilisearch_url: str | None = Field(
        None, description="Address of a Meilisearch 1.x server; none: the Postgres engine answers."
    )
    meilisearch_key: SecretStr | None = Field(None, description="Key with rights on the hub's indexes.")
    meilisearch_index: str = Field("hub", pattern=r"^[a-z0-9_-]{1,40}$", description="Prefix of the hub's index names.")
    search_timeout: float = Field(
        1.5, gt=0, le=30, description="Seconds to wait for Meilisearch before Postgres answers instead."
    )
    host: str = Field("127.0.0.1", description="Address the API listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the API listens on.")
    public_url: str | None = Field(None, description="The address users see (behind a proxy), without a final slash.")
    languages: tuple[str, ...] = Field(
        ("vi", "en"), description="Languages a document may be published in; the first is the default."
    )
    max_body_bytes: int = Field(2_000_000, ge=1_000, description="Largest request body the API reads.")
    include_text_bytes: int = Field(
        4_000_000, ge=10_000, description="Largest list answer with `include=text`; the page ends before it."
    )
    oidc_issuer: str | None = Field(None, description="Issuer of staff tokens (OpenID Connect); none: keys only.")
    oidc_audience: str | None = Field(None, description="Audience that staff tokens must name.")
    oidc_jwks_url: str | None = Field(None, description="Where the issuer publishes its keys (JWKS).")
    oidc_agency_claim: str = Field("agency", description="Claim with the code of the staff member's agency.")
    oidc_scopes_claim: str = Field("hub_scopes", description="Claim with the scopes, as a list or separated by spaces.")
    files_url: str | None = Field(
        None, description="Where files are kept: `file:///folder` or `s3://bucket/prefix`; none: `files` in `HUB_DATA`."
    )
    files_s3_endpoint: str | None = Field(None, description="Address of an S3-compatible server that is not AWS.")
    files_s3_region: str | None = Field(None, description="Region of the bucket.")
    files_s3_key_id: str | None = Field(
        None, description="Access key of the bucket; none: what the AWS variables or the machine's role give."
    )
    files_s3_secret: SecretStr | None = Field(None, description="Secret of the access key.")
    max_file_bytes: int = Field(50_000_000, ge=1_000, description="Largest file that may be uploaded.")
    max_document_files: int = Field(200, ge=1, description="How many files one document may have.")
    max_document_file_bytes: int = Field(
        1_000_000_000, ge=1_000, description="How many bytes the files of one document may have together."
    )
    clamd_url: str | None = Field(
        None, description="ClamAV's daemon, `tcp://host:3310`; none: files are taken in unscanned."
    )
    rate_anonymous: Rate = Field(
        "6000/minute",
        description="Requests one address may send without a key, per `second`, `minute`, `hour` or `day`.",
    )
    rate_key: Rate = Field("12000/minute", description="Requests one key or staff member may send.")
    rate_failures: Rate = Field("60/minute", description="Keys and tokens one address may present that are refused.")
    signing_key: Path | None = Field(
        None, description="PEM file with the Ed25519 key that signs the log's head; none: one is made in `HUB_DATA`."
    )
    max_streams: int = Field(
        5_000, ge=1, description="Streams, subscriptions and waiting requests one process keeps open."
    )
    max_streams_per_address: int = Field(100, ge=1, description="How many of them one address may have.")
    trusted_proxies: Networks = Field(
        (),
        description="Addresses and networks of reverse proxies whose `X-Forwarded-For` is believed, by commas.",
    )
    secrets_key: SecretStr | None = Field(
        None,
        description="Encrypts the secrets of webhooks and WebSub: 32 random letters or more; several by commas: the "
        "first encrypts, all decrypt. None: a key of the hub's own in `HUB_DATA/secrets.key`.",
    )
    outgoing_private_hosts: HostNames = Field(
        (),
        description="Hosts, by commas, that webhooks, WebSub and sources may reach although they are not public, "
        "also by plain HTTP; for development.",
    )
    source_folders: Folders = Field(
        (),
        description="Folders, by commas, below which sources may read files of this machine; none: `sources` in "
        "`HUB_DATA`.",
    )
    source_contact: str | None = Field(
        None, description="Where owners of websites can write to; stands in the User-Agent. None: `HUB_PUBLIC_URL`."
    )
    source_timeout: float = Field(60, gt=0, le=600, description="Seconds that fetching one page or file may take.")
    source_host_pause: float = Field(
        1, ge=0, le=60, description="Seconds between two requests to one host, over all processes together."
    )
    source_max_bytes: int = Field(
        50_000_000, ge=10_000, description="Largest page or file that sources fetch and read, also unpacked."
    )
    source_read_seconds: float = Field(60, gt=0, le=600, description="Seconds that reading one file may take.")
    source_read_megabytes: int = Field(
        1_500, ge=300, le=16_000, description="Memory that the process which reads strangers' files may take."
    )
    source_dead_after: int = Field(
        5, ge=1, le=100, description="Failed runs in a row after which a source is reported as dead."
    )
    ingest_body_bytes: int = Field(20_000_000, ge=100_000, description="Largest request body of `POST /api/v1/ingest`.")
    webhook_timeout: float = Field(20, gt=0, le=30, description="Seconds a receiver of webhooks or WebSub may take.")
    webhook_retry_first: float = Field(
        5,
        ge=0.01,
        le=3_600,
        description="Seconds before the first repetition of webhooks and WebSub; each later one is thrice as long.",
    )
    webhook_retry_days: float = Field(
        3, gt=0, le=30, description="Days for which a message is tried before its endpoint is disabled."
    )
    webhook_keep_days: int = Field(
        30, ge=1, le=3_650, description="Days for which delivered messages and their receipts can be read."
    )
    websub_per_host: int = Field(
        200, ge=1, le=100_000, description="How many WebSub subscriptions the callbacks of one host may have."
    )
    webhook_endpoints: int = Field(50, ge=1, le=10_000, description="How many webhook endpoints one agency may have.")
    graphql_max_cost: int = Field(
        30_000, ge=1_000, description="Points one GraphQL query may cost; see docs/graphql.md."
    )
    graphql_timeout: float = Field(10, gt=0, le=300, description="Seconds one GraphQL query may take.")
    graphql_queries: Literal["open", "registered"] = Field(
        "open",
        description="`open`: everybody may send any query; `registered`: without a key only those that "
        "`hub queries add` brought.",
    )
    graphql_persisted_queries: int = Field(
        2_000, ge=0, le=1_000_000, description="How many queries that clients brought along by their hash are kept."
    )
    graphql_persisted_days: int = Field(
        30, ge=1, le=3_650, description="Days for which one of them is kept that nobody asks for."
    )
    press_keep_days: int = Field(
        400, ge=30, le=3_650, description="Days for which headlines of the press watch, and its bursts, are kept."
    )
    log_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least severe message that is logged."
    )
    log_json: bool = Field(False, description="Log lines as JSON objects.")

    def require_database_url(self) -> str:
        """The database's address, or a `SetupProblem` that says where one comes from."""
        if self.database_url is None:
            raise SetupProblem(
                f"No running hub in {self.data}: start one with `hub up`, or set HUB_DATABASE_URL "
                "(or HUB_DATA to the data folder of the running hub)."
            )
        return self.database_url.get_secret_value()


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment, completed by what a running `hub up` left in ``HUB_DATA``."""
    try:
        given = Settings(**overrides)
        running = given.data / RUN_FILE
        if running.is_file():
            found = json.loads(running.read_text("utf-8"))
            return Settings(**{**found, **given.model_dump(exclude_unset=True)})
    except ValidationError as problem:
        lines = "; ".join(f"HUB_{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in problem.errors())
        raise SetupProblem(f"A setting is not valid: {lines}") from problem
    except json.JSONDecodeError as problem:
        raise SetupProblem(f"{running} is damaged; stop the hub and start it again with `hub up`.") from problem
    return given
