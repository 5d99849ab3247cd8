"""Policies (chính sách, văn bản): issued legal documents."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from hub.domain.kinds.absent_members import MissingMember, missing_field, settle_missing
from hub.domain.kinds.impact import ImpactFilters
from hub.domain.kinds.nodes import check_nodes, nodes_text
from hub.domain.scalars import Line, Moment, StoredDay
from hub.domain.types import (
    Attachment,
    BaseContent,
    Card,
    Content,
    Full,
    Issuer,
    Kind,
    LaterMember,
    TextNode,
    View,
    ViewIndex,
    ViewNames,
)
from hub.legal.numbers import canonical_number, parse_number
from hub.problem_texts.templates import as_words, fill
from hub.times import midnight


class LegalForce(StrEnum):
    """Legal force (hiệu lực) as stated with the edition; legal force on a given day follows from the dates."""

    not_yet = "not_yet"
    in_force = "in_force"
    partly_expired = "partly_expired"
    suspended = "suspended"
    expired = "expired"
    unknown = "unknown"


class DateRole(StrEnum):
    """Role of a date: issued (ban hành), effective (có hiệu lực) or expiry (hết hiệu lực)."""

    issued = "issued"
    effective = "effective"
    expiry = "expiry"


class LegalDate(View, Content):
    """A legal date with its source."""

    role: DateRole = Field(description="Role of the date.")
    on: StoredDay = Field(description="Date in Việt Nam.", examples=["2023-08-01"])
    source: Line = Field(description="Source of the date.", examples=["Văn bản gốc"])
    note: Line | None = Field(
        None,
        description="Explanation of an unusual date; required for a date before the date of issue.",
    )


class Signer(View, Content):
    """Signer of a document (người ký)."""

    name: Line = Field(description="Full name.")
    title: Line | None = Field(None, description="Position, with the form of authority (KT., TM., TL.) if given.")


class SignatureStatus(StrEnum):
    """Status of the digital signature of the original file (chữ ký số)."""

    valid = "valid"
    invalid = "invalid"
    not_checked = "not_checked"
    unsigned = "unsigned"


class SignedOriginal(View, Content):
    """The signed original (bản gốc ký số) and the status of its signature."""

    file: Attachment = Field(description="File.")
    signature: SignatureStatus = Field(description="Status of the signature.")
    signed_by: Line | None = Field(None, description="Subject of the certificate.")
    signed_at: Moment | None = Field(None, description="Time of signing.")


class PolicyCard(Card):
    """A policy as lists show it (văn bản chính sách)."""

    kind: Literal["policy"] = Field("policy", description="Always `policy`.")
    number: str | None = Field(None, description="Number and symbol (số, ký hiệu).", examples=["269/KH-UBND"])
    type: str = Field(description="Document type (loại văn bản).", examples=["Kế hoạch"])
    issuers: list[Issuer] = Field(description="Issuers, including those outside Huế (cơ quan ban hành).")
    issued_on: date = Field(description="Date of issue (ngày ban hành).", examples=["2023-08-01"])
    effective_on: date | None = Field(None, description="First day of effect (ngày có hiệu lực).")
    expires_on: date | None = Field(None, description="First day without effect (ngày hết hiệu lực).")
    legal_force: LegalForce = Field(description="Legal force stated when this edition became public (hiệu lực).")
    high_impact: bool = Field(description="True if it has a high impact on society (tác động lớn đến xã hội).")
    impact_stated: Annotated[bool, LaterMember()] = Field(
        False,
        description="True if the agency has stated if it has a high impact; without it, `false` in `high_impact` means "
        "that nothing was stated. Absent in views stored before it was known.",
    )


class PolicyFull(PolicyCard, Full):
    """A full policy."""

    dates: list[LegalDate] = Field(description="All legal dates with their sources.")
    signer: Signer | None = Field(None, description="Signer (người ký).")
    nodes: list[TextNode] = Field(description="Text as a flat list of nodes in reading order.")
    attachments: list[Attachment] = Field(description="Attached files (tệp đính kèm).")
    signed_original: SignedOriginal | None = Field(None, description="Signed original file.")


_REQUIRED = {
    MissingMember.issuers: as_words("at least one issuer is required"),
    MissingMember.dates: as_words("one date with the role `issued` is required"),
}


def _check_number(text: str) -> str:
    if parse_number(text) is None:
        raise ValueError(
            fill("`{text}` is not the number of a document, such as 269/KH-UBND or 09/2017/NĐ-CP", text=text)
        )
    return canonical_number(text)


class PolicyContent(BaseContent):
    """Fields that editors write for a policy."""

    number: Annotated[Line, AfterValidator(_check_number)] | None = Field(
        None,
        max_length=100,
        description="Number and symbol as printed; null if there is none.",
        examples=["269/KH-UBND"],
    )
    type: Line = Field(max_length=80, description="Document type.", examples=["Kế hoạch"])
    issuers: tuple[Issuer, ...] = Field(max_length=20, description="Issuers; one at least, unless they are `missing`.")
    dates: tuple[LegalDate, ...] = Field(
        max_length=12, description="Legal dates; one with the role `issued` is required, unless it is `missing`."
    )
    missing: tuple[MissingMember, ...] = missing_field(*_REQUIRED)
    legal_force: LegalForce | None = Field(
        None, description="Stated legal force; if absent, it follows from the dates."
    )
    signer: Signer | None = Field(None, description="Signer.")
    high_impact: bool = Field(False, description="True if it has a high impact on society.")
    impact_stated: bool = Field(
        False, description="True to state `high_impact`, also if it is `false`; `true` there is a statement by itself."
    )
    nodes: tuple[TextNode, ...] = Field((), max_length=20_000, description="Text as a flat list of nodes.")
    attachments: tuple[Attachment, ...] = Field((), max_length=100, description="Attached files.")
    signed_original: SignedOriginal | None = Field(None, description="Signed original file.")

    @model_validator(mode="after")
    def _check_consistency(self) -> "PolicyContent":
        check_nodes(self.nodes)
        issued = self.on(DateRole.issued)
        for place, later in enumerate(self.dates):
            if later.role is DateRole.issued or issued is None or later.note is not None:
                continue
            if later.on < issued:
                raise ValueError(
                    fill(
                        "dates.{place}.on: {role} {on} is before issued {issued}; explain why in its `note`",
                        place=place,
                        role=later.role,
                        on=later.on,
                        issued=issued,
                    )
                )
        return settle_missing(self, _REQUIRED)

    @property
    def absent_members(self) -> frozenset[MissingMember]:
        """Members that a publication needs and this content does not have."""
        found = {MissingMember.dates} if self.on(DateRole.issued) is None else set()
        return frozenset(found | (set() if self.issuers else {MissingMember.issuers}))

    def on(self, role: DateRole) -> date | None:
        """Return the first date with this role: `dates` is ordered by trust."""
        return next((d.on for d in self.dates if d.role is role), None)


def force_by_dates(day: date, effective: date | None, expires: date | None) -> LegalForce:
    """Determine the legal force on a day from the dates alone."""
    if expires is not None and day >= expires:
        return LegalForce.expired
    if effective is None:
        return LegalForce.unknown
    return LegalForce.in_force if day >= effective else LegalForce.not_yet


def _facts(content: PolicyContent, names: ViewNames) -> dict[str, Any]:
    return {
        "number": content.number,
        "type": content.type,
        "issuers": [
            i.model_copy(update={"name": names.agencies.get(i.code, i.name)}) if i.code else i for i in content.issuers
        ],
        "issued_on": content.on(DateRole.issued),
        "effective_on": content.on(DateRole.effective),
        "expires_on": content.on(DateRole.expiry),
        "legal_force": content.legal_force
        or force_by_dates(names.today, content.on(DateRole.effective), content.on(DateRole.expiry)),
        "high_impact": content.high_impact,
        "impact_stated": content.high_impact or content.impact_stated,
        "dates": content.dates,
        "signer": content.signer,
        "nodes": content.nodes,
        "attachments": content.attachments,
        "signed_original": content.signed_original,
    }


def _index(content: PolicyContent, _day: date) -> ViewIndex:
    issued = content.on(DateRole.issued)
    assert issued is not None  # noqa: S101 - a content that misses it is not published
    return ViewIndex(
        issued_on=issued,
        doc_type=content.type,
        number=content.number,
        issuers=tuple(dict.fromkeys(x for i in content.issuers for x in (i.code, i.name) if x)),
        effective_on=content.on(DateRole.effective),
        expires_on=content.on(DateRole.expiry),
        high_impact=content.high_impact,
        impact_stated=content.high_impact or content.impact_stated,
        due_events=tuple(
            (midnight(day), event)
            for event, role in (("in_force", DateRole.effective), ("expired", DateRole.expiry))
            if (day := content.on(role)) is not None
        ),
    )


def _plain_text(full: dict[str, Any]) -> str:
    return nodes_text(full["nodes"])


POLICY = Kind(
    "policy",
    "policies",
    "văn bản chính sách",
    PolicyContent,
    PolicyCard,
    PolicyFull,
    _facts,
    _index,
    _plain_text,
    filters=(ImpactFilters,),
)
