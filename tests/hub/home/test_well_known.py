"""Files that others look for: absent without their settings, and in the form that their readers require."""

import io
from datetime import timedelta
from typing import Any

import httpx
import pytest
from PIL import Image

from hub.app import create_app
from hub.db import Database
from hub.errors import SetupProblem
from hub.home.security_txt import build_security_alarms
from hub.settings import Settings, load_settings
from hub.times import VIETNAM, now
from tests.support.asgi import running

SECURITY = "/.well-known/security.txt"
APPLE, ANDROID = "/.well-known/apple-app-site-association", "/.well-known/assetlinks.json"
FINGERPRINTS = [":".join([pair] * 32) for pair in ("1F", "A0")]
APPS = {
    "apple_apps": "A1B2C3D4E5.vn.gov.hue.hues",
    "android_apps": ",".join(
        f"vn.gov.hue.{app}={FINGERPRINTS[certificate]}" for app, certificate in (("hues", 0), ("hues", 1), ("desk", 0))
    ),
}


def changed(settings: Settings, **changes: Any) -> Settings:
    return Settings(**{**settings.model_dump(exclude_unset=True), **changes})


async def test_without_their_settings_the_files_are_absent(client: httpx.AsyncClient) -> None:
    for path in (SECURITY, APPLE, ANDROID):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("security_contact", "an-toan@hue.gov.vn"),
        ("security_contact", "http://hue.gov.vn/an-toan"),
        ("security_expires", "01/06/2027"),
        ("apple_apps", "vn.gov.hue.hues"),
        ("android_apps", "vn.gov.hue.hues"),
        ("android_apps", f"vn.gov.hue.hues={FINGERPRINTS[0].lower()}"),
        ("android_apps", "vn.gov.hue.hues=1F:A0"),
    ],
)
def test_a_value_that_readers_would_refuse_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"HUB_{name.upper()}", value)

    with pytest.raises(SetupProblem, match=f"HUB_{name.upper()}"):
        load_settings()


def test_a_contact_without_an_end_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_SECURITY_CONTACT", "mailto:an-toan@hue.gov.vn")

    with pytest.raises(SetupProblem, match="HUB_SECURITY_EXPIRES"):
        load_settings()


async def test_security_txt_names_each_contact_its_end_and_its_own_address(settings: Settings) -> None:
    given = changed(
        settings,
        public_url="https://chinhsach.hue.gov.vn/hub",
        security_contact="mailto:an-toan@hue.gov.vn, https://hue.gov.vn/an-toan",
        security_expires="2027-06-30",
    )
    async with running(create_app(given)) as client:
        # At the root of the host, whatever path the hub has there.
        answer = await client.get(SECURITY, headers={"host": "chinhsach.hue.gov.vn"})

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == [
        "Contact: mailto:an-toan@hue.gov.vn",
        "Contact: https://hue.gov.vn/an-toan",
        "Expires: 2027-06-30T00:00:00+07:00",
        "Preferred-Languages: vi, en",
        "Canonical: https://chinhsach.hue.gov.vn/.well-known/security.txt",
    ]


@pytest.mark.parametrize(("days", "alarm"), [(40, 0), (31, 0), (20, 19), (1, 1), (0, 1), (-9, 1)])
async def test_an_alarm_counts_the_last_days_of_security_txt(
    settings: Settings, database: Database, days: int, alarm: int
) -> None:
    day = now().astimezone(VIETNAM).date() + timedelta(days=days)
    given = changed(settings, security_contact="tel:+84-234-3822123", security_expires=day)

    async with database.read() as connection:
        assert await build_security_alarms(given)(connection) == {"security_txt_ends": alarm}
        assert await build_security_alarms(settings)(connection) == {}


async def test_apps_open_addresses_of_documents_below_the_path_of_the_hub(settings: Settings) -> None:
    async with running(create_app(changed(settings, public_url="https://hue.gov.vn/hub", **APPS))) as client:
        apple = await client.get(APPLE, headers={"host": "hue.gov.vn"})
        android = await client.get(ANDROID, headers={"host": "hue.gov.vn"})

    assert apple.headers["content-type"] == android.headers["content-type"] == "application/json"
    [details] = apple.json()["applinks"]["details"]
    assert details["appIDs"] == ["A1B2C3D4E5.vn.gov.hue.hues"]
    assert details["components"] == [
        {"/": "/hub/d/*.jsonld", "exclude": True},
        {"/": "/hub/d/*"},
        {"/": "/hub/id/*"},
        {"/": "/hub/eli/*"},
    ]
    assert [
        (each["target"]["package_name"], each["target"]["sha256_cert_fingerprints"]) for each in android.json()
    ] == [
        ("vn.gov.hue.hues", FINGERPRINTS),
        ("vn.gov.hue.desk", FINGERPRINTS[:1]),
    ]
    assert {tuple(each["relation"]) for each in android.json()} == {("delegate_permission/common.handle_all_urls",)}


async def test_the_icon_has_the_sizes_that_browsers_ask_for(client: httpx.AsyncClient) -> None:
    answer = await client.get("/favicon.ico")
    again = await client.get("/favicon.ico", headers={"if-none-match": answer.headers["etag"]})

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/vnd.microsoft.icon")
    with Image.open(io.BytesIO(answer.content)) as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    assert again.status_code == 304
