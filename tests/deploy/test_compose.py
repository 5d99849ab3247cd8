"""The files of the deployment: every setting they pass exists, and nothing secret gets into the image."""

import re
from pathlib import Path

from hub.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text("utf-8")
NO_SETTINGS = {"HUB_POSTGRES_PASSWORD", "HUB_SITE"}


def test_compose_passes_settings_that_exist_and_those_that_a_deployment_needs() -> None:
    passed = set(re.findall(r"^    (HUB_\w+):", COMPOSE, re.MULTILINE))
    known = {f"HUB_{name.upper()}" for name in Settings.model_fields}

    assert passed <= known
    for prefix in ("HUB_PUBLIC_", "HUB_TRUSTED_", "HUB_OIDC_", "HUB_FILES_"):
        assert {name for name in known if name.startswith(prefix)} <= passed, prefix
    assert set(re.findall(r"\$\{(HUB_\w+)", COMPOSE)) - NO_SETTINGS <= known


def test_services_are_confined_and_do_not_wait_for_the_search_engine() -> None:
    services = dict(
        re.findall(
            r"^  (\w+):\n((?:    .*\n|\n)+)",
            COMPOSE.partition("\nservices:\n")[2].partition("\nvolumes:\n")[0] + "\n",
            re.MULTILINE,
        )
    )

    assert {"proxy", "api", "worker", "migrate", "postgres", "meilisearch"} <= services.keys()
    for name, lines in services.items():
        assert "logging: *logging" in lines or "<<: *hub" in lines, name
    for name in ("api", "worker"):
        assert "meilisearch" not in services[name]
        assert "mem_limit" in services[name]
        assert "healthcheck" in services[name]
    shared = COMPOSE.partition("x-hub: &hub\n")[2].partition("\nservices:\n")[0]
    for line in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "nofile: 65536"):
        assert line in shared
    assert re.search(r"max-size: \d+m, max-file", COMPOSE)


def test_secrets_stay_out_of_the_image() -> None:
    left_out = (ROOT / ".dockerignore").read_text("utf-8").splitlines()

    for name in (".env", ".env.*", "*.pem", "**/secrets.key", ".git", "hub-data"):
        assert name in left_out


def test_an_empty_variable_counts_as_not_set(monkeypatch) -> None:
    monkeypatch.setenv("HUB_PUBLIC_URL", "")
    monkeypatch.setenv("HUB_OIDC_ISSUER", "")
    monkeypatch.setenv("HUB_RATE_KEY", "")

    found = Settings()

    assert (found.public_url, found.oidc_issuer) == (None, None)
    assert found.rate_key == "12000/minute"
