"""Staff tokens of a sign-in provider: the same editor as a key, and everything that is not quite a token is refused."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hub.app import create_app
from hub.auth import tokens
from hub.settings import Settings
from tests.support import oidc
from tests.support.asgi import running
from tests.support.editors import Editor
from tests.support.in_process import snapshot


@pytest.fixture
def provider() -> Iterator[oidc.Provider]:
    made = oidc.Provider()
    yield made
    made.close()


def trusting(settings: Settings, provider: oidc.Provider, **changes: Any) -> Settings:
    named = {"oidc_issuer": oidc.ISSUER, "oidc_audience": oidc.AUDIENCE, "oidc_jwks_url": provider.url}
    return Settings(**{**settings.model_dump(exclude_unset=True), **named, **changes})


@pytest.fixture
async def client(settings: Settings, provider: oidc.Provider) -> AsyncIterator[httpx.AsyncClient]:
    """A hub that trusts the provider."""
    async with running(create_app(trusting(settings, provider, rate_failures="1000/second"))) as opened:
        yield opened


async def create(client: httpx.AsyncClient, token: str, agency: str = "so-y-te") -> httpx.Response:
    return await Editor(client, token).create(agency=agency)


@pytest.mark.parametrize("name", ["rsa-1", "ec-1", "ed-1"])
async def test_a_staff_member_is_an_editor_like_a_key(client: httpx.AsyncClient, name: str) -> None:
    editor = Editor(client, oidc.token(name))
    document = (await editor.create(agency="so-y-te")).json()["id"]
    for verb in ("submit", "approve", "publish"):
        await editor.done(document, verb)

    assert (await client.get(f"/api/v1/policies/{document}")).status_code == 200
    trail = (await client.get("/api/v1/manage/audit", headers=editor.headers)).json()["items"]
    assert {(line["actor"], line["label"]) for line in trail} == {("staff:nv-017", "Trần Thị Lan")}


@pytest.mark.parametrize(
    ("scopes", "status"),
    [
        ("write", 201),
        (["read:working", "write"], 201),
        ("publish read:working", 403),
        (["everything", 7, {"write": True}], 403),
        ("", 403),
        (None, 403),
        (7, 403),
        ({"write": True}, 403),
    ],
)
async def test_scopes_come_from_the_token_and_unknown_ones_count_for_nothing(
    client: httpx.AsyncClient, scopes: Any, status: int
) -> None:
    assert (await create(client, oidc.token(hub_scopes=scopes))).status_code == status


async def test_a_staff_member_acts_for_the_agency_and_those_below_it_alone(client: httpx.AsyncClient) -> None:
    assert (await create(client, oidc.token(), "trung-tam-kiem-soat-benh-tat")).status_code == 201
    for agency in ("ubnd-hue", "so-du-lich"):
        assert (await create(client, oidc.token(), agency)).status_code == 403


def confused() -> str:
    """Signed by HMAC with the provider's public key as the secret, which everybody knows."""
    public = oidc.private("rsa-1").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    unsigned = oidc.raw({"alg": "HS256", "typ": "JWT", "kid": "rsa-1"}, oidc.claims(), b"").removesuffix(".")
    signature = hmac.new(public, unsigned.encode(), hashlib.sha256).digest()
    return oidc.raw({"alg": "HS256", "typ": "JWT", "kid": "rsa-1"}, oidc.claims(), signature)


def foreign(header: dict[str, Any] | None = None) -> str:
    """Signed by another key that claims to be the provider's."""
    return oidc.token("rsa-stranger", header={"kid": "rsa-1"} | (header or {}))


def tampered() -> str:
    head, _, signature = oidc.token().split(".")
    other = oidc.token(agency="ubnd-hue").split(".")[1]
    return f"{head}.{other}.{signature}"


