"""Files by which phones let an app open addresses of documents (deep links): Apple's and Android's."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from hub.settings import Settings

APPLE_PATH, ANDROID_PATH = "/.well-known/apple-app-site-association", "/.well-known/assetlinks.json"
DATA = ("/d/*.jsonld",)
"""Addresses for programs below those of documents."""
DOCUMENTS = ("/d/*", "/id/*", "/eli/*")
"""Addresses of documents, which people pass on. An Android app names those that it opens in its own manifest."""


def apple_association(settings: Settings) -> dict[str, Any] | None:
    """The apps of the settings with the addresses that they open; None without any."""
    if not settings.apple_apps:
        return None
    root = urlsplit(settings.public_url or "").path.rstrip("/")
    components: list[dict[str, Any]] = [{"/": root + path, "exclude": True} for path in DATA]
    components += [{"/": root + path} for path in DOCUMENTS]
    return {"applinks": {"details": [{"appIDs": list(settings.apple_apps), "components": components}]}}


def android_asset_links(settings: Settings) -> list[dict[str, Any]] | None:
    """The apps of the settings with the certificates that sign them; None without any."""
    certificates: dict[str, list[str]] = {}
    for package, fingerprint in _split(settings.android_apps):
        certificates.setdefault(package, []).append(fingerprint)
    return [
        {
            "relation": ["delegate_permission/common.handle_all_urls"],
            "target": {
                "namespace": "android_app",
                "package_name": package,
                "sha256_cert_fingerprints": fingerprints,
            },
        }
        for package, fingerprints in certificates.items()
    ] or None


def _split(apps: Iterable[str]) -> Iterable[tuple[str, str]]:
    for app in apps:
        package, _, fingerprint = app.partition("=")
        yield package, fingerprint
