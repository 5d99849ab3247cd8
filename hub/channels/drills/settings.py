"""Settings of a drill: nothing of the environment and of `run.json` is read, so no real credential is in reach."""

import secrets
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from hub.embedded.net import LOOPBACK
from hub.outgoing.client import OutgoingClient, Reply, RequestFailed
from hub.settings import Settings

PUBLIC_URL = "https://dien-tap.invalid"
"""Base of links in a drill; the domain can never exist (RFC 6761)."""


class DrillSettings(Settings):
    """Settings from arguments alone."""

    model_config = SettingsConfigDict(env_prefix="HUB_DRILL_HAS_NO_ENVIRONMENT_", extra="ignore", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Use the arguments alone: neither the environment nor files."""
        return (init_settings,)


def drill_settings(database_url: str, folder: Path, stand_ins: Mapping[str, Any]) -> DrillSettings:
    """Return the settings of a drill: its own database, folder and keys, and the addresses of its stand-ins."""
    return DrillSettings(
        **{
            "database_url": database_url,
            "data": folder,
            "public_url": PUBLIC_URL,
            "secrets_key": secrets.token_hex(32),
            "outgoing_private_hosts": (LOOPBACK,),
            "channel_retry_first": 1,
            "hue_s_push_quiet_hours": "off",
            **stand_ins,
        }
    )


def generate_signing_secret() -> str:
    """Generate a secret of Standard Webhooks for one drill."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


class StandInClient(OutgoingClient):
    """Client that reaches the stand-ins of a drill and nothing else, whatever a channel asks for."""

    def __init__(self, settings: Settings, addresses: tuple[str, ...]):
        super().__init__(settings)
        self.addresses = tuple(f"{address.rstrip('/')}/" for address in addresses)
        self.refused: list[str] = []
        """Addresses that a channel asked for in vain."""

    async def send(self, method: str, url: str, **options: Any) -> Reply:
        """Send a request to a stand-in. Raises `RequestFailed` for any other address, before a socket is opened."""
        self._check(url)
        return await super().send(method, url, **options)

    async def get(self, url: str, **options: Any) -> Reply:
        """Get from a stand-in. Raises `RequestFailed` for any other address, before a socket is opened."""
        self._check(url)
        return await super().get(url, **options)

    def _check(self, url: str) -> None:
        if not f"{url}/".startswith(self.addresses):
            self.refused.append(url)
            raise RequestFailed("refused_address", "A drill reaches its own stand-ins only.")
