"""Letters about one document: its title once, what is urgent first, and a correction before what was there already."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from hub.channels.mail.cards import NewsCard, NewsCards
from hub.channels.mail.composition import LetterWriter
from hub.channels.mail.letter import Letter, write_html, write_text
from hub.channels.mail.news import News, NewsKind
from hub.channels.mail.rows import MailSubscriptionRow
from hub.domain.lifecycle import DocumentState
from hub.registry.hierarchy import Registry
from hub.times import now
from tests.support import contents
from tests.support.mails import MailHub
from tests.support.servers import Publish

DOCUMENT = UUID("0197a1b2-0000-7000-8000-000000000017")
TITLE, LEAD = "Xả lũ hồ Bình Điền", "Nước về <nhanh> từ 14 giờ."
WARNING = {"instruction": "Rời vùng trũng.\nMang theo thuốc & nước.", "expires": None}


def write_letter(kind: NewsKind, lang: str = "vi", **changes: Any) -> Letter:
    shown = {
        "title": TITLE,
        "lead": LEAD,
        "kind": "bulletin",
        "lang": "vi",
        "published_at": "2026-11-30T08:00:00+07:00",
    }
    shown |= {"agency": {"name": "Ủy ban nhân dân thành phố Huế"}, "priority": "normal"} | changes
    cards = NewsCards({DOCUMENT: {"vi": NewsCard(DocumentState.live, shown)}})
    reader = cast(MailSubscriptionRow, SimpleNamespace(lang=lang, filter={}))
    writer = LetterWriter(cast(Registry, None), "https://hub.example.vn", "")
    return writer.news_letter(reader, News(DOCUMENT, "vi", kind, 17), cards)


def test_a_mail_about_one_document_has_its_title_once_as_its_heading() -> None:
    letter = write_letter(NewsKind.new)
    text, html = write_text(letter), write_html(letter)
    assert text.splitlines()[:3] == ["Mới công bố", TITLE, "=" * len(TITLE)]
    assert (text.count(TITLE), text.count("Mới công bố"), text.count(LEAD)) == (1, 1, 1)
    body = html.partition("<body")[2]
    assert (body.count(TITLE), body.count("Mới công bố"), body.count("<h1"), body.count("<h2")) == (1, 1, 1, 0)
    assert "Nước về &lt;nhanh&gt; từ 14 giờ." in body


def test_a_removed_document_is_told_of_without_saying_twice_what_happened() -> None:
    text = write_text(write_letter(NewsKind.removed))
    assert TITLE not in text
    assert text.count("Đã gỡ bỏ") == 1


@pytest.mark.parametrize(
    ("changes", "lang", "begins"),
    [
        ({"priority": "urgent"}, "vi", "KHẨN: Mới công bố: "),
        ({"warning": WARNING}, "en", "URGENT: Newly published: "),
        ({"warning": WARNING | {"is_exercise": True}}, "vi", "DIỄN TẬP: Mới công bố: "),
        ({"priority": "high"}, "vi", "Mới công bố: "),
        ({"priority": "urgent", "valid_until": "2026-01-01T00:00:00+07:00"}, "vi", "Mới công bố: "),
    ],
)
def test_a_subject_tells_what_is_urgent_until_it_is_over(changes: dict[str, Any], lang: str, begins: str) -> None:
    assert write_letter(NewsKind.new, lang, **changes).subject == begins + TITLE


def test_what_is_withdrawn_is_no_longer_urgent_and_asks_nobody_to_act() -> None:
    letter = write_letter(NewsKind.withdrawn, warning=WARNING, withdrawal={"reason": "Nhầm hồ"})
    assert letter.subject == f"Đã thu hồi: {TITLE}"
    assert "Rời vùng trũng" not in write_text(letter)


def test_a_correction_stands_before_the_instruction_and_the_lead() -> None:
    letter = write_letter(NewsKind.corrected, warning=WARNING, change_note="Giờ xả là 15 giờ.")
    for said, lead in ((write_text(letter), LEAD), (write_html(letter), "Nước về")):
        places = [said.index(part) for part in ("Giờ xả là 15 giờ.", "Khuyến cáo: Rời vùng trũng.", lead)]
        assert places == sorted(places)


async def test_a_mail_about_a_warning_says_what_to_do_and_until_when(mails: MailHub, publish_edition: Publish) -> None:
    await mails.subscribe("lan@vidu.vn")
    expires = (now() + timedelta(days=2)).replace(microsecond=0)
    warning = {"event": "Lũ", "category": "Met", "urgency": "Immediate", "severity": "Severe", "certainty": "Likely"}
    warning |= {"instruction": "Rời vùng trũng.\nMang theo thuốc & nước.", "expires": expires.isoformat()}
    await publish_edition("bulletin", contents.bulletin(title=TITLE, priority="urgent", warning=warning))
    await mails.plan()
    await mails.send()
    [mail] = mails.server.mails
    assert mail.message["subject"] == f"KHẨN: Mới công bố: {TITLE}"
    for said, drug in ((mail.text, "Mang theo thuốc & nước."), (mail.html, "Mang theo thuốc &amp; nước.")):
        assert "Khuyến cáo: Rời vùng trũng." in said
        assert drug in said
        assert "Có hiệu lực đến" in said
