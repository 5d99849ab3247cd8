"""Settings in environment variables: the types of what is written there, and the source that reads what is given."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_settings import EnvSettingsSource, NoDecode

Rate = Annotated[str, Field(pattern=r"^(off|[1-9][0-9]{0,6}/(second|minute|hour|day))$")]
"""`600/minute`, or `off`."""


def _split_list(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _split_languages(value: object) -> object:
    """Split a list with commas, or one as JSON, which was the only form once."""
    return _split_list(value.strip("[]").replace('"', "") if isinstance(value, str) else value)


HostNames = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_list)]
Languages = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_languages), Field(min_length=1)]
Folders = Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_split_list)]
Contacts = Annotated[
    tuple[Annotated[str, Field(pattern=r"^(mailto:[^\s@,]+@[^\s@,]+|https://[^\s,]+|tel:\+?[0-9-]+)$")], ...],
    NoDecode,
    BeforeValidator(_split_list),
]
"""Addresses as URIs: `mailto:an-toan@hue.gov.vn`."""
AppleApps = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[A-Z0-9]{10}\.[A-Za-z0-9.-]{1,155}$")], ...],
    NoDecode,
    BeforeValidator(_split_list),
]
"""Apps of Apple's systems by team and bundle: `A1B2C3D4E5.vn.gov.hue.hues`."""
AndroidApps = Annotated[
    tuple[
        Annotated[str, Field(pattern=r"^[A-Za-z]\w*(\.[A-Za-z]\w*)+=[0-9A-F]{2}(:[0-9A-F]{2}){31}$")],
        ...,
    ],
    NoDecode,
    BeforeValidator(_split_list),
]
"""Android apps by package and SHA-256 fingerprint of a signing certificate: `vn.gov.hue.hues=14:6D:…`."""
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_split_list)]


class GivenVariables(EnvSettingsSource):
    """The settings that the environment names. Pydantic's own source analyses the type of every other one as well."""

    def __call__(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        prefix = self.env_prefix.lower()
        for variable in self.env_vars:
            name = variable.removeprefix(prefix)
            field = self.settings_cls.model_fields.get(name)
            if field is None or variable == name:
                continue
            value, _, is_complex = self.get_field_value(field, name)
            found[name] = self.prepare_field_value(name, field, value, is_complex)
        return found
