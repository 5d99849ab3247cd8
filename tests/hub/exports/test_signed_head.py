"""The signed head of the log: one key that stays."""

from base64 import b64decode
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hub.log.signing import signing_input
from hub.settings import Settings
from tests.support import contents
from tests.support.servers import Publish


async def test_the_head_is_signed_by_one_key_that_stays(
    client: httpx.AsyncClient, settings: Settings, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    head = (await client.get("/api/v1/log/head")).json()
    about = (await client.get("/api/v1/snapshot")).json()["head"]
    change = (await client.get("/api/v1/changes")).json()

    assert (head["hash"], head["epoch"], head["seq"]) == (change["items"][-1]["hash"], change["epoch"], 1)
    assert about == head
    key = Ed25519PublicKey.from_public_bytes(b64decode(head["public_key"]))
    key.verify(b64decode(head["signature"]), signing_input(UUID(head["epoch"]), 1, head["hash"]))
    with pytest.raises(InvalidSignature):
        key.verify(b64decode(head["signature"]), signing_input(UUID(head["epoch"]), 2, head["hash"]))
    assert oct((settings.data / "signing-key.pem").stat().st_mode & 0o777) == "0o600"


async def test_a_key_of_another_kind_is_refused_in_words(settings: Settings, tmp_path: Path) -> None:
    from hub.app import create_app
    from tests.support.asgi import running

    (tmp_path / "wrong.pem").write_text("no key")
    changed = Settings(**{**settings.model_dump(exclude_unset=True), "signing_key": tmp_path / "wrong.pem"})
    async with running(create_app(changed)) as client:
        answer = await client.get("/api/v1/log/head")
    assert (answer.status_code, answer.json()["code"]) == (503, "setup_problem")
