"""Composition root of what rooms plug into the ports below them: erasers, publication hooks, the reader of
consultations, channels.

The app, the worker and the command line register them at start.
"""

from hub.channels import eraser as channels
from hub.channels.cap.channel import CAP
from hub.channels.mail import channel as mail_channel
from hub.channels.mail import eraser as mails
from hub.channels.publication import HOOK as CHANNEL_HOOK
from hub.channels.push.channel import HUE_S_PUSH
from hub.channels.registry import ChannelRegistration, register_channel
from hub.channels.zalo.articles import ZALO
from hub.channels.zalo.broadcasts import ZALO_BROADCAST
from hub.channels.zalo.publication import HOOK as ZALO_HOOK
from hub.citations import eraser as citations
from hub.consultation import eraser as consultations
from hub.consultation import publication as consultation
from hub.consultation.carryover import eraser as carryover
from hub.consultation.page_summary import read_page_summary
from hub.content.consultation_registry import register_consultation_reader
from hub.content.eraser_registry import Eraser, register_eraser
from hub.content.erasure import erase_text
from hub.content.fingerprint_store import FINGERPRINT, PROVENANCE, erase_claims
from hub.content.publication_registry import register_publication_hook
from hub.content.publishing import EDITION, VIEW
from hub.manage.idempotency import KEY, erase_responses
from hub.manage.notes import ASSIGNMENT, NOTE, erase_notes
from hub.webhooks import eraser as webhooks
from ingest.sources import eraser as sources

ERASERS = (
    Eraser("content", frozenset({VIEW.name, EDITION.name}), erase_text),
    Eraser("provenance", frozenset({FINGERPRINT.name, PROVENANCE.name}), erase_claims),
    citations.ERASER,
    consultations.ERASER,
    carryover.ERASER,
    webhooks.ERASER,
    channels.ERASER,
    mails.ERASER,
    sources.ERASER,
    Eraser("manage", frozenset({KEY.name}), erase_responses),
    Eraser("notes", frozenset({NOTE.name, ASSIGNMENT.name}), erase_notes),
)


HOOKS = (consultation.HOOK, CHANNEL_HOOK, ZALO_HOOK)

CHANNELS: tuple[ChannelRegistration, ...] = (ZALO, ZALO_BROADCAST, HUE_S_PUSH, CAP, mail_channel.REGISTRATION)
"""Channels (kênh phát hành) that the hub can send on, one line each."""


def register_rooms() -> None:
    """Register the erasers of the rooms that store the text of documents, the publication hooks, the reader of
    consultations and the channels."""
    for eraser in ERASERS:
        register_eraser(eraser)
    for hook in HOOKS:
        register_publication_hook(hook)
    for channel in CHANNELS:
        register_channel(channel)
    register_consultation_reader(read_page_summary)
