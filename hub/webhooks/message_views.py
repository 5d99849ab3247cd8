"""Models of the messages of webhooks, for the contract alone: messages are built from stored bytes in `payload`."""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, create_model

from hub.changes.filtering import ChangeEvent
from hub.changes.position import EXAMPLE
from hub.changes.views import ConsultationChangeView, RegistryChangeView
from hub.domain.kinds import KINDS, KindName
from hub.domain.lifecycle import DocumentState
from hub.domain.scalars import Moment
from hub.domain.types import View
from hub.log.subjects import LogSubject

_CARDS: Any = KINDS["policy"].card | KINDS["draft"].card | KINDS["bulletin"].card | KINDS["statement"].card
_FULLS: Any = KINDS["policy"].full | KINDS["draft"].full | KINDS["bulletin"].full | KINDS["statement"].full
_SPEC_VERSION: Any = Literal["1.0"]
_JSON: Any = Literal["application/json"]
_SEQ = Field(description="Position in the log.", examples=[42])
_AT = Field(description="Time at which the change became public, with +07:00.")
_DUE = Field(description="Intended time, if the change was scheduled or follows from a date.")
_HASH = Field(description="Hash of the entry and, through the chain, of all before it.")
_SEQUENCE = Field(description="Position in the log, in 19 digits, so that texts are in order.")
_POSITION = Field(description="Value for `after` of `/api/v1/changes` that continues from here.", examples=[EXAMPLE])


class MessageFullView(View):
    """The public view of an item in a message of an endpoint with `view: full`."""

    seq: int = Field(description="Position that opened this view; may be later than that of the message.")
    item: _FULLS = Field(description="The whole item.")


class MessageCardView(View):
    """The public view of an item in a message of an endpoint with `view: card`: its card, or members of it."""

    seq: int = Field(description="Position that opened this view; may be later than that of the message.")
    item: _CARDS = Field(description="The card of the item.")


class DocumentMessageData(View):
    """An entry of a document in the publication log, with what is public of it now."""

    seq: int = _SEQ
    event: ChangeEvent = Field(description="Event; `left` if the item no longer matches the filter.")
    at: Moment = _AT
    due: Moment | None = _DUE
    kind: KindName = Field(description="Kind of the item.")
    id: UUID = Field(description="UUID of the document.")
    lang: str = Field(description="Language of the edition.")
    edition: int = Field(description="Number of the edition.")
    path: str = Field(description="Path of the item, relative to the base URL of the hub.")
    view_sha256: str | None = Field(description="SHA-256 of the JSON of the item, as published.")
    hash: str = _HASH
    position: str = _POSITION
    state: DocumentState = Field(description="Current state of the document.")
    redirect_to: UUID | None = Field(description="UUID of the document that replaces it, if it is redirected.")
    view: MessageCardView | MessageFullView | None = Field(
        description="Current public view: the card or the whole item, as the endpoint's `view` says; null with `none`, "
        "with `left`, and for documents that are gone or redirected."
    )


class SubjectMessageData(View):
    """An entry of the registry or of a consultation in the publication log."""

    version: int = Field(description="Version of the entry: 2.")
    subject: LogSubject = Field(description="Subject of the entry.")
    subject_id: str = Field(description="Entry of the registry, or the UUID of a consultation.")
    data: RegistryChangeView | ConsultationChangeView = Field(description="The change, which the hash covers.")
    seq: int = _SEQ
    event: ChangeEvent = Field(description="Event of the registry or of the consultation.")
    at: Moment = _AT
    due: Moment | None = _DUE
    path: str = Field(description="Path of the consultation or of the list, relative to the base URL of the hub.")
    hash: str = _HASH
    position: str = _POSITION


class ResyncMessageData(View):
    """A new epoch of the log: what the receiver holds of positions from `first_seq` on is void."""

    epoch: UUID = Field(description="The new epoch.")
    previous_epoch: UUID | None = Field(description="The epoch before it.")
    first_seq: int = Field(description="First position of the new epoch.")
    position: str = _POSITION
    reason: str | None = Field(description="Reason that the operator gave.")


class TestMessageData(View):
    """A greeting: it carries no event."""

    endpoint: UUID = Field(description="UUID of the endpoint.")
    message: str = Field(description="The greeting.")


def _make_envelopes(name: str, data: type[BaseModel], kind: Any, description: str, *, in_log: bool) -> tuple[Any, Any]:
    """Create the models of a message in both envelopes."""
    event: dict[str, Any] = {"subject": (str, Field(description="Path of the entry.")), "sequence": (str, _SEQUENCE)}
    standard = create_model(
        f"{name}Message",
        __base__=View,
        __doc__=f"{description} (Standard Webhooks).",
        type=(kind, Field(description="Type of the message: `<kind or subject>.<event>`, or one of the hub's own.")),
        timestamp=(Moment, Field(description="Time of the change, with +07:00.")),
        data=(data, Field(description="The entry.")),
    )
    cloud = create_model(
        f"{name}CloudEvent",
        __base__=View,
        __doc__=f"{description} (CloudEvents 1.0, structured mode).",
        specversion=(_SPEC_VERSION, Field(description="Version of CloudEvents.")),
        id=(str, Field(description="Id of the message, the same as `webhook-id`.")),
        source=(str, Field(description="Public base URL of the hub.")),
        type=(str, Field(description="Type of the message after `policyhub.`.")),
        time=(Moment, Field(description="Time of the change, with +07:00.")),
        datacontenttype=(_JSON, Field(description="Media type of `data`.")),
        **(event if in_log else {}),
        data=(data, Field(description="The entry.")),
    )
    return standard, cloud


MESSAGES: dict[str, tuple[Any, Any]] = {
    "document": _make_envelopes("Document", DocumentMessageData, str, "A public event of a document", in_log=True),
    "subject": _make_envelopes(
        "Subject", SubjectMessageData, str, "A public event of the registry or of a consultation", in_log=True
    ),
    "resync": _make_envelopes(
        "Resync", ResyncMessageData, Literal["hub.resync"], "The log was restored from a backup", in_log=False
    ),
    "test": _make_envelopes("Test", TestMessageData, Literal["hub.test"], "A test message", in_log=False),
}
"""Models of each sort of message: as Standard Webhooks have it, and as a CloudEvent."""
