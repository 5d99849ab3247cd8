"""Mutations of real files: bytes, numbers, encodings, elements of XML and HTML, and members of ZIP files."""

import io
import random
import re
import warnings
import zipfile
from collections.abc import Callable

from lxml import etree

ODD_PARTS = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"&#0;", b"&#x110000;", b"&amp;" * 9, b"<![CDATA[", b"]]>",
    b"<!--", b"-->", b'"', b"\\", b"\\ud800", b"{", b"[" * 40, b"</", b"<a>" * 300, b"http://[x", b"http://h:1:2/",
    b"%", b"/" * 9, b"1e999", b"NaN", b"9999-99-99", b"\r", b"\xc2\x85", "\u202e".encode(), b"(" * 50, b"*" * 99,
    "Điều 99999999999.".encode(), "ngày 31 tháng 2 năm 0000".encode(), "Số: /-".encode(), b"obj", b"<<", b"stream\n",
)  # fmt: skip
"""Parts that readers stumble over."""
NUMBERS = (b"0", b"-1", b"99999999999999999999", b"1e308", b"2147483648", b"0.0000001", "٣".encode())
ENCODINGS = ("utf-16", "utf-32-be", "latin-1", "cp1258", "utf-8-sig", "utf-7")
MAX_MUTATIONS = 4
_MAX_SIZE = 4_000_000

Mutation = Callable[[bytes, random.Random], bytes]


def mutate(body: bytes, chance: random.Random) -> bytes:
    """Mutate a file a few times, by its bytes or by its structure."""
    for _ in range(chance.randint(1, MAX_MUTATIONS)):
        body = chance.choice(_mutations_of(body))(body, chance)[:_MAX_SIZE]
    return body


def _mutations_of(body: bytes) -> tuple[Mutation, ...]:
    if body.startswith(b"PK\x03\x04"):
        return (_mutate_member, _mutate_member, _mutate_member, _shuffle_members, *_OF_BYTES)
    if body.lstrip()[:1] == b"<":
        return (_mutate_elements, _mutate_elements, *_OF_BYTES, *_OF_TEXT)
    return _OF_BYTES if body.startswith((b"%PDF", b"\x89", b"\xff\xd8", b"RIFF")) else (*_OF_BYTES, *_OF_TEXT)


def _place(body: bytes, chance: random.Random) -> tuple[int, int]:
    begin = chance.randint(0, len(body))
    return begin, min(len(body), begin + int(chance.paretovariate(0.7)))


def _flip(body: bytes, chance: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(min(len(changed), int(chance.paretovariate(0.8)), 200)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _delete(body: bytes, chance: random.Random) -> bytes:
    begin, end = _place(body, chance)
    return body[:begin] + body[end:]


def _repeat(body: bytes, chance: random.Random) -> bytes:
    begin, end = _place(body, chance)
    return body[:begin] + body[begin:end] * chance.choice((2, 3, 50)) + body[end:]


def _insert(body: bytes, chance: random.Random) -> bytes:
    begin, _ = _place(body, chance)
    return body[:begin] + chance.choice(ODD_PARTS) + body[begin:]


def _truncate(body: bytes, chance: random.Random) -> bytes:
    return body[: chance.randint(0, len(body))]


def _change_number(body: bytes, chance: random.Random) -> bytes:
    found = list(re.finditer(rb"\d++", body[:200_000]))
    if not found:
        return body
    one = chance.choice(found)
    return body[: one.start()] + chance.choice(NUMBERS) + body[one.end() :]


def _encode(body: bytes, chance: random.Random) -> bytes:
    return body.decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace")


_OF_BYTES: tuple[Mutation, ...] = (_flip, _delete, _repeat, _insert, _truncate, _change_number)
_OF_TEXT: tuple[Mutation, ...] = (_encode,)


def _mutate_elements(body: bytes, chance: random.Random) -> bytes:
    """Duplicate, delete, move or nest elements, or change an attribute or a text."""
    parser = etree.HTMLParser() if b"<html" in body[:500].lower() else etree.XMLParser(recover=True, no_network=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return body
    try:
        _change_element(root, chance)
    except ValueError:
        # An earlier mutation left names that lxml reads and does not write.
        return body
    return bytes(etree.tostring(root)) if root is not None else body


def _change_element(root: etree._Element | None, chance: random.Random) -> None:
    elements = [each for each in (root.iter() if root is not None else ()) if isinstance(each.tag, str)]
    if len(elements) < 2:
        return
    one, other = (chance.choice(elements[1:]) for _ in range(2))
    parent = one.getparent()
    action = chance.randrange(6)
    if action == 0:
        parent.remove(one)
    elif action == 1:
        for _ in range(chance.choice((1, 2, 60))):
            parent.append(_copy_of(one))
    elif action == 2:
        other.append(_copy_of(one))
    elif action == 3:
        _nest(one, chance.choice((2, 40, 400)))
    elif action == 4 and one.attrib:
        value = chance.choice((*NUMBERS, b"", b"x" * 5_000, b"http://[x")).decode()
        one.set(chance.choice([str(name) for name in one.attrib]), value)
    else:
        one.text = chance.choice(("", " ", "9" * 400, "A" * 5_000, "\u202eẤ", other.text or ""))


def _copy_of(element: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(element, with_tail=False), etree.XMLParser(recover=True, huge_tree=True))


def _nest(element: etree._Element, depth: int) -> None:
    for _ in range(depth):
        inner = element.makeelement(element.tag, dict(element.attrib))
        inner.extend(list(element))
        element.append(inner)


def _mutate_member(body: bytes, chance: random.Random) -> bytes:
    members = _members(body)
    if not members:
        return body
    xml = [name for name in members if name.endswith((".xml", ".rels"))]
    name = (
        "word/document.xml"
        if "word/document.xml" in members and chance.random() < 0.6
        else chance.choice(xml or [*members])
    )
    mutation = chance.choice((_mutate_elements, _mutate_elements, _mutate_elements, *_OF_BYTES))
    return _packed([(each, mutation(data, chance) if each == name else data) for each, data in members.items()])


def _shuffle_members(body: bytes, chance: random.Random) -> bytes:
    members = list(_members(body).items())
    if not members:
        return body
    one, other = chance.choice(members), chance.choice(members)
    action = chance.randrange(3)
    if action == 0:
        members.remove(one)
    elif action == 1:
        members.append((one[0], other[1]))
    else:
        members.append((f"../{one[0]}", other[1]))
    return _packed(members)


def replace_member(body: bytes, name: str, data: bytes) -> bytes:
    """Replace one member of an archive."""
    return _packed([(each, data if each == name else old) for each, old in _members(body).items()])


def _members(body: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # a mutated archive raises anything; then its bytes are mutated only
        return {}


def _packed(members: list[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        for name, data in members:
            archive.writestr(name, data)
    return packed.getvalue()
