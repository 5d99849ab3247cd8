"""Alerts of CAP 1.2 from the items of the outbox: type, references and languages follow from those before. Pure.

The first alert of a document is an `Alert`. Every later one, also in another language, is an `Update` that has all
languages and refers to those before it; a withdrawal is a `Cancel`. After it, a document begins anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from hub.channels.port import ItemAction, Material
from hub.i18n.catalogues import translate
from hub.times import VIETNAM, format_rfc3339, parse_moment
from hub.web.public_urls import page_path

_WHOLE = frozenset({"withdrawn", "gone", "redirected"})
"""Events that end a document in all languages."""


class MessageType(StrEnum):
    """Type of an alert, as CAP names it (loại thông điệp)."""

    alert = "Alert"
    update = "Update"
    cancel = "Cancel"


@dataclass(frozen=True)
class AlertItem:
    """An item of the outbox that was listed; `facts` is None once its document is gone."""

    document_id: UUID
    lang: str
    edition: int
    event: str
    action: ItemAction
    made_at: datetime
    facts: Mapping[str, Any] | None

    @property
    def id(self) -> UUID:
        """Identifier of the alert: the same after a restore."""
        return alert_id(self.document_id, self.lang, self.edition, self.event, self.made_at)


@dataclass(frozen=True)
class Alert:
    """One message of CAP."""

    item: AlertItem
    type: MessageType
    references: Sequence[AlertItem]
    """Earlier alerts that it updates or cancels."""
    infos: Sequence[Mapping[str, Any]]
    """Facts in each language, the default first."""


@dataclass
class _Incident:
    """The part of a document that is in force."""

    by_lang: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    alerts: list[AlertItem] = field(default_factory=list)


def alert_id(document_id: UUID, lang: str, edition: int, event: str, at: datetime) -> UUID:
    """Return the identifier of the alert that an event of an edition causes."""
    return uuid5(NAMESPACE_URL, f"cap/{document_id}/{lang}/{edition}/{event}/{round(at.timestamp() * 1_000)}")


def alert_facts(material: Material, base: str) -> dict[str, Any]:
    """Return what an alert says in one language, as JSON."""
    view = material.view
    warning = view.get("warning") or {}
    end = end_of(view)
    title = view.get("title")
    is_exercise = material.is_exercise or bool(warning.get("is_exercise"))
    if is_exercise and title:
        title = f"{translate(material.lang, 'channels.exercise')} {title}"
    return {
        "id": str(
            alert_id(material.document_id, material.lang, material.edition, material.event, material.published_at)
        ),
        "lang": material.lang,
        "is_exercise": is_exercise,
        "warning": dict(warning) or None,
        "title": title,
        "text": view.get("summary") or view.get("lead"),
        "expires": format_rfc3339(end) if end else None,
        "agency": view.get("agency"),
        "places": list(view.get("places") or ()),
        "link": f"{base}{page_path(material.document_id)}?lang={material.lang}",
        "note": view.get("change_note"),
        "reason": (view.get("withdrawal") or {}).get("reason"),
    }


def end_of(view: Mapping[str, Any]) -> datetime | None:
    """Return the end of a warning: its own, else that of its bulletin."""
    stated = (view.get("warning") or {}).get("expires") or view.get("valid_until")
    return parse_moment(stated) if isinstance(stated, str) else stated


def compose_alerts(items: Iterable[AlertItem], languages: Sequence[str]) -> list[Alert]:
    """Compose the alerts of items in the order of their listing; those that change nothing cause none."""
    incidents: dict[UUID, _Incident] = {}
    found = []
    for item in items:
        incident = incidents.setdefault(item.document_id, _Incident())
        earlier = tuple(incident.alerts)
        if item.action is ItemAction.retract:
            if not incident.alerts:
                continue  # another language of something cancelled
            incident.by_lang.pop(item.lang, None)
            is_over = item.event in _WHOLE or not incident.by_lang
            infos = [item.facts] if is_over and item.facts else _in_order(incident.by_lang, languages)
            kind = MessageType.cancel if is_over else MessageType.update
        else:
            is_over = False
            if item.facts is not None:
                incident.by_lang[item.lang] = item.facts
            infos = _in_order(incident.by_lang, languages)
            kind = MessageType.update if earlier else MessageType.alert
        found.append(Alert(item, kind, earlier, infos))
        incident.alerts.append(item)
        if is_over:
            incidents[item.document_id] = _Incident()
    return found


def format_sent(moment: datetime) -> str:
    """Format a time as CAP does: whole seconds, with the offset +07:00."""
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")


def _in_order(by_lang: Mapping[str, Mapping[str, Any]], languages: Sequence[str]) -> list[Mapping[str, Any]]:
    order = {lang: position for position, lang in enumerate(languages)}
    return [by_lang[lang] for lang in sorted(by_lang, key=lambda lang: (order.get(lang, len(order)), lang))]
