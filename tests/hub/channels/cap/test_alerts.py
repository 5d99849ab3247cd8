"""Alerts of CAP 1.2 from items of the outbox: types, references, languages, and the schema."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import capvalidator
import pytest
from lxml import etree

from hub.channels.cap.alerts import Alert, AlertItem, MessageType, alert_facts, compose_alerts
from hub.channels.cap.channel import CapChannel, is_warning
from hub.channels.cap.xml import CAP, render_alert
from hub.channels.port import ChannelParts, ItemAction, Material
from hub.settings import Settings
from hub.times import parse_moment

AT = parse_moment("2026-10-28T15:30:00.250+07:00")
FLOOD, STORM = (UUID(f"0192cccc-6a40-7c1e-8b0a-5d5f0b1c2e{n}f") for n in (3, 4))
WARNING: dict[str, Any] = {
    "event": "Lũ trên sông Hương",
    "category": "Met",
    "urgency": "Expected",
    "severity": "Severe",
    "certainty": "Likely",
    "onset": "2026-10-28T19:00:00+07:00",
    "expires": None,
    "instruction": "Đến điểm sơ tán trước 18 giờ.",
    "is_exercise": False,
}
VIEW: dict[str, Any] = {
    "title": "Lũ trên báo động 3 <khẩn> & sơ tán",
    "lead": "Nước lên nhanh.\x0b",
    "warning": WARNING,
    "agency": {"code": "bch-pctt", "name": "Ban Chỉ huy phòng chống thiên tai"},
    "places": [{"code": "19774", "name": "Phường Phú Xuân"}, {"code": "19777", "name": "Phường Thuận Hóa"}],
    "valid_until": "2026-10-29T06:00:00+07:00",
}


def item(
    minute: int,
    action: ItemAction = ItemAction.publish,
    event: str = "published",
    lang: str = "vi",
    document: UUID = FLOOD,
    edition: int = 1,
    *,
    is_drill: bool = False,
    **view: Any,
) -> AlertItem:
    at = AT + timedelta(minutes=minute)
    material = Material(document, lang, edition, action, event, VIEW | view, at, is_exercise=is_drill)
    facts = alert_facts(material, "https://hub.example.vn")
    return AlertItem(document, lang, edition, event, action, at, facts)


def composed(*items: AlertItem) -> list[Alert]:
    return compose_alerts(items, ("vi", "en"))


def types(alerts: Sequence[Alert]) -> list[str]:
    return [alert.type.value for alert in alerts]


def texts(alert: Alert, path: str) -> list[str]:
    root = etree.fromstring(render_alert(alert, "hub.example.vn"))
    return [element.text or "" for element in root.iterfind(path, {"c": CAP})]


RETRACT, UPDATE = ItemAction.retract, ItemAction.update


def test_a_correction_updates_a_withdrawal_cancels_and_each_refers_to_all_before_it() -> None:
    first, fixed = item(0), item(20, UPDATE, "corrected", edition=2, change_note="Trước 17 giờ.")
    over = item(60, RETRACT, "withdrawn", edition=2, lead=None, withdrawal={"reason": "Nước đã rút."})
    alerts = composed(first, fixed, over)
    assert types(alerts) == ["Alert", "Update", "Cancel"]
    assert [len(alert.references) for alert in alerts] == [0, 1, 2]
    [references] = texts(alerts[2], "c:references")
    assert references == (
        f"hub.example.vn,{first.id},2026-10-28T15:30:00+07:00 hub.example.vn,{fixed.id},2026-10-28T15:50:00+07:00"
    )
    assert texts(alerts[1], "c:note") == ["Trước 17 giờ."]
    assert texts(alerts[2], "c:note") == ["Nước đã rút."]
    assert texts(alerts[2], "c:info/c:description") == ["Nước đã rút."]
    assert texts(alerts[2], "c:info/c:urgency") == ["Past"]
    assert len({first.id, fixed.id, over.id}) == 3


def test_another_language_updates_with_both_and_one_cancel_ends_both() -> None:
    vi, en = item(0), item(5, lang="en", title="Flood above level 3")
    over = (item(60, RETRACT, "withdrawn"), item(60, RETRACT, "withdrawn", lang="en"))
    again = item(90, event="restored", lang="en")
    alerts = composed(vi, en, *over, again)
    assert types(alerts) == ["Alert", "Update", "Cancel", "Alert"]
    assert texts(alerts[1], "c:info/c:language") == ["vi-VN", "en"]
    assert alerts[3].references == ()


def test_one_language_that_is_no_warning_any_more_leaves_the_other_in_force() -> None:
    dropped = item(10, RETRACT, "corrected", lang="en", warning=None)
    alerts = composed(item(0), item(5, lang="en"), dropped, item(20, RETRACT, "updated", warning=None))
    assert types(alerts) == ["Alert", "Update", "Update", "Cancel"]
    assert texts(alerts[2], "c:info/c:language") == ["vi-VN"]
    assert texts(alerts[3], "c:info") == []


def test_documents_are_incidents_of_their_own() -> None:
    alerts = composed(item(0), item(1, document=STORM), item(2, RETRACT, "withdrawn"))
    assert types(alerts) == ["Alert", "Alert", "Cancel"]
    assert len(alerts[2].references) == 1


def test_an_erased_document_leaves_references_and_no_texts() -> None:
    first = replace(item(0), facts=None)
    over = item(9, RETRACT, "gone", title=None, lead=None, warning=None, agency=None, places=[])
    [_, cancel] = composed(first, over)
    assert cancel.type is MessageType.cancel
    body = render_alert(cancel, "hub.example.vn").decode()
    assert str(first.id) in body
    assert "Nước lên" not in body
    assert capvalidator.check_schema(body.encode()).passed


def test_the_members_of_an_alert_stand_where_cap_wants_them() -> None:
    [alert] = composed(item(0))
    assert texts(alert, "c:sender") == ["hub.example.vn"]
    assert texts(alert, "c:sent") == ["2026-10-28T15:30:00+07:00"]
    assert texts(alert, "c:status") == ["Actual"]
    assert texts(alert, "c:scope") == ["Public"]
    assert texts(alert, "c:info/c:event") == ["Lũ trên sông Hương"]
    assert texts(alert, "c:info/c:onset") == ["2026-10-28T19:00:00+07:00"]
    assert texts(alert, "c:info/c:expires") == ["2026-10-29T06:00:00+07:00"]
    assert texts(alert, "c:info/c:senderName") == ["Ban Chỉ huy phòng chống thiên tai"]
    assert texts(alert, "c:info/c:headline") == ["Lũ trên báo động 3 <khẩn> & sơ tán"]
    assert texts(alert, "c:info/c:web") == [f"https://hub.example.vn/d/{FLOOD}?lang=vi"]
    assert texts(alert, "c:info/c:area/c:areaDesc") == ["Phường Phú Xuân", "Phường Thuận Hóa"]
    assert texts(alert, "c:info/c:area/c:geocode/c:value") == ["19774", "19777"]
    [whole] = composed(item(0, places=[]))
    assert texts(whole, "c:info/c:area/c:areaDesc") == ["Toàn thành phố Huế"]
    assert texts(whole, "c:info/c:area/c:geocode") == []


@pytest.mark.parametrize("drill", [item(0, is_drill=True), item(0, warning=WARNING | {"is_exercise": True})])
def test_an_exercise_says_so_in_status_note_and_headline(drill: AlertItem) -> None:
    [alert] = composed(drill)
    assert texts(alert, "c:status") == ["Exercise"]
    assert texts(alert, "c:note") == ["[DIỄN TẬP]"]
    assert texts(alert, "c:info/c:headline")[0].startswith("[DIỄN TẬP] Lũ")


@pytest.mark.parametrize("change", [{}, {"warning": WARNING | {"onset": None, "instruction": None}}, {"places": []}])
def test_every_alert_is_valid_by_the_schema(change: dict[str, Any]) -> None:
    alerts = composed(
        item(0, **change),
        item(5, lang="en", **change),
        item(9, UPDATE, "corrected", edition=2, **change),
        item(60, RETRACT, "withdrawn", edition=2, withdrawal={"reason": "Hết"}, **change),
    )
    for alert in alerts:
        result = capvalidator.check_schema(render_alert(alert, "hub.example.vn"))
        assert result.passed, result.message
    broken = render_alert(alerts[0], "hub.example.vn").replace(b">Public<", b">Nobody<")
    assert not capvalidator.check_schema(broken).passed


def test_a_warning_that_has_ended_is_a_misfit_and_other_bulletins_are_not_wanted() -> None:
    channel = CapChannel(ChannelParts(Settings(), None, None))  # type: ignore[arg-type]

    def codes(at: datetime, **view: Any) -> list[str]:
        material = Material(FLOOD, "vi", 1, ItemAction.publish, "published", VIEW | view, at)
        return [misfit.code for misfit in channel.check(material)]

    end = parse_moment("2026-10-29T06:00:00+07:00")
    assert codes(end) == ["expired"]
    assert codes(end - timedelta(seconds=1)) == []
    assert codes(AT, warning=WARNING | {"expires": "2026-10-28T15:00:00+07:00"}) == ["expired"]
    assert is_warning(VIEW)
    assert not is_warning({"title": "Lịch tiêm chủng"})
