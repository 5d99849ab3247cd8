"""Cursors of the registry: a forged cursor is a client error, never a server error."""

from base64 import urlsafe_b64decode
from typing import Any

import httpx
import orjson
import pytest

from hub.paging import encode_cursor


@pytest.mark.parametrize("address", ["agencies", "topics", "places", "spokespersons"])
@pytest.mark.parametrize("position", [5, None, ["x"], True, "a\x00b", "yesterday"])
async def test_a_forged_cursor_is_refused(client: httpx.AsyncClient, address: str, position: Any) -> None:
    real = (await client.get(f"/api/v1/{address}?limit=1")).json()["next"]
    assert real is not None
    name, *places = _read(real)
    forged = encode_cursor(name, *([position] * len(places)))

    answer = await client.get(f"/api/v1/{address}?limit=1&cursor={forged}")

    if position == "yesterday" and address != "places":
        assert answer.status_code == 200  # it may be the name of something
    else:
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "invalid_cursor", "cursor")


def _read(cursor: str) -> list[Any]:
    found: list[Any] = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return found
