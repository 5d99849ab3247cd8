"""Settings of the hub, from environment variables (``HUB_…``). docs/settings.md lists them in the same order."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from hub.errors import SetupProblem
from hub.setting_variables import (
    AndroidApps,
    AppleApps,
    Contacts,
    Folders,
    GivenVariables,
    HostNames,
    Languages,
    Networks,
    Rate,
)

RUN_FILE = "run.json"


MIN_KEY_LENGTH = 32
"""Characters of a key that encrypts secrets."""


class Settings(BaseSettings):
    """Settings by name. The environment variable of `database_url` is ``HUB_DATABASE_URL``."""

    model_config = SettingsConfigDict(env_prefix="HUB_", env_ignore_empty=True, extra="ignore", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Settings come from arguments and variables; no file of variables or secrets is looked for."""
        return init_settings, GivenVariables(settings_cls)

    # Server
    host: str = Field("127.0.0.1", description="Network address that the API listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port that the API listens on.")
    public_url: str | None = Field(
        None,
        description="Public base URL of the hub, without a trailing slash. Set it if the hub runs behind a proxy. "
        "Its path, if it has one, never begins like an address of the hub (`/api`, `/feeds`, `/d` …).",
    )
    developer_contact: str | None = Field(
        None, max_length=200, description="E-mail address or URL of who answers developers, in the OpenAPI document."
    )
    public_hosts: HostNames = Field(
        (),
        description="Comma-separated further host names under which the hub is served. With `HUB_PUBLIC_URL`, requests "
        "for any host but its own and these are refused with 421 `foreign_host`.",
    )
    trusted_proxies: Networks = Field(
        (),
        description="Comma-separated addresses and networks of reverse proxies whose `X-Forwarded-For` header is "
        "trusted.",
    )
    languages: Languages = Field(
        ("vi", "en"), description="Languages that documents can be published in. The first is the default."
    )
    max_body_bytes: int = Field(
        2_000_000, ge=1_000, description="Maximum size of a request body, in bytes. Uploads and ingest have their own."
    )
    anonymous_body_bytes: int = Field(
        65_536, ge=1_000, description="Maximum size of a request body without a valid key or token, in bytes."
    )
    body_budget_bytes: int = Field(
        60_000_000,
        ge=1_000_000,
        description="Request bodies that one process holds in memory at the same time, in bytes; one client gets a "
        "fourth. Further requests wait, and are refused with 503 `overloaded` after ten seconds.",
    )
    answer_budget_bytes: int = Field(
        48_000_000,
        ge=1_000_000,
        description="Large answers that one process holds in memory until clients have read them, in bytes; one client "
        "gets a fourth. Further ones wait, and become 503 `overloaded` after ten seconds.",
    )
    answer_cache_mb: int = Field(
        64,
        ge=0,
        le=100_000,
        description="Memory for public answers that one process keeps ready, in megabytes. Each is sent only after a "
        "look at the database has found that nothing in it has changed. 0 keeps none.",
    )
    include_text_bytes: int = Field(
        4_000_000,
        ge=10_000,
        description="Maximum size of a list response with `include=text`, in bytes. The page ends before the limit.",
    )
    max_connections: int = Field(
        10_000,
        ge=16,
        description="Maximum number of open connections of one process. The longest idle one is closed for a new one. "
        "Lowered to what the limit of open files allows.",
    )
    max_connections_per_address: int = Field(
        500,
        ge=8,
        description="Maximum number of open connections from one client address; trusted proxies have no such limit.",
    )
    metrics_token: SecretStr | None = Field(
        None,
        description="Token that `/metrics` and the details of `/health/ready` require, as `Authorization: Bearer …`. "
        "Without it, they are for clients in private networks only.",
    )
    max_streams: int = Field(
        5_000,
        ge=1,
        description="Maximum number of event streams, subscriptions and long polls that one process keeps open.",
    )
    max_streams_per_address: int = Field(
        100,
        ge=1,
        description="Maximum number of open streams from one client address. Each is a connection, so it never exceeds "
        "`HUB_MAX_CONNECTIONS_PER_ADDRESS`.",
    )

    # Files that others look for
    security_contact: Contacts = Field(
        (),
        description="Comma-separated addresses for reports of security flaws, each `mailto:…`, `https://…` or `tel:…`. "
        "With `HUB_SECURITY_EXPIRES`, they are public at `/.well-known/security.txt`.",
    )
    security_expires: date | None = Field(
        None,
        description="Day on which `security.txt` ends, `2027-06-30`: less than a year ahead. The alarm "
        "`security_txt_ends` counts its last 30 days.",
    )
    apple_apps: AppleApps = Field(
        (),
        description="Comma-separated apps of Apple's systems that open addresses of documents, `team.bundle`, for "
        "`/.well-known/apple-app-site-association`.",
    )
    android_apps: AndroidApps = Field(
        (),
        description="Comma-separated Android apps that open addresses of documents, each "
        "`package=SHA-256 fingerprint of the signing certificate`, for `/.well-known/assetlinks.json`. A package may "
        "occur with several.",
    )

    # Data and database
    data: Path = Field(
        Path("hub-data"),
        description="Data folder of `hub up`: embedded servers, files, and the address of the running hub.",
    )
    database_url: SecretStr | None = Field(
        None,
        description="PostgreSQL connection URL, `postgresql://user:password@host:port/name`. Takes precedence over the "
        "embedded server.",
    )
    database_pool_size: int = Field(
        10,
        ge=1,
        le=200,
        description="Maximum number of connections in each of the pools of a process for lists and for writes; "
        "searches have half as many of their own.",
    )

    # Logging
    log_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Lowest severity that is logged."
    )
    log_json: bool = Field(False, description="Write log lines as JSON objects.")
    access_log: bool = Field(
        False,
        description="Write a line of JSON about each request to standard output: its id, method, route, status, "
        "seconds, bytes and client. It names the route, never the address.",
    )

    # Search
    meilisearch_url: str | None = Field(
        None, description="URL of a Meilisearch 1.x server. Without it, PostgreSQL answers searches."
    )
    meilisearch_key: SecretStr | None = Field(None, description="API key with access to the hub's indexes.")
    meilisearch_index: str = Field("hub", pattern=r"^[a-z0-9_-]{1,40}$", description="Prefix of the hub's index names.")
    search_timeout: float = Field(
        1.5, gt=0, le=30, description="Seconds to wait for Meilisearch before falling back to PostgreSQL."
    )
    question_index: Path | None = Field(
        None,
        description="Folder of the index for questions, which a worker on this host writes and API processes read. "
        "Empty: `question-index` in `HUB_DATA`.",
    )
    question_index_name: str | None = Field(
        None,
        pattern=r"^[a-z0-9-]{1,40}$",
        description="Name of this host, if several hosts answer and do not share that folder: each runs a worker with "
        "a name of its own.",
    )

    # Rate limits
    rate_anonymous: Rate = Field(
        "6000/minute",
        description="Requests that one address can send without a key, per `second`, `minute`, `hour` or `day`. `off` "
        "disables the limit.",
    )
    rate_key: Rate = Field(
        "12000/minute", description="Requests that one key or staff member can send. `off` disables the limit."
    )
    rate_failures: Rate = Field(
        "60/minute",
        description="Invalid keys and tokens that one address can present. `off` disables the limit.",
    )

    # Comments
    comment_work_base: int = Field(
        6,
        ge=0,
        le=20,
        description="Difficulty of the proof of work for a comment while there are few: zero bits to find. Each bit "
        "doubles the work.",
    )
    comment_work_max: int = Field(
        8,
        ge=0,
        le=20,
        description="Difficulty while there are many. 8 takes a phone of 2015 about one second, and three at worst.",
    )
    comment_work_load: int = Field(
        30,
        ge=1,
        le=1_000_000,
        description="Comments per minute, in all consultations, from which on the difficulty rises: by one bit, and by "
        "another one each time they have doubled.",
    )
    comment_quota_network: int = Field(
        20,
        ge=1,
        le=1_000_000,
        description="Comments from one network (IPv4 /24, IPv6 /64) in an hour. Those beyond it wait for a moderator.",
    )
    comment_quota_consultation: int = Field(
        500,
        ge=1,
        le=10_000_000,
        description="Comments on one consultation in an hour. Those beyond it wait for a moderator.",
    )
    comment_quota_all: int = Field(
        2_000,
        ge=1,
        le=100_000_000,
        description="Comments on all consultations in an hour. Those beyond it wait for a moderator.",
    )
    comment_quota_factor: int = Field(
        20, ge=1, le=1_000, description="Factor by which a valid key raises these three quotas for its comments."
    )
    comment_wait_hours: int = Field(
        24,
        ge=1,
        le=8_760,
        description="Hours after which a comment that still waits for a moderator is counted by the alarm "
        "`comments_waiting`.",
    )
    comment_code_tries: int = Field(
        100, ge=1, le=10_000, description="Wrong codes of comments that one network can try in an hour."
    )

    # Staff sign-in (OpenID Connect)
    oidc_issuer: str | None = Field(
        None, description="Issuer of staff tokens (OpenID Connect). Without it, only API keys are accepted."
    )
    oidc_audience: str | None = Field(None, description="Required audience of staff tokens.")
    oidc_jwks_url: str | None = Field(None, description="URL of the issuer's public keys (JWKS).")
    oidc_agency_claim: str = Field("agency", description="Token claim with the code of the staff member's agency.")
    oidc_scopes_claim: str = Field(
        "hub_scopes", description="Token claim with the scopes, as a list or as a space-separated string."
    )

    # Keys of the hub
    signing_key: Path | None = Field(
        None,
        description="PEM file with the Ed25519 key that signs the head of the publication log. Without it, a key is "
        "generated in `HUB_DATA`. Processes on several machines need the same key.",
    )
    secrets_key: SecretStr | None = Field(
        None,
        description="Keys that encrypt the secrets of webhooks and WebSub, comma-separated, each of at least 32 random "
        "characters. The first encrypts, all of them decrypt. Without it, a key is generated in "
        "`HUB_DATA/secrets.key`.",
    )

    # Files
    files_url: str | None = Field(
        None, description="File storage: `file:///folder` or `s3://bucket/prefix`. Without it, `files` in `HUB_DATA`."
    )
    files_s3_endpoint: str | None = Field(None, description="URL of an S3-compatible server other than AWS.")
    files_s3_region: str | None = Field(None, description="Region of the bucket.")
    files_s3_key_id: str | None = Field(
        None,
        description="Access key ID of the bucket. Without it, credentials come from the AWS environment variables or "
        "the role of the machine.",
    )
    files_s3_secret: SecretStr | None = Field(None, description="Secret of the access key.")
    max_file_bytes: int = Field(50_000_000, ge=1_000, description="Maximum size of an uploaded file, in bytes.")
    max_document_files: int = Field(200, ge=1, description="Maximum number of files of one document.")
    max_document_file_bytes: int = Field(
        1_000_000_000, ge=1_000, description="Maximum total size of the files of one document, in bytes."
    )
    files_reserve_bytes: int = Field(
        1_000_000_000,
        ge=0,
        description="Room on the disk of the file storage that is kept for editors, in bytes: while less is free, "
        "comments are taken without files. Without effect for `s3://`.",
    )
    clamd_url: str | None = Field(
        None,
        description="Address of the ClamAV daemon, `tcp://host:3310`. Without it, uploads are not scanned, and "
        "files of comments are not public.",
    )

    # Outgoing requests
    outgoing_private_hosts: HostNames = Field(
        (),
        description="Comma-separated hosts that webhooks, WebSub, sources and channels can reach although they are not "
        "public, also over plain HTTP. For development.",
    )

    # Webhooks and WebSub
    webhook_endpoints: int = Field(
        50, ge=1, le=10_000, description="Maximum number of webhook endpoints of one agency."
    )
    webhook_timeout: float = Field(
        20, gt=0, le=30, description="Seconds that a receiver of webhooks or WebSub can take to respond."
    )
    webhook_retry_first: float = Field(
        5,
        ge=0.01,
        le=3_600,
        description="Seconds before the first retry of a webhook or WebSub delivery. Each later delay is three times "
        "as long, up to 12 hours.",
    )
    webhook_retry_days: float = Field(
        3, gt=0, le=30, description="Days of retries before the endpoint of a failing delivery is disabled."
    )
    webhook_keep_days: int = Field(
        30, ge=1, le=3_650, description="Days for which delivered messages and their receipts are kept."
    )
    websub_per_host: int = Field(
        200, ge=1, le=100_000, description="Maximum number of WebSub subscriptions with callbacks on one domain."
    )

    # Channels: push messages of the Hue-S app
    hue_s_push_url: str | None = Field(
        None,
        description="URL of the gateway that sends push messages of the Hue-S app. Without it, they are held.",
    )
    hue_s_push_secret: SecretStr | None = Field(
        None,
        description="Secret that signs messages to the gateway, `whsec_…` (Standard Webhooks). Two, comma-separated, "
        "during a rotation.",
    )
    hue_s_push_topic: str = Field(
        "hue-s", pattern=r"^[A-Za-z0-9_.~-]{1,60}$", description="First part of the topics; the language follows it."
    )
    hue_s_push_quiet_hours: str = Field(
        "22:00-06:00",
        pattern=r"^(off|([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9])$",
        description="Hours, with the offset +07:00, in which only urgent push messages are sent. The others are sent "
        "at their end, or fail if they expire before it. `off` disables them.",
    )

    # E-mail
    smtp_url: SecretStr | None = Field(
        None,
        description="Mail server: `smtp://user:password@host:port`, with TLS from the start `smtps://…`, or with "
        "STARTTLS required `smtp+starttls://…`. Without it, no mail is sent, and nobody can subscribe.",
    )
    mail_from: str | None = Field(
        None, description="Sender of mails: `Cổng chính sách Huế <tin@hub.example.vn>`. Required for mail."
    )
    mail_return_path: str | None = Field(
        None,
        description="Address that bounces come to. Each mail has one of its own: `bounces@…` becomes "
        "`bounces+token@…`, and the mail server must deliver those to one mailbox. Without it, the sender gets them.",
    )
    mail_contact: str | None = Field(
        None, max_length=200, description="Public contact at the end of each mail. Without it, the sender's address."
    )
    mail_per_minute: int = Field(
        300, ge=1, le=60_000, description="Maximum number of mails that the worker sends in a minute."
    )
    mail_quota_network: int = Field(
        20, ge=1, le=1_000_000, description="Requests for subscriptions from one network in an hour."
    )
    mail_quota_domain: int = Field(
        500,
        ge=1,
        le=1_000_000,
        description="Mails that ask for a confirmation, to addresses of one domain, in an hour. Later ones wait.",
    )

    # Sources and ingest
    source_folders: Folders = Field(
        (),
        description="Comma-separated folders below which sources can read files of this machine. Without it, `sources` "
        "in `HUB_DATA`.",
    )
    source_locations: HostNames = Field(
        (),
        description="Comma-separated places that one agency's sources can read with the rights of the hub: "
        "`agency=/folder` or `agency=s3://bucket/prefix`. Without one, sources made by an agency's key read only the "
        "folder with the agency's code in `HUB_SOURCE_FOLDERS`, and no bucket; those made by the operator read all "
        "folders, and every bucket but that of `HUB_FILES_URL`.",
    )
    source_contact: str | None = Field(
        None,
        description="Contact address for website owners, sent in the User-Agent header. Without it, `HUB_PUBLIC_URL`.",
    )
    source_timeout: float = Field(
        60, gt=0, le=600, description="Seconds that the download of one page or file can take."
    )
    source_host_pause: float = Field(
        1, ge=0, le=60, description="Seconds between two requests to the same host, across all processes."
    )
    source_max_bytes: int = Field(
        50_000_000,
        ge=10_000,
        description="Maximum size of a page or file that a source downloads, in bytes, also after decompression, and "
        "of a file for `POST /api/v1/manage/read`.",
    )
    source_read_seconds: float = Field(
        60, gt=0, le=600, description="Seconds that the extraction of text from one file can take."
    )
    source_read_megabytes: int = Field(
        1_500, ge=300, le=16_000, description="Memory limit of the process that reads untrusted files, in megabytes."
    )
    source_dead_after: int = Field(
        5, ge=1, le=100, description="Consecutive failed runs after which a source is reported as dead."
    )
    ingest_body_bytes: int = Field(
        20_000_000, ge=100_000, description="Maximum size of a request body of `POST /api/v1/ingest`, in bytes."
    )

    # Retention
    run_keep_days: int = Field(
        180, ge=7, le=36_500, description="Days for which finished runs of sources and imports are kept."
    )
    audit_keep_days: int = Field(
        3_650, ge=365, le=36_500, description="Days for which entries of the audit trail are kept."
    )

    # Channels
    channel_call_seconds: float = Field(
        30, gt=0, le=300, description="Seconds after which an outside call of a channel counts as unanswered."
    )
    channel_retry_first: float = Field(
        10,
        ge=0.01,
        le=3_600,
        description="Seconds before a channel's call that had no effect is made again, and before a channel is asked "
        "what became of a call. Each later delay is three times as long, up to 12 hours.",
    )
    channel_retry_hours: float = Field(
        24, gt=0, le=720, description="Hours of repetitions after which an item of a channel fails."
    )
    channel_keep_days: int = Field(
        400, ge=30, le=3_650, description="Days for which settled items of channels and their calls are kept."
    )
    overdue_hours: float = Field(
        24,
        ge=0,
        le=8_760,
        description="Hours after its time until which a scheduled edition is published although sending is held, as "
        "after a restore. One that is overdue by more waits for `hub sending release`.",
    )

    # GraphQL
    graphql_max_cost: int = Field(
        30_000, ge=1_000, description="Maximum cost of a GraphQL query, in points. See docs/graphql.md."
    )
    graphql_max_bytes: int = Field(
        5_000_000, ge=100_000, description="Maximum size of the answer to a GraphQL query, in bytes."
    )
    graphql_timeout: float = Field(10, gt=0, le=300, description="Seconds that a GraphQL query can take.")
    graphql_queries: Literal["open", "registered"] = Field(
        "open",
        description="`open` accepts any query from everybody. `registered` accepts, without a key, only queries "
        "registered with `hub queries add`.",
    )
    graphql_persisted_queries: int = Field(
        2_000,
        ge=0,
        le=1_000_000,
        description="Maximum number of automatic persisted queries, which clients register by their hash.",
    )
    graphql_persisted_days: int = Field(
        30, ge=1, le=3_650, description="Days after its last use for which an automatic persisted query is kept."
    )

    # Press watch
    press_keep_days: int = Field(
        400, ge=30, le=3_650, description="Days for which headlines of the press watch and their bursts are kept."
    )

    # Official table
    table_place: str = Field(
        "Huế", min_length=1, max_length=100, description="Place before the date in official tables of opinions."
    )
    table_form: str | None = Field(
        None, max_length=100, description="Number of the form at the top of official tables, such as `Mẫu số 10`."
    )

    # Zalo
    zalo_app_id: str | None = Field(
        None,
        pattern=r"^[0-9]{1,24}$",
        description="ID of the app at Zalo for developers. Without it, the channels `zalo` and `zalo_broadcast` are "
        "not connected.",
    )
    zalo_app_secret: SecretStr | None = Field(
        None, description="Secret key of the app, with which tokens are refreshed."
    )
    zalo_oa_id: str | None = Field(
        None, pattern=r"^[0-9]{1,24}$", description="ID of the Official Account that articles appear in."
    )
    zalo_oa_secret: SecretStr | None = Field(
        None,
        description="Secret key of the Official Account, with which Zalo signs its events. Without it, events are "
        "refused.",
    )
    zalo_redirect_url: str | None = Field(
        None,
        description="Callback URL of the app, as it is registered at Zalo, for `hub zalo authorise`. Without it, "
        "`HUB_PUBLIC_URL`.",
    )
    zalo_api_url: str = Field("https://openapi.zalo.me", description="Base URL of Zalo's API of Official Accounts.")
    zalo_oauth_url: str = Field("https://oauth.zaloapp.com", description="Base URL of Zalo's authorisation server.")
    zalo_timeout: float = Field(10, gt=0, le=60, description="Seconds that Zalo can take to answer.")
    zalo_pace: float = Field(
        1,
        gt=0,
        le=10,
        description="Factor of the pauses between questions to Zalo about the same call. Below 1 for tests and drills.",
    )
    zalo_cover_url: str | None = Field(
        None,
        description="URL of the cover of articles without an image of their own, of at most 1 MB; Zalo requires one.",
    )
    zalo_author: str | None = Field(
        None, max_length=50, description="Author of articles. Without it, the name of the agency."
    )
    zalo_quota_day: int = Field(
        1, ge=0, le=100, description="Broadcasts that a follower can get in a day, as long as Zalo does not say."
    )
    zalo_quota_month: str = Field(
        "basic=1,advanced=4,trial=4,premium=6",
        pattern=r"^[a-z]+=[0-9]{1,3}(,[a-z]+=[0-9]{1,3})*$",
        description="Broadcasts that a follower can get in a month with each package, as long as Zalo does not say. "
        "The first counts for a package that is not named.",
    )
    zalo_quota_account: int = Field(
        40, ge=0, le=1_000, description="Broadcasts of the account in a month, as long as Zalo does not say."
    )
    zalo_hours: str = Field(
        "06-20",
        pattern=r"^([01][0-9]|2[0-3])-([01][0-9]|2[0-4])$",
        description="Hours of Việt Nam between which Zalo delivers broadcasts. Outside of them, broadcasts are held.",
    )
    zalo_events_silent_hours: int = Field(
        72,
        ge=1,
        le=8_760,
        description="Hours without an event after which the alarm `zalo_events_silent` is raised, once events have "
        "come: Zalo disables a webhook that fails.",
    )

    def encryption_keys(self) -> list[str]:
        """The keys of `HUB_SECRETS_KEY`, the first of which encrypts. Raises `SetupProblem` for a short one."""
        given = self.secrets_key.get_secret_value() if self.secrets_key else ""
        keys = [key.strip() for key in given.split(",") if key.strip()]
        if keys and min(map(len, keys)) < MIN_KEY_LENGTH:
            raise SetupProblem(
                f"Each key of HUB_SECRETS_KEY must have at least {MIN_KEY_LENGTH} random characters.",
                expected="the output of `openssl rand -hex 32`",
            )
        return keys

    def require_end_of_contact(self) -> None:
        """Raise `SetupProblem` for contacts of `security.txt` without a day on which it ends (RFC 9116 §2.5.5)."""
        if self.security_contact and self.security_expires is None:
            raise SetupProblem(
                "HUB_SECURITY_CONTACT needs HUB_SECURITY_EXPIRES.", expected="a day less than a year ahead"
            )

    @property
    def question_index_folder(self) -> Path:
        """The folder of the index for questions."""
        return self.question_index or self.data / "question-index"

    def require_database_url(self) -> str:
        """The URL of the database. Raises `SetupProblem`, which explains how to set one, if there is none."""
        if self.database_url is None:
            raise SetupProblem(
                f"No running hub in {self.data}: start one with `hub up`, or set HUB_DATABASE_URL "
                "(or HUB_DATA to the data folder of the running hub)."
            )
        return self.database_url.get_secret_value()


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment, completed by those that a running `hub up` wrote to ``HUB_DATA/run.json``.

    Raises `SetupProblem` if a setting or the file is not valid: at the start, and not when a part is first needed.
    """
    settings = _read_settings(overrides)
    settings.encryption_keys()
    settings.require_end_of_contact()
    return settings


def _read_settings(overrides: Mapping[str, Any]) -> Settings:
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
