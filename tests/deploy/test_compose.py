"""The compose file passes every setting, limits every service, and lets nothing secret into the image.

There is no Docker where the tests run: the file is read as Docker reads it, and held against the schema of compose.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from hub import npm
from hub.settings import Settings
from tests.support.npm_packages import CACHE

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
HUB = ("api", "worker", "migrate", "registry")
OF_THE_IMAGE = {"HUB_HOST", "HUB_PORT", "HUB_DATA"}
"""Settings that the image has, because its volume and the ports of the file depend on them."""
NO_SETTINGS = {"HUB_POSTGRES_PASSWORD", "HUB_SITE", "HUB_API_ADDRESS"}
REQUIRED = {
    "HUB_POSTGRES_PASSWORD": "mat-khau",
    "HUB_MEILISEARCH_KEY": "khoa-du-muoi-sau-ky-tu",
    "HUB_PUBLIC_URL": "https://chinhsach.hue.gov.vn",
}
SCHEMA = ("dclint@3.1.0", "46b7d35f19dd93a05f8fea530291bf84d881c1791ec167ecf0e6fb94e639d496")
"""A package that contains the schema of the compose specification, and the SHA-256 of that file."""
_VARIABLE = re.compile(r"\$\{(\w+)(:-|:\?)?([^}]*)\}")


def filled_in(text: str, given: Mapping[str, str]) -> str:
    """A text of the file with its variables, as Docker fills them in. Raises `KeyError` for one that is required."""

    def value_of(found: re.Match[str]) -> str:
        name, form, rest = found.groups()
        if form == ":?" and not given.get(name):
            raise KeyError(name)
        return given.get(name) or (rest if form == ":-" else "")

    return _VARIABLE.sub(value_of, text)


def environment(service: str, given: Mapping[str, str]) -> dict[str, str]:
    return {name: filled_in(str(value), given) for name, value in SERVICES[service]["environment"].items()}


def test_every_setting_is_passed_on_under_its_own_name() -> None:
    settings = {f"HUB_{name.upper()}" for name in Settings.model_fields} - OF_THE_IMAGE

    for service in HUB:
        passed = SERVICES[service]["environment"]
        assert settings - passed.keys() == set(), "pass it on in docker-compose.yml"
        assert {name for name in passed if name.startswith("HUB_")} - settings == set()
        assert [name for name in settings - {"HUB_DATABASE_URL"} if f"${{{name}:" not in passed[name]] == []
    variables = {found[1] for found in _VARIABLE.finditer((ROOT / "docker-compose.yml").read_text("utf-8"))}
    assert variables - NO_SETTINGS <= settings
    for name in OF_THE_IMAGE:
        assert f"{name}=" in (ROOT / "Dockerfile").read_text("utf-8")


@pytest.mark.parametrize("missing", REQUIRED)
def test_without_a_password_a_key_or_a_public_address_nothing_starts(missing: str) -> None:
    with pytest.raises(KeyError, match=missing):
        environment("api", {name: value for name, value in REQUIRED.items() if name != missing})


def test_what_is_not_set_has_its_default_and_what_is_set_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment("api", REQUIRED | {"HUB_COMMENT_WORK_MAX": "9"}).items():
        monkeypatch.setenv(name, value)

    found = Settings()

    own = {"database_url", "meilisearch_url", "meilisearch_key", "public_url", "trusted_proxies", "log_json"}
    assert found.model_fields_set == {*own, "comment_work_max"}
    assert found.comment_work_max == 9
    assert found.public_url == REQUIRED["HUB_PUBLIC_URL"]
    assert found.require_database_url() == "postgresql://hub:mat-khau@postgres:5432/hub"


def test_the_hub_is_reached_from_this_machine_alone_and_trusts_only_the_network_of_the_proxy() -> None:
    [port] = SERVICES["api"]["ports"]
    [network] = COMPOSE["networks"]["default"]["ipam"]["config"]

    assert filled_in(port, {}) == "127.0.0.1:8000:8000"
    assert environment("api", REQUIRED)["HUB_TRUSTED_PROXIES"] == network["subnet"]
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"api", "proxy"}


def test_caddy_is_a_profile_and_what_everybody_needs_is_in_none() -> None:
    assert {name: service.get("profiles") for name, service in SERVICES.items()} == {
        "proxy": ["caddy"],
        "registry": ["setup"],
        **dict.fromkeys(("migrate", "api", "worker", "postgres", "meilisearch")),
    }
    assert "./deploy/Caddyfile:/etc/caddy/Caddyfile:ro" in SERVICES["proxy"]["volumes"]


def test_every_service_has_a_limit_of_memory_and_a_log_that_ends() -> None:
    for name, service in SERVICES.items():
        assert re.fullmatch(r"\d+[mg]", service["mem_limit"]), name
        assert service["logging"]["driver"] == "json-file", name
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}, name
        assert "no-new-privileges:true" in service["security_opt"], name


def test_the_hub_is_confined_and_does_not_wait_for_the_search_engine() -> None:
    for name in HUB:
        service = SERVICES[name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["ulimits"]["nofile"] == 65_536
        assert "meilisearch" not in service["depends_on"]
    for name in ("api", "worker", "postgres", "meilisearch"):
        assert "healthcheck" in SERVICES[name]


@pytest.mark.server
def test_the_file_is_valid_by_the_schema_of_compose() -> None:
    package, digest = SCHEMA
    target = CACHE / f"compose-{digest[:12]}.json"
    npm.fetch_files(package, {"schemas/compose.schema.json": (target, digest)})
    schema = json.loads(target.read_bytes())

    jsonschema.validate(COMPOSE, schema, cls=jsonschema.Draft7Validator)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"services": {"api": {"mem_limits": "1g"}}}, schema, cls=jsonschema.Draft7Validator)


def test_secrets_stay_out_of_the_image() -> None:
    left_out = (ROOT / ".dockerignore").read_text("utf-8").splitlines()

    for name in (".env", ".env.*", "*.pem", "**/secrets.key", ".git", "hub-data"):
        assert name in left_out


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_PUBLIC_URL", "")
    monkeypatch.setenv("HUB_OIDC_ISSUER", "")
    monkeypatch.setenv("HUB_RATE_KEY", "")

    found = Settings()

    assert (found.public_url, found.oidc_issuer) == (None, None)
    assert found.rate_key == "12000/minute"
