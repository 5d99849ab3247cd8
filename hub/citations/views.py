"""What the public reads of citations."""

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
        description="Its address as the sentence says it; empty for `Điều này`.", examples=["dieu-5/khoan-2"]
    )
    to: str | None = Field(None, description="The last part of a range, `từ Điều 5 đến Điều 9`.", examples=["dieu-9"])
    below: str | None = Field(
        None, description="The kind of the part that `ref` hangs under when the sentence says “this one”."
    )


class ChoiceView(View):
    """One of several documents that a citation may mean (văn bản có thể được viện dẫn)."""

    id: UUID = Field(description="The document's UUID.")
    number: str | None = Field(None, description="Its number.", examples=["17/KH-UBND"])
    title: str = Field(description="Its title.")
    issuers: list[str] = Field(description="Who issued it.", examples=[["Ủy ban nhân dân thành phố Huế"]])
    issued_on: date = Field(description="When it was issued.", examples=["2026-02-03"])
    path: str = Field(description="Where the whole document is, under the hub's address.")


class CitationView(View):
    """One mention of a document in a public text (viện dẫn)."""

    place: int = Field(description="Its place in reading order, from 1.", examples=[1])
    by: CitationKind = Field(
        description="How it names the document: by `number`, by a law's name (`law`), by type and date (`dated`), or "
        "as the text's own document (`self`)."
    )
    text: str = Field(
        description="What stands there, on one line.", examples=["Điều 5 Nghị định số 09/2017/NĐ-CP ngày 09/02/2017"]
    )
    field: str = Field(description="Which text of the document it stands in.", examples=["text"])
    node: str | None = Field(None, description="`ref` of the node whose text it is.", examples=["dieu-1/khoan-1"])
    start: int = Field(description="Where it begins in that text: characters of its NFC form, from 0.", examples=[18])
    end: int = Field(description="Where it ends, exclusive.", examples=[66])
    type: str | None = Field(None, description="Type of the cited document, where it is said.", examples=["Nghị định"])
    number: str | None = Field(None, description="Its number as printed, slips mended.", examples=["09/2017/NĐ-CP"])
    name: str | None = Field(None, description="Name of a law, with its type.", examples=["Luật Đất đai"])
    year: int | None = Field(None, description="The year that number or name carries.", examples=[2017])
    issuer: str | None = Field(None, description="Who issued it, as written.", examples=["Chính phủ"])
    dates: list[date] = Field(description="Dates that the sentence gives it.", examples=[["2017-02-09"]])
    parts: list[CitedPartView] = Field(description="The parts that are cited; empty means the whole document.")
    attached: str | None = Field(
        None, description="What the parts belong to, when it was published with the document.", examples=["Quy chế"]
    )
    amends: int | None = Field(
        None, description="`place` of the mention whose document this one is said to have changed.", examples=[1]
    )
    outcome: Outcome = Field(
        description="`matched` with `document`, `choices` to choose from, or `unresolved`: then nothing public here is "
        "meant, and it is looked at again when such a document is published."
    )
    confidence: float = Field(description="How sure reading and match are, from 0 to 1.", examples=[1.0])
    why: str = Field(description="What that rests on.", examples=["Number and year agree."])
    document: PolicyCard | DraftCard | BulletinCard | StatementCard | None = Field(
        None, description="The cited document, where it is public here."
    )
    target_nodes: list[str] = Field(
        description="`ref`s of the cited parts in that document, as far down as it has them.", examples=[["dieu-5"]]
    )
    choices: list[ChoiceView] = Field(description="Documents that may be meant, newest first.")


class MentionView(View):
    """One place where a document is cited (nơi viện dẫn)."""

    place: int = Field(description="Its place among the citing document's citations, from 1.", examples=[3])
    text: str = Field(description="What stands there, on one line.", examples=["Điều 5 Nghị định số 09/2017/NĐ-CP"])
    field: str = Field(description="Which text of the citing document it stands in.", examples=["text"])
    node: str | None = Field(None, description="`ref` of the node whose text it is.", examples=["dieu-1/khoan-1"])
    target_nodes: list[str] = Field(description="The parts of the cited document that it names.", examples=[["dieu-5"]])


class CitedByView(View):
    """A live document that cites the one asked about (văn bản viện dẫn đến)."""

    document: PolicyCard | DraftCard | BulletinCard | StatementCard = Field(description="The citing document.")
    count: int = Field(description="How often it does.", examples=[4])
    mentions: list[MentionView] = Field(description="The first five places, in reading order.")


class CitationPageView(BaseModel):
    """One page of what a document cites."""

    items: list[CitationView] = Field(description="Mentions in reading order.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")


class CitedByPageView(BaseModel):
    """One page of what cites a document."""

    items: list[CitedByView] = Field(description="Citing documents, newest first.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")
