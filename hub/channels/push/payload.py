"""Payload of a push message: shaped as FCM HTTP v1 has it, so that the gateway can hand it on. Pure.

The whole body has at most 2,048 bytes of UTF-8, the limit of FCM for messages to a topic. What does not fit is cut:
first the list of places, then the text, between two graphemes.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from hub.channels.port import ItemAction, Material
from hub.channels.push.graphemes import cut_text
from hub.i18n.catalogues import translate
from hub.times import format_rfc3339, parse_moment
from hub.web.public_urls import page_path

MAX_BYTES = 2_048
"""Bytes of the whole body."""
MAX_COLLAPSE_BYTES = 64
MAX_TITLE_BYTES = 400
MAX_LIST_BYTES = 240
"""Bytes of the codes of places, and of those of topics."""
DEFAULT_LIFE = timedelta(hours=24)
"""Life of a message whose bulletin says no end."""
MAX_LIFE = timedelta(days=28)
"""FCM stores a message for 28 days at most."""
URGENT = "urgent"
_PROMPT = frozenset({"high", URGENT})


def encode(payload: Mapping[str, Any]) -> bytes:
    """Return the exact bytes that are sent and signed."""
    return orjson.dumps(payload)


def build_payload(material: Material, *, base: str, topic: str) -> dict[str, Any]:
    """Build the payload of an action; at most `MAX_BYTES` long unless `base` is longer than any address should be."""
    view = material.view
    title, text = _texts(material)
    priority = str(view.get("priority") or "normal")
    end = end_of(material)
    collapse = collapse_key(material)
    data = {
        "id": message_id(material),
        "action": material.action.value,
        "event": material.event,
        "document_id": str(material.document_id),
        "lang": material.lang,
        "edition": str(material.edition),
        "priority": priority,
        "link": f"{base}{page_path(material.document_id)}?lang={material.lang}",
        "agency": str((view.get("agency") or {}).get("code", "")),
        "places": _codes(view, "places"),
        "topics": _codes(view, "topics"),
        "sent_at": format_rfc3339(material.published_at),
        "valid_until": format_rfc3339(end),
    }
    if material.is_exercise:
        data["exercise"] = "true"
    is_prompt = priority in _PROMPT
    payload: dict[str, Any] = {
        "message": {
            "topic": f"{topic}.{material.lang}",
            "notification": {"title": cut_text(title, lambda part: _json_size(part) <= MAX_TITLE_BYTES), "body": ""},
            "data": data,
            "android": {
                "collapse_key": collapse,
                "priority": "HIGH" if is_prompt else "NORMAL",
                "ttl": f"{max(0, int((end - material.published_at).total_seconds()))}s",
            },
            "apns": {
                "headers": {
                    "apns-collapse-id": collapse,
                    "apns-expiration": str(int(end.timestamp())),
                    "apns-priority": "10" if is_prompt else "5",
                }
            },
        }
    }
    room = MAX_BYTES - len(encode(payload))
    # The quotation marks of the empty text are counted already.
    payload["message"]["notification"]["body"] = cut_text(text, lambda part: _json_size(part) - 2 <= room)
    return payload


def with_life(payload: Mapping[str, Any], moment: datetime) -> dict[str, Any]:
    """Return the payload with the life that is left at a moment: `ttl` is a duration. Never longer than before."""
    message = payload["message"]
    left = max(0, int((parse_moment(message["data"]["valid_until"]) - moment).total_seconds()))
    stated = int(message["android"]["ttl"].removesuffix("s"))
    android = {**message["android"], "ttl": f"{min(left, stated)}s"}
    return {**payload, "message": {**message, "android": android}}


def end_of(material: Material) -> datetime:
    """Return the time after which a message is of no use: `valid_until` of the bulletin, else a day, 28 at most.

    A withdrawal or correction is news of its own: it lives for a day although the bulletin has ended.
    """
    begin = material.published_at
    stated = material.view.get("valid_until")
    end = parse_moment(stated) if isinstance(stated, str) else stated
    if end is None or (end <= begin and material.action is not ItemAction.publish):
        end = begin + DEFAULT_LIFE
    return min(end, begin + MAX_LIFE).replace(microsecond=0)


def message_id(material: Material) -> str:
    """Return the id of a message: the same in every attempt, and after a restore of the database."""
    at = round(material.published_at.timestamp() * 1_000)
    facts = (material.document_id, material.lang, material.edition, material.event, material.action, at)
    name = "/".join(map(str, facts)) + ("/exercise" if material.is_exercise else "")
    return f"msg_{uuid5(NAMESPACE_URL, name).hex}"


def collapse_key(material: Material) -> str:
    """Return the key under which a later message replaces an earlier one of the same document and language."""
    return f"hub-{material.document_id}-{material.lang}"


def _texts(material: Material) -> tuple[str, str]:
    """Return title and text; a withdrawal says its reason, a correction its note."""
    view, lang = material.view, material.lang
    title = str(view.get("title") or translate(lang, "channels.bulletin"))
    text = str(view.get("summary") or view.get("lead") or "")
    if material.action is ItemAction.retract:
        title = f"{translate(lang, 'channels.withdrawn')}: {title}"
        text = str((view.get("withdrawal") or {}).get("reason") or translate(lang, "channels.no_longer_valid"))
    elif material.event == "corrected":
        title = f"{translate(lang, 'channels.corrected')}: {title}"
        text = str(view.get("change_note") or text)
    elif material.action is ItemAction.update:
        title = f"{translate(lang, 'channels.updated')}: {title}"
    return (f"{translate(lang, 'channels.exercise')} {title}" if material.is_exercise else title), text


def _codes(view: Mapping[str, Any], field: str) -> str:
    """Return codes with commas between them, as many as `MAX_LIST_BYTES` take; `*` at the end stands for more."""
    codes = [str(one["code"]) for one in view.get(field) or ()]
    joined = ",".join(codes)
    while len(joined.encode()) > MAX_LIST_BYTES:
        codes = codes[:-1]
        joined = ",".join([*codes, "*"])
    return joined


def _json_size(text: str) -> int:
    return len(orjson.dumps(text))
