"""Headers of mails: every space and letter of a text reaches the reader, whatever its length."""

import email
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

from hypothesis import given
from hypothesis import strategies as st

from hub.channels.mail.addresses import parse_address
from hub.channels.mail.mime import MailSender, encode_sender, header_text, write_message

SYLLABLES = (
    "Sốt",
    "xuất",
    "huyết",
    "tại",
    "Vỹ",
    "Dạ",
    "KHẨN:",
    "Huế",
    "a",
    "(đợt",
    "2)",
    "=?utf-8?b?",
    "–",
    "𠀀",
    "nghiêng",
)
TEXTS = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=45).map(" ".join)
SENDER = parse_address("tin@hub.example.vn")


def write_and_read(subject: str, name: str) -> tuple[bytes, EmailMessage]:
    written = write_message(
        {"subject": subject, "text": "Tin", "html": "<p>Tin</p>", "lang": "vi"},
        sender=MailSender(name, SENDER, SENDER, ""),
        recipient=parse_address("lan@vidu.vn"),
        message_id="17.a",
        at=datetime(2026, 11, 30, tzinfo=UTC),
        base="https://hub.example.vn",
        token=None,
        can_unsubscribe=False,
    )
    read = email.message_from_bytes(written, policy=default)
    assert isinstance(read, EmailMessage)
    return written, read


@given(TEXTS | st.text(min_size=1, max_size=250))
def test_a_subject_is_read_as_it_was_written(text: str) -> None:
    subject = header_text(text)
    written, read = write_and_read(subject, "Huế")
    assert str(read["subject"]) == subject
    assert read["to"] == "lan@vidu.vn"
    head = written.partition(b"\r\n\r\n")[0]
    assert all(len(line) <= 78 for line in head.split(b"\r\n"))


@given(TEXTS)
def test_a_name_of_a_sender_keeps_its_spaces(text: str) -> None:
    name = header_text(text, 100)
    encoded, address = encode_sender(name, SENDER.address).removeprefix("From: ").rsplit("<", 1)
    assert str(make_header(decode_header(encoded.replace("\r\n", "").strip()))) == name
    assert address == "tin@hub.example.vn>"


def test_a_name_and_an_address_are_read_apart() -> None:
    for name in ("", "Policy hub", 'Hue, "the city"', "Cổng chính sách Huế"):
        _, read = write_and_read("Tin", name)
        assert parseaddr(str(read["from"])) == (name, "tin@hub.example.vn")
