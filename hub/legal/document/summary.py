"""Summary of the parsed parts of a document: issuers, date of issue, type, confidence of each field, and doubts."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from hub.legal import dates, types
from hub.legal.agency_names import has_agency_prefix, initials, split_issuers
from hub.legal.document.capitals import is_uppercase, to_agency_name
from hub.legal.document.closing import Signature
from hub.legal.document.effect import Effect
from hub.legal.document.header import Header
from hub.legal.doubt import Doubt
from hub.legal.numbers import symbol_parts
from hub.text import fold

_HEADS = (
    "truong", "trung tam", "phong", "chi cuc", "hoc vien", "dai hoc", "benh vien", "kho bac", "huyen uy", "dang uy",
    "mat tran", "ubnd", "hdnd", "uy ban", "hoi dong", "so", "bo", "cuc", "tong cuc", "ban", "van phong", "thanh tra",
    "chinh phu", "quoc hoi", "thu tuong", "chu tich nuoc", "toa an", "vien kiem sat", "tinh uy", "thanh uy", "don vi",
)  # fmt: skip
_PASSED = re.compile(
    r"(?:thông qua|ban hành)(?: tại[^.]{0,80}?)? (?=ngày)(?P<on>" + dates.DATE_PATTERN + r")", re.IGNORECASE
)
_IS_PASSED = re.compile(
    r"(?:luật|bộ luật|pháp lệnh|nghị quyết|hiến pháp)(?: này)?[^.]{0,40} (?:đã )?được [^.]{0,200}$", re.IGNORECASE
)

_MAX_CLAUSE = 400
"""Characters that `_IS_PASSED` can match."""


def agencies(head: Header, text: str) -> tuple[tuple[str, ...], str | None]:
    """The issuers, and the parent agency (cơ quan chủ quản) if the header names one."""
    names: list[str] = []
    joint: list[bool] = []
    open_end = False
    for line in head.agencies:
        folded = fold(line)
        begins = has_agency_prefix(line) or any(folded.startswith(f"{word} ") or folded == word for word in _HEADS)
        if names and ((open_end and not begins) or not begins):
            names[-1] = f"{names[-1]} {line}"
        else:
            names.append(line)
            joint.append(open_end)
        open_end = line.rstrip().endswith(("-", "–"))
    if not names:
        return (), None
    own = [names[-1]]
    place = len(names) - 1
    while place > 0 and joint[place]:
        place -= 1
        own.insert(0, names[place])
    written = [part for name in own for part in _split_joint(name)]
    parent = to_agency_name(names[place - 1], text) if place > 0 else None
    return tuple(to_agency_name(name, text) for name in written), parent


def _split_joint(name: str) -> list[str]:
    """Split `BỘ TÀI CHÍNH - BỘ TƯ PHÁP` into both; a hyphen inside a name stays."""
    return [part for part in split_issuers(name.strip(" -–")) if part]


def document_type(head: Header) -> str | None:
    """The type in the header, or else the one that the letters of the number mean. A công văn prints no type."""
    if head.type is not None:
        if head.type == "Thông tư" and head.number and types.type_of_number(head.number) == "Thông tư liên tịch":
            return "Thông tư liên tịch"
        return head.type
    if head.letter:
        return "Công văn"
    return types.type_of_number(head.number) if head.number else None


def issue_date(head: Header, paragraphs: Sequence[str]) -> date | None:
    """The date in the header, or else the one on which a law was passed."""
    if head.on:
        return head.on[0]
    for paragraph in reversed(paragraphs[-12:]):
        for found in _PASSED.finditer(paragraph):
            if _IS_PASSED.search(paragraph[max(0, found.start() - _MAX_CLAUSE) : found.start()]):
                return dates.parse_date(found["on"])
    return None


def assess_confidence(
    head: Header,
    doc_type: str | None,
    title: str | None,
    issuers: tuple[str, ...],
    on: date | None,
    effect: Effect,
    signers: tuple[Signature, ...],
    nodes: Sequence[dict[str, Any]],
    warnings: Sequence[str],
) -> tuple[dict[str, float], list[Doubt]]:
    """Assess the confidence of each field, and collect the doubts."""
    doubts: list[Doubt] = []
    confidence: dict[str, float] = {}

    def settle(field: str, value: object, sure: float, missing: str, expected: str) -> None:
        if value:
            confidence[field] = sure
        else:
            doubts.append(Doubt(field, missing, expected))

    settle(
        "number",
        head.number,
        head.number_confidence,
        "The document has no number.",
        "a number such as `Số: 269/KH-UBND`",
    )
    settle(
        "type", doc_type, 1.0 if head.type else 0.9, "The type is not printed.", "the type in capitals over the title"
    )
    settle("title", title, 0.95, "No title was found.", "a title below the type, or `V/v` below the number")
    settle("issuers", issuers, 0.95, "The header names no agency.", "the agency in capitals over the number")
    settle("dates", on, 1.0 if head.on else 0.9, "The document has no date.", "`Huế, ngày 01 tháng 8 năm 2023`")
    settle("nodes", nodes, 0.95, "The document has no text.", "a text below the title")
    if len(set(head.on)) > 1:
        doubts.append(Doubt("dates", "The header has several dates.", "one date of issue"))
    named = types.type_of_number(head.number) if head.number else None
    if named and doc_type and named != doc_type and {named, doc_type} != {"Luật", "Lệnh"} and head.type is not None:
        doubts.append(
            Doubt(
                "type", f"The text says {doc_type}, but the letters of {head.number} mean {named}.", "types that agree"
            )
        )
    if issuers and head.number:
        _check_issuer_symbol(head.number, issuers, head, doubts)
    if warnings:
        confidence["nodes"] = 0.6
        doubts.append(Doubt("nodes", " ".join(warnings[:5]), "parts that are counted without a gap"))
    if len(signers) == 1:
        confidence["signer"] = 0.95 if signers[0].title else 0.7
    elif not signers:
        doubts.append(Doubt("signer", "No signature was found.", "the signer's name below the title"))
    else:
        confidence["signer"] = 0.7
    if effect.on is not None:
        confidence["effective_on"] = 0.6 if effect.several else 0.9 if effect.relative else 1.0
    elif effect.open is not None:
        doubts.append(
            Doubt("effective_on", f"It takes effect on a day that it does not state: {effect.open}.", "the day")
        )
    return confidence, doubts


def _check_issuer_symbol(number: str, issuers: tuple[str, ...], head: Header, doubts: list[Doubt]) -> None:
    """Add a doubt if the issuer is a people's committee or council that the letters of the number contradict."""
    letters = symbol_parts(number)[-1:]
    for short in ("UBND", "HĐND"):
        abbreviation = initials(re.sub(r"^(\S+ \S+ \S+ \S+).*$", r"\1", issuers[0]))
        if letters == (short,) and abbreviation != short and not is_uppercase(issuers[0]):
            doubts.append(
                Doubt(
                    "issuers",
                    f"{issuers[0]} does not match the letters {short}.",
                    "an issuer that agrees with the number",
                )
            )