WRONG = {
    "another issuer": lambda: oidc.token(iss="https://dang-nhap.example"),
    "no issuer": lambda: oidc.token(iss=None),
    "another audience": lambda: oidc.token(aud="another-hub"),
    "no audience": lambda: oidc.token(aud=None),
    "expired": lambda: oidc.token(exp=int(time.time()) - 1),
    "never expires": lambda: oidc.token(exp=None),
    "not valid yet": lambda: oidc.token(nbf=int(time.time()) + 600),
    "nobody": lambda: oidc.token(sub=None),
    "unknown agency": lambda: oidc.token(agency="khong-co"),
    "no agency": lambda: oidc.token(agency=None),
    "agency is a list": lambda: oidc.token(agency=["so-y-te"]),
    "agency is a number": lambda: oidc.token(agency=7),
    "agency with a null": lambda: oidc.token(agency="so-y-te\x00"),
    "alg none": lambda: oidc.raw({"alg": "none", "typ": "JWT", "kid": "rsa-1"}, oidc.claims(), b""),
    "public key as a secret": confused,
    "foreign key": foreign,
    "foreign key with its own address": lambda: foreign({"jku": "http://127.0.0.1:1/keys"}),
    "foreign key within": lambda: foreign({"jwk": oidc.public("rsa-stranger")}),
    "unknown key id": lambda: oidc.token("rsa-stranger"),
    "no key id": lambda: oidc.raw({"alg": "RS256", "typ": "JWT"}, oidc.claims(), b"x"),
    "key id is a list": lambda: oidc.raw({"alg": "RS256", "kid": ["rsa-1"]}, oidc.claims(), b"x"),
    "key of another kind": lambda: oidc.token("ec-1", header={"kid": "rsa-1"}),
    "tampered": tampered,
    "no signature": lambda: oidc.token().rpartition(".")[0] + ".",
    "two parts": lambda: oidc.token().rpartition(".")[0],
    "no token": lambda: "abc",
    "no JSON": lambda: "YQ.YQ.YQ",
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_what_is_not_quite_a_token_is_refused_and_nothing_changes(
    client: httpx.AsyncClient, database_url: str, wrong: str
) -> None:
    tables = await asyncpg.connect(database_url)
    before = await snapshot(tables)

    answer = await create(client, WRONG[wrong]())

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert await snapshot(tables) == before
    await tables.close()


async def test_without_a_provider_in_the_settings_there_are_no_staff_tokens(settings: Settings) -> None:
    async with running(create_app(settings)) as client:
        assert (await create(client, oidc.token())).status_code == 401


async def test_a_provider_that_is_down_is_a_problem_of_ours_and_keys_still_work(
    client: httpx.AsyncClient, provider: oidc.Provider
) -> None:
    provider.status = 500
    answer = await create(client, oidc.token())
    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")

    provider.status, provider.answer = 200, b"<html>B\xe1\xba\xa3o tr\xc3\xac</html>"
    assert (await create(client, oidc.token())).status_code == 503
    provider.answer = b"\xff\xfe"
    assert (await create(client, oidc.token())).status_code == 503
    provider.answer = b'{"keys": []}'
    assert (await create(client, oidc.token())).status_code == 503

    provider.answer = None
    assert (await create(client, oidc.token())).status_code == 201


async def test_a_provider_that_is_not_there_is_a_problem_of_ours(settings: Settings) -> None:
    provider = oidc.Provider()
    provider.close()
    async with running(create_app(trusting(settings, provider))) as client:
        assert (await create(client, oidc.token())).status_code == 503


async def test_keys_that_were_fetched_once_serve_while_the_provider_is_down(
    client: httpx.AsyncClient, provider: oidc.Provider
) -> None:
    assert (await create(client, oidc.token())).status_code == 201
    provider.status = 500

    assert (await create(client, oidc.token("ec-1"))).status_code == 201
    assert provider.asked == 1


async def test_unknown_key_ids_do_not_make_the_hub_ask_the_provider_each_time(
    client: httpx.AsyncClient, provider: oidc.Provider
) -> None:
    for n in range(5):
        assert (await create(client, oidc.token(header={"kid": f"lạ-{n}"}))).status_code == 401

    assert provider.asked <= 2


async def test_a_key_that_the_provider_takes_back_stops_working(
    client: httpx.AsyncClient, provider: oidc.Provider
) -> None:
    assert (await create(client, oidc.token())).status_code == 201
    provider.names = ["ec-1"]
    cache = tokens._jwks_client(provider.url).jwk_set_cache
    assert cache is not None
    cache.lifespan = 0  # as if the ten minutes had passed

    assert (await create(client, oidc.token())).status_code == 401
    assert (await create(client, oidc.token("ec-1"))).status_code == 201


async def test_a_slow_provider_holds_up_its_own_visitors_and_nobody_else(
    settings: Settings, provider: oidc.Provider
) -> None:
    provider.seconds = 2
    async with running(create_app(trusting(settings, provider, database_pool_size=1))) as client:
        waiting = [asyncio.create_task(create(client, oidc.token())) for _ in range(3)]
        await asyncio.sleep(0.2)
        async with asyncio.timeout(1.5):
            answer = await client.get("/api/v1/policies")

        assert answer.status_code == 200
        assert not any(task.done() for task in waiting)
        assert [(await task).status_code for task in waiting] == [201] * 3


async def test_a_long_or_strange_name_is_kept_short(client: httpx.AsyncClient) -> None:
    for subject in ("x" * 255, "a\x00b"):
        editor = Editor(client, oidc.token(sub=subject, name="Lan\x00 " + "a" * 400))
        assert (await editor.create(agency="so-y-te")).status_code == 201
    lines = (await client.get("/api/v1/manage/audit", headers=editor.headers)).json()["items"]
    assert len({line["actor"] for line in lines}) == 2
    assert all(len(line["actor"]) <= 128 and len(line["label"]) <= 200 for line in lines)
    assert "\\u0000" not in json.dumps(lines)
