"""Messages that the hub sends, as `webhooks` of the OpenAPI document."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from hub.channels.push.examples import message_schema
from hub.contract.schema_walk import PREFIX
from hub.webhooks.message_views import MESSAGES

_TEXT = {"type": "string"}
_TAG = "Messages"
"""Generators make a class of each tag: what the hub sends must not share one with what it answers."""
_SIGNED = (
    ("webhook-id", "Id of the message, the same in every attempt. Store it: a message may arrive twice."),
    ("webhook-timestamp", "Time of the attempt in seconds since 1970."),
    ("webhook-signature", "One or two signatures `v1,…` of id, time and body, separated by a space."),
)
_TOLD = {
    "document": ("Event of a document (sự kiện của văn bản)", "A document was published, corrected, withdrawn …"),
    "subject": (
        "Event of the registry or of a consultation (danh mục, lấy ý kiến)",
        "Sent only to endpoints whose `filter` has the `subject`.",
    ),
    "resync": (
        "The log was restored (khôi phục)",
        "Everything that the receiver holds of positions from `first_seq` on is void: read it again.",
    ),
    "test": ("Test message (tin thử)", "Sent by `POST /api/v1/manage/webhooks/{id}/test` alone."),
}


def message_models() -> list[type[BaseModel]]:
    """Return the models of all messages of webhooks."""
    return [model for both in MESSAGES.values() for model in both]


def add_messages(document: dict[str, Any]) -> None:
    """Add what the hub sends, by webhook, push and WebSub, with the schemas of the messages."""
    template = f"{PREFIX}{{model}}"
    _, made = models_json_schema([(model, "serialization") for model in message_models()], ref_template=template)
    schemas = document["components"]["schemas"]
    for name, schema in made["$defs"].items():
        schemas.setdefault(name, schema)
    schemas |= _push_schemas()
    document["webhooks"] = {name: {"post": _webhook(name)} for name in MESSAGES}
    document["webhooks"]["push"] = {"post": _push()}
    document["webhooks"]["websub"] = {"get": _websub_verification(), "post": _websub_content()}


def _webhook(name: str) -> dict[str, Any]:
    summary, description = _TOLD[name]
    standard, cloud = (PREFIX + model.__name__ for model in MESSAGES[name])
    return {
        "tags": [_TAG],
        "summary": summary,
        "description": f"{description} See docs/webhooks.md.",
        "operationId": f"receive_{name}_message",
        "parameters": _headers(*_SIGNED),
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": standard}},
                "application/cloudevents+json": {"schema": {"$ref": cloud}},
            },
        },
        "responses": {
            "204": {"description": "Received, as with every status 2xx; the next message may come."},
            "410": {"description": "The endpoint is gone: the hub disables it."},
            "429": {"description": "Try again, after the seconds of `Retry-After`; also with 408, 425 and 5xx."},
        },
    }


def _push_schemas() -> dict[str, Any]:
    contract = message_schema()
    parts = contract["$defs"]
    message = contract["properties"]["message"] | {"description": "The message, as FCM HTTP v1 has it."}
    error = parts["error"]["properties"]["error"] | {"description": "The error of FCM."}
    name = parts["success"]["properties"]["name"]
    return {
        "PushMessage": {
            "type": "object",
            "required": contract["required"],
            "properties": {"message": message},
            "description": contract["description"],
        },
        "PushTaken": {**parts["success"], "properties": {"name": name}},
        "PushRefused": {**parts["error"], "properties": {"error": error}},
    }


def _push() -> dict[str, Any]:
    def content(name: str) -> dict[str, Any]:
        return {"application/json": {"schema": {"$ref": PREFIX + name}}}

    return {
        "tags": [_TAG],
        "summary": "Push message to the gateway of the Hue-S app (thông báo đẩy)",
        "description": "Signed as a webhook is: see docs/push.md, and `/api/v1/channels/push/examples`.",
        "operationId": "receive_push_message",
        "parameters": _headers(*_SIGNED),
        "requestBody": {"required": True, "content": content("PushMessage")},
        "responses": {
            "200": {"description": "The gateway has taken charge of the message.", "content": content("PushTaken")},
            "default": {"description": "Refused; `error.status` says why.", "content": content("PushRefused")},
        },
    }


def _websub_verification() -> dict[str, Any]:
    asked = (
        ("hub.mode", "`subscribe`, `unsubscribe` or `denied`."),
        ("hub.topic", "URL of the feed."),
        ("hub.challenge", "Text to answer with; absent with `denied`."),
        ("hub.lease_seconds", "Seconds until the subscription ends."),
    )
    return {
        "tags": [_TAG],
        "summary": "Question whether a subscription is wanted (WebSub)",
        "description": "Answer with the challenge if you asked for it.",
        "operationId": "confirm_websub",
        "parameters": [
            {"name": name, "in": "query", "description": description, "schema": _TEXT} for name, description in asked
        ],
        "responses": {
            "200": {"description": "The challenge.", "content": {"text/plain": {"schema": _TEXT}}},
            "404": {"description": "The subscription is not wanted."},
        },
    }


def _websub_content() -> dict[str, Any]:
    feeds = ("application/atom+xml", "application/rss+xml", "application/feed+json")
    return {
        "tags": [_TAG],
        "summary": "Feed that has changed (WebSub)",
        "description": "The whole first page of the feed in its own format.",
        "operationId": "receive_feed",
        "parameters": _headers(
            ("X-Hub-Signature", "Signature of the body, if the subscription has a secret."),
            ("Link", "URLs of the hub and of the feed."),
        ),
        "requestBody": {"required": True, "content": {feed: {"schema": _TEXT} for feed in feeds}},
        "responses": {
            "204": {"description": "Received, as with every status 2xx."},
            "410": {"description": "The subscription ends."},
        },
    }


def _headers(*described: tuple[str, str]) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "header", "description": description, "schema": _TEXT} for name, description in described
    ]
