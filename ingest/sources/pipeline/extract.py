"""From bytes to what can be taken in: a page or file is read, and where a page leaves doubts, the files it links to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from hub.domain.kinds import KINDS
from hub.domain.source_claims import claims_of, conflicts_of
from hub.legal.document import is_official
from hub.legal.doubt import Doubt
from ingest.extraction import STRUCTURED, NotADocument, Original, Reading, Unreadable, read_original
from ingest.records import Context
from ingest.sources.discovery.base import Place
from ingest.sources.pipeline.archive import Proof
from ingest.sources.pipeline.attachments import MOST, Attached, fetch_file
from ingest.sources.pipeline.download import Brought
from ingest.sources.pipeline.upsert import Delivery

_HINTS = ("title", "summary", "posted")
"""What a list says that belongs to the content; the rest is for finding it again."""
_TEXTS = ("nodes", "body", "text", "attachments")
"""What of a page's content is no fact about the document in its files."""


@dataclass(frozen=True)
class Read:
    """What was read, with the bytes of all files that belong to it, the page's own first."""

    delivery: Delivery
    proofs: tuple[Proof, ...]


class Reader:
    """Reads what one source brings."""

    def __init__(self, place: Place, source: Row[Any], context: Context):
        self.place = place
        self.source = source
        self.context = context

    async def read(self, item: Row[Any], brought: Brought, proof: Proof) -> Read:
        """What a finding says, with its files. Raises `HubError` for what cannot be read, and `NotFetched`."""
        hints = {name: value for name, value in item.hints.items() if name in _HINTS}
        page = await self._reading(Original(proof.body, brought.name, brought.media_type, proof.url), hints)
        names_files = "attachments" in KINDS[self.source.kind].content.model_fields
        files = []
        if names_files or not page.text:
            files = [await fetch_file(self.place.fetcher, found) for found in page.files[:MOST]]
        reading = await self._surest(page, files, hints)
        if names_files:
            reading = _with_attachments(reading, files)
        missing = [f"The file {file.found.url} could not be fetched." for file in files if file.proof is None]
        delivery = Delivery(
            external_id=item.external_id,
            url=proof.url or item.url,
            content=reading.content,
            text=reading.text,
            sha256=proof.sha256,
            at=brought.at,
            doubts=(*(f"{doubt.field}: {doubt.detail}" for doubt in reading.doubts), *missing),
        )
        return Read(delivery, (proof, *(file.proof for file in files if file.proof is not None)))

    async def _reading(self, original: Original, hints: dict[str, Any]) -> Reading:
        return await read_original(
            original,
            kind=self.source.kind,
            lang=self.source.lang,
            mapping=self.place.mapping,
            hints=hints,
            context=self.context,
            settings=self.place.settings,
        )

    async def _surest(self, page: Reading, files: Sequence[Attached], hints: dict[str, Any]) -> Reading:
        """What the page says, or the file that leaves fewest doubts, the first before the others.

        Portals announce a document in a few words, or only in a table of facts, and link to its text: a whole document
        goes before an article about it. A file that leaves doubts counts only where it says more than the page.
        """
        if _is_whole(page, self.source.kind):
            return page
        lacking = page.doubts or not page.text
        facts = hints | {name: value for name, value in page.content.items() if name not in _TEXTS}
        readings, problems = [], []
        for file in files:
            try:
                inner = _beside(page, await self._of_file(file, facts), self.source.kind)
            except Unreadable as problem:
                problems.append(problem)
                continue
            if not inner.doubts and (lacking or is_official(inner.text)):
                return inner
            if len(inner.text) > len(page.text):
                readings.append(inner)
        if page.text:
            readings.append(page)
        if readings:
            return min(readings, key=lambda reading: len(reading.doubts))
        raise problems[0] if problems else NotADocument("The page holds no text.", expected="text, or a file with text")

    async def _of_file(self, file: Attached, facts: dict[str, Any]) -> Reading:
        original = file.original()
        if original is None:
            raise NotADocument(f"The page holds no text, and its file {file.found.url} cannot be fetched.")
        try:
            return await self._reading(original, facts)
        except Unreadable as problem:
            raise type(problem)(f"{file.name}: {problem.detail}", expected=problem.expected) from problem


def _is_whole(page: Reading, kind: str) -> bool:
    """Whether nothing in its files could say more."""
    return bool(page.text) and not page.doubts and (kind not in STRUCTURED or is_official(page.text))


def _beside(page: Reading, file: Reading, kind: str) -> Reading:
    """A file in the light of the page that links to it: where they contradict each other, nobody can tell."""
    if kind not in STRUCTURED:
        return replace(file, content=file.content | page.content)
    claims = {name: value for name, value in claims_of(page.content).items() if name != "title"}
    doubts = [
        Doubt(
            found.field, f"The page says {found.claimed}, its file says {found.held}.", "a page and a file that agree"
        )
        for found in conflicts_of(claims, file.content)
    ]
    return replace(file, doubts=(*file.doubts, *doubts))


def _with_attachments(reading: Reading, files: Sequence[Attached]) -> Reading:
    named = [*reading.content.get("attachments", ())]
    known = {each["url"] for each in named}
    named += [file.named() for file in files if file.found.url not in known]
    return replace(reading, content={**reading.content, "attachments": named})
