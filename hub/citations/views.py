"""Response models of citations."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from hub.domain.kinds.bulletin import BulletinCard
from hub.domain.kinds.draft import DraftCard
from hub.domain.kinds.policy import PolicyCard
from hub.domain.kinds.statement import StatementCard
from hub.domain.types import View
from hub.legal.citations.resolver import Outcome
from hub.legal.citations.types import CitationKind


class CitedPartView(View):
    """A part of a document that a sentence names (phần được viện dẫn)."""

    ref: str = Field(
        description="Path of the part, as the sentence names it; empty for `Điều này`.", examples=["dieu-5/khoan-2"]
    )
    to: str | None = Field(
        None, description="Last part of a range such as `từ Điều 5 đến Điều 9`.", examples=["dieu-9"]
    )
    below: str | None = Field(
        None, description="For a part of the node that holds the sentence (“this article”): the type of that node."
    )


class ChoiceView(View):
    """One of several documents that a citation may mean (văn bản có thể được viện dẫn)."""

    id: UUID = Field(description="UUID of the document.")
    number: str | None = Field(None, description="Number of the document.", examples=["17/KH-UBND"])
    title: str = Field(description="Title of the document.")
    issuers: list[str] = Field(
        description="Names of the issuing agencies.", examples=[["Ủy ban nhân dân thành phố Huế"]]
    )
    issued_on: date = Field(description="Date of issue.", examples=["2026-02-03"])
    path: str = Field(description="Path of the document, relative to the address of the hub.")


class CitationView(View):
    """One mention of a document in a public text (viện dẫn)."""

    place: int = Field(description="Position in reading order, from 1.", examples=[1])
    by: CitationKind = Field(
        description="The way the document is named: by `number`, by the name of a law (`law`), by type and date "
        "(`dated`), or as the citing document itself (`self`)."
    )
    text: str = Field(
        description="The words of the mention, on one line.",
        examples=["Điều 5 Nghị định số 09/2017/NĐ-CP ngày 09/02/2017"],
    )
    field: str = Field(description="The field of the document that holds the mention.", examples=["text"])
    node: str | None = Field(None, description="`ref` of the node that holds the mention.", examples=["dieu-1/khoan-1"])
    start: int = Field(
        description="Start of the mention in that text, counted from 0 in characters of its NFC form.", examples=[18]
    )
    end: int = Field(description="End of the mention in that text, exclusive.", examples=[66])
    type: str | None = Field(None, description="Type of the cited document, if stated.", examples=["Nghị định"])
    number: str | None = Field(
        None,
        description="Number of the cited document as printed, with misprints corrected.",
        examples=["09/2017/NĐ-CP"],
    )
    name: str | None = Field(None, description="Name of the cited law, including its type.", examples=["Luật Đất đai"])
    year: int | None = Field(None, description="Year in the number or the name.", examples=[2017])
    issuer: str | None = Field(None, description="Issuing agency, as written.", examples=["Chính phủ"])
    dates: list[date] = Field(
        description="Dates of the cited document that the sentence states.", examples=[["2017-02-09"]]
    )
    parts: list[CitedPartView] = Field(description="The cited parts; empty when the whole document is cited.")
    attached: str | None = Field(
        None,
        description="The text that the parts belong to, if it was published with the document.",
        examples=["Quy chế"],
    )
    amends: int | None = Field(
        None,
        description="`place` of the mention whose document was amended by this one, as the sentence says.",
        examples=[1],
    )
    outcome: Outcome = Field(
        description="`matched` (see `document`), `choices` (several documents are possible, see `choices`), or "
        "`unresolved`: no public document matches. The citation is resolved again when a matching document is "
        "published."
    )
    confidence: float = Field(description="Confidence of parsing and matching, from 0 to 1.", examples=[1.0])
    why: str = Field(description="Reason for the outcome and its confidence.", examples=["Number and year agree."])
    document: PolicyCard | DraftCard | BulletinCard | StatementCard | None = Field(
        None, description="The cited document, if it is public in this hub."
    )
    target_nodes: list[str] = Field(
        description="`ref`s of the cited nodes in that document, as deep as it has them.", examples=[["dieu-5"]]
    )
    choices: list[ChoiceView] = Field(description="Documents that the citation may mean, newest first.")


class MentionView(View):
    """One place where a document is cited (nơi viện dẫn)."""

    place: int = Field(description="Position among the citations of the citing document, from 1.", examples=[3])
    text: str = Field(
        description="The words of the mention, on one line.", examples=["Điều 5 Nghị định số 09/2017/NĐ-CP"]
    )
    field: str = Field(description="The field of the citing document that holds the mention.", examples=["text"])
    node: str | None = Field(None, description="`ref` of the node that holds the mention.", examples=["dieu-1/khoan-1"])
    target_nodes: list[str] = Field(
        description="`ref`s of the cited nodes in the cited document.", examples=[["dieu-5"]]
    )


class CitedByView(View):
    """A live document that cites the requested one (văn bản viện dẫn đến)."""

    document: PolicyCard | DraftCard | BulletinCard | StatementCard = Field(description="The citing document.")
    count: int = Field(description="Number of mentions.", examples=[4])
    mentions: list[MentionView] = Field(description="The first five mentions, in reading order.")


class CitationPageView(BaseModel):
    """One page of the citations in a document."""

    items: list[CitationView] = Field(description="Citations in reading order.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")


class CitedByPageView(BaseModel):
    """One page of the documents that cite a document."""

    items: list[CitedByView] = Field(description="Citing documents, newest first.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")
