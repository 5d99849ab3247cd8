"""XML of alerts (CAP 1.2), and of their Atom feed. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lxml import etree

from hub.channels.cap.alerts import Alert, AlertItem, MessageType, format_sent
from hub.i18n.catalogues import translate
from hub.times import parse_moment
from hub.web.xml import ATOM, Element, add_child, rfc3339, serialize

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml"
GEOCODE = "DVHCVN"
"""Name of the codes of places: those of the national list of administrative units (đơn vị hành chính)."""
_REGION = {"vi": "vi-VN"}


def render_alert(alert: Alert, sender: str) -> bytes:
    """Render an alert; `sender` is the host name of the hub."""
    root = etree.Element(f"{{{CAP}}}alert", nsmap={None: CAP})
    is_exercise = any(info["is_exercise"] for info in alert.infos)
    _add(root, "identifier", str(alert.item.id))
    _add(root, "sender", sender)
    _add(root, "sent", format_sent(alert.item.made_at))
    _add(root, "status", "Exercise" if is_exercise else "Actual")
    _add(root, "msgType", alert.type.value)
    _add(root, "scope", "Public")
    _add(root, "note", _note(alert, is_exercise))
    if alert.references:
        _add(root, "references", " ".join(_reference(each, sender) for each in alert.references))
    for info in alert.infos:
        if info["warning"] is not None:
            _add_info(root, alert, info)
    return serialize(root)


def render_feed(
    alerts: Sequence[Alert], *, base: str, self_url: str, lang: str, empty_since: datetime, urls: Mapping[Any, str]
) -> bytes:
    """Render the Atom feed of alerts, newest first; `urls` has the address of each by its identifier."""
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    add_child(feed, ATOM, "id", f"{base}/feeds/cap.atom")
    add_child(feed, ATOM, "title", translate(lang, "channels.cap_title"))
    add_child(feed, ATOM, "subtitle", translate(lang, "channels.cap_subtitle"))
    add_child(feed, ATOM, "updated", rfc3339(alerts[0].item.made_at if alerts else empty_since))
    add_child(feed, ATOM, "link", rel="self", href=self_url, type="application/atom+xml")
    add_child(add_child(feed, ATOM, "author"), ATOM, "name", translate(lang, "hub.name"))
    for alert in alerts:
        entry = add_child(feed, ATOM, "entry")
        add_child(entry, ATOM, "id", f"urn:uuid:{alert.item.id}")
        add_child(entry, ATOM, "title", f"{alert.type.value}: {_headline(alert)}")
        add_child(entry, ATOM, "updated", rfc3339(alert.item.made_at))
        add_child(entry, ATOM, "published", rfc3339(alert.item.made_at))
        add_child(entry, ATOM, "link", rel="alternate", href=urls[alert.item.id], type=MEDIA_TYPE)
        for info in alert.infos:
            add_child(entry, ATOM, "link", rel="related", href=info["link"], type="text/html", hreflang=info["lang"])
        summary = _note(alert, is_exercise=False) or next((info["text"] for info in alert.infos if info["text"]), None)
        add_child(entry, ATOM, "summary", summary or _headline(alert))
    return serialize(feed)


def _add_info(root: Element, alert: Alert, info: Mapping[str, Any]) -> None:
    warning, lang = info["warning"], info["lang"]
    is_over = alert.type is MessageType.cancel
    element = _add(root, "info")
    _add(element, "language", _REGION.get(lang, lang))
    _add(element, "category", warning["category"])
    _add(element, "event", warning["event"])
    _add(element, "urgency", "Past" if is_over else warning["urgency"])
    for name in ("severity", "certainty"):
        _add(element, name, warning[name])
    _add_time(element, "effective", format_sent(alert.item.made_at))
    _add_time(element, "onset", warning.get("onset"))
    _add_time(element, "expires", info["expires"])
    _add(element, "senderName", (info["agency"] or {}).get("name"))
    _add(element, "headline", info["title"])
    _add(element, "description", info["reason"] if is_over else info["text"])
    _add(element, "instruction", None if is_over else warning.get("instruction"))
    _add(element, "web", info["link"] if info["link"].startswith("http") else None)
    for place in info["places"] or [{"name": translate(lang, "channels.whole_city"), "code": None}]:
        area = _add(element, "area")
        _add(area, "areaDesc", place["name"])
        if place["code"]:
            geocode = _add(area, "geocode")
            _add(geocode, "valueName", GEOCODE)
            _add(geocode, "value", place["code"])


def _add(parent: Element, name: str, text: str | None = None) -> Element:
    """Add an element; one with an empty text is left out, containers have none."""
    if text is None and name not in ("info", "area", "geocode"):
        return None
    return add_child(parent, CAP, name, text)


def _add_time(parent: Element, name: str, stated: str | None) -> None:
    _add(parent, name, format_sent(parse_moment(stated)) if stated else None)


def _note(alert: Alert, is_exercise: bool) -> str | None:
    """Return the reason of a withdrawal, or what a correction changed; an exercise says so first (CAP asks for it)."""
    facts = alert.item.facts or {}
    said = facts.get("reason") if alert.item.action.value == "retract" else None
    said = said or (facts.get("note") if alert.type is MessageType.update else None)
    mark = translate(alert.item.lang, "channels.exercise") if is_exercise else None
    return " ".join(each for each in (mark, said) if each) or None


def _reference(item: AlertItem, sender: str) -> str:
    return f"{sender},{item.id},{format_sent(item.made_at)}"


def _headline(alert: Alert) -> str:
    info = alert.infos[0] if alert.infos else {}
    return str(info.get("title") or translate(alert.item.lang, "channels.bulletin"))
