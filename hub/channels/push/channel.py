"""Channel `hue_s_push`: signs a message and hands it to the gateway of the Hue-S app, never twice by itself."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import floor
from typing import Any

import httpx

from hub import times
from hub.channels.port import ChannelParts, ChannelReply, ItemAction, ItemHold, Material, Misfit, ReplyKind, Work
from hub.channels.push.error_words import classify, clip
from hub.channels.push.payload import MAX_BYTES, URGENT, build_payload, encode, end_of, with_life
from hub.channels.push.quiet_hours import parse_quiet_hours
from hub.channels.push.setup import find_setup_fault, list_setup_faults, read_keys
from hub.channels.registry import ChannelRegistration
from hub.outgoing.client import RequestFailed
from hub.problem_texts.templates import as_words, fill
from hub.times import format_rfc3339, parse_moment

NAME = "hue_s_push"
STEP = "send"
TIMEOUT_SECONDS = 20.0
CONTENT_TYPE = "application/json; charset=utf-8"
_NOT_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""Failures before a byte of the request was written."""


class PushChannel:
    """Hue-S push (thông báo đẩy của Hue-S). The gateway cannot be asked: a person resolves `unknown`."""

    name = NAME
    can_confirm = False

    def __init__(self, parts: ChannelParts):
        self.settings = parts.settings
        self.outgoing = parts.outgoing
        self.quiet_hours = parse_quiet_hours(parts.settings.hue_s_push_quiet_hours)

    def check(self, material: Material) -> Sequence[Misfit]:
        """Return misfits: a bulletin that ends before it is sent, or an address that leaves no room for the text."""
        if material.action is ItemAction.publish and end_of(material) <= material.published_at:
            detail = as_words("`valid_until` must be later than the publication.")
            return [Misfit(NAME, "valid_until", "expired", None, None, detail, as_words("later than the publication"))]
        size = len(encode(self.render(material)))
        if size > MAX_BYTES:
            detail = fill(
                "The message must have at most {most:,} bytes; shorten HUB_PUBLIC_URL or HUB_HUE_S_PUSH_TOPIC.",
                most=MAX_BYTES,
            )
            return [Misfit(NAME, "payload", "too_long", MAX_BYTES, size, detail, is_of_setup=True)]
        return []

    def render(self, material: Material) -> Mapping[str, Any]:
        """Return the body as it is sent; `ttl` counts from the publication until it is sent."""
        base = (self.settings.public_url or "").rstrip("/")
        return build_payload(material, base=base, topic=self.settings.hue_s_push_topic)

    def notes(self, material: Material) -> Sequence[str]:
        """Return facts for editors: the size, the texts that are cut, quiet hours."""
        payload = self.render(material)
        shown = payload["message"]["notification"]
        notes = [fill("{size:,} of {most:,} bytes.", size=len(encode(payload)), most=MAX_BYTES)]
        cut = [field for field in ("title", "body") if shown[field].endswith("…")]
        notes += [fill("`{field}` is cut: it ends with “…”.", field=field) for field in cut]
        if until := self._quiet_until(payload, times.now()):
            notes.append(fill("In quiet hours until {until}.", until=format_rfc3339(until)))
        return notes

    def next_step(self, action: ItemAction, remote: Mapping[str, Any]) -> str:
        """Return the only step there is."""
        return STEP

    async def send(self, work: Work) -> ChannelReply:
        """Post the message, unless it must wait or has expired."""
        now = times.now()
        data = work.payload["message"]["data"]
        end = parse_moment(data["valid_until"])
        if end <= now:
            return ChannelReply(ReplyKind.failed, words=f"expired: ended at {data['valid_until']}")
        if until := self._quiet_until(work.payload, now):
            if end <= until:
                return ChannelReply(
                    ReplyKind.failed, words=f"expired: ends before the quiet hours do, at {data['valid_until']}"
                )
            return ChannelReply(
                ReplyKind.hold,
                hold=ItemHold.quiet_hours,
                until=until,
                words=f"quiet hours until {format_rfc3339(until)}",
            )
        return await self._post(work, now)

    async def confirm(self, work: Work) -> ChannelReply:
        """Return `unknown`: nobody but the gateway's people can know."""
        return ChannelReply(ReplyKind.unknown)

    async def retract(self, work: Work) -> ChannelReply:
        """Post the message that replaces the earlier one: a push that was shown cannot be taken back."""
        reply = await self.send(work)
        if reply.kind is ReplyKind.live:
            return ChannelReply(ReplyKind.retracted, remote=reply.remote, words=reply.words)
        return reply

    def _quiet_until(self, payload: Mapping[str, Any], moment: datetime) -> datetime | None:
        if self.quiet_hours is None or payload["message"]["data"]["priority"] == URGENT:
            return None
        return self.quiet_hours.end_after(moment)

    async def _post(self, work: Work, now: datetime) -> ChannelReply:
        settings = self.settings
        url, secret = settings.hue_s_push_url, settings.hue_s_push_secret
        fault = find_setup_fault(settings)
        if fault is not None or url is None or secret is None:
            return ChannelReply(ReplyKind.hold, hold=ItemHold.authorisation, words=clip(fault or ""))
        body = encode(with_life(work.payload, now))
        headers = sign(secret.get_secret_value(), work.payload["message"]["data"]["id"], now, body)
        try:
            answer = await self.outgoing.send("POST", url, headers=headers, content=body, seconds=TIMEOUT_SECONDS)
        except RequestFailed as problem:
            words = clip(f"{problem.reason}: {problem}")
            if problem.reason == "refused_address" or isinstance(problem.__cause__, _NOT_REACHED):
                return ChannelReply(ReplyKind.retry, words=words)
            return ChannelReply(ReplyKind.unknown, words=words)
        return classify(answer, times.now())


def sign(secrets: str, message_id: str, moment: datetime, body: bytes) -> dict[str, str]:
    """Return the headers of a signed message (Standard Webhooks); each of the comma-separated secrets signs.

    Raises `ValueError` for a secret that is not Base64.
    """
    text, at = body.decode(), moment.astimezone(UTC)
    return {
        "content-type": CONTENT_TYPE,
        "webhook-id": message_id,
        "webhook-timestamp": str(floor(moment.timestamp())),
        "webhook-signature": " ".join(key.sign(message_id, at, text) for key in read_keys(secrets)),
    }


HUE_S_PUSH = ChannelRegistration(NAME, PushChannel, setup_faults=list_setup_faults)
