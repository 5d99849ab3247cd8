"""The published contract: its schema, its examples, and its page agree with the code."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from pathlib import Path

import jsonschema
import orjson
import pytest

from hub.channels.push.error_words import ERROR_WORDS
from hub.channels.push.examples import EXAMPLE_SECRET, SignedExample, message_schema, signed_examples

PAGE = (Path(__file__).parents[4] / "docs/push.md").read_text("utf-8")
VALIDATOR = jsonschema.Draft202012Validator(message_schema(), format_checker=jsonschema.FormatChecker())


def test_the_schema_is_one_of_2020_12() -> None:
    jsonschema.Draft202012Validator.check_schema(message_schema())


@pytest.mark.parametrize("example", signed_examples(), ids=lambda example: example.title)
def test_every_example_of_the_page_is_valid_and_its_signature_verifies(example: SignedExample) -> None:
    headers = "\n".join(f"{name}: {value}" for name, value in example.headers.items())
    assert f"```http\n{headers}\n\n{example.body}\n```" in PAGE
    VALIDATOR.validate(orjson.loads(example.body))
    signed = f"{example.headers['webhook-id']}.{example.headers['webhook-timestamp']}.{example.body}"
    key = b64decode(EXAMPLE_SECRET.removeprefix("whsec_"))
    digest = b64encode(hmac.new(key, signed.encode(), hashlib.sha256).digest()).decode()
    assert example.headers["webhook-signature"] == f"v1,{digest}"
    changed = hmac.new(key, signed.replace("19001075", "19001076").encode() + b" ", hashlib.sha256).digest()
    assert example.headers["webhook-signature"] != f"v1,{b64encode(changed).decode()}"


def test_the_schema_refuses_what_the_gateway_could_not_hand_on() -> None:
    good = orjson.loads(signed_examples()[0].body)
    for path, value in (
        (("topic",), "hue s"),
        (("data", "edition"), 1),
        (("data", "exercise"), "false"),
        (("android", "collapse_key"), "k" * 65),
        (("android", "ttl"), "1.5s"),
        (("apns", "headers", "apns-priority"), "7"),
    ):
        bad = orjson.loads(orjson.dumps(good))
        at = bad["message"]
        for name in path[:-1]:
            at = at[name]
        at[path[-1]] = value
        assert not VALIDATOR.is_valid(bad), path
    assert VALIDATOR.is_valid(good)


def test_the_error_words_stand_in_the_page_and_in_the_schema() -> None:
    for row in ERROR_WORDS:
        assert f"| {row.status} | `{row.word}` | {row.meaning} |" in PAGE
    words = message_schema()["$defs"]["error"]["properties"]["error"]["properties"]["status"]["enum"]
    assert words == [row.word for row in ERROR_WORDS]
