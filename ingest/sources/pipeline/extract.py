"""Extract a delivery from the bytes of an item, and from the files that a page links to when the page leaves doubts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from hub.domain.kinds import KINDS
from hub.domain.source_claims import claims_of, conflicts_of
from hub.legal.doubt import Doubt
from hub.problem_texts.templates import fill
from ingest.extraction.errors import NotADocument, UnreadableFile
from ingest.extraction.models import STRUCTURED_KINDS, ExtractionResult, Original
from ingest.extraction.pipeline import extract_original
from ingest.records import ImportContext
from ingest.sources.discovery.base import SourceAccess
from ingest.sources.pipeline.archive import Blob
from ingest.sources.pipeline.attachments import MAX_PAGE_FILES, PageFile, fetch_file
from ingest.sources.pipeline.delivery import Delivery
from ingest.sources.pipeline.download import Download
from ingest.sources.pipeline.origin import with_origin
from ingest.sources.pipeline.result_check import check_result
from ingest.sources.rows import ItemRow, SourceRow
from ingest.sources.schemas import SourceType

_CONTENT_HINTS = ("title", "summary", "posted")
"""Hints of a list that belong to the content; the others serve to detect changes."""
_TEXT_MEMBERS = ("nodes", "body", "text", "attachments")
"""Members of a page's content that are no facts about the document in its files."""


@dataclass(frozen=True)
class ExtractedItem:
    """An extracted delivery, with the bytes of all its files, the page's own first."""

    delivery: Delivery
    blobs: tuple[Blob, ...]


class ItemExtractor:
    """Extracts the items of one source."""

    def __init__(self, access: SourceAccess, source: SourceRow, context: ImportContext):
        self.access = access
        self.source = source
        self.context = context

    async def extract(self, item: ItemRow, download: Download, blob: Blob) -> ExtractedItem:
        """Extract an item with its files. Raises `HubError` when it cannot be extracted, and `FetchError`."""
        hints = {name: value for name, value in item.hints.items() if name in _CONTENT_HINTS}
        page = await self._extract_original(Original(blob.body, download.name, download.media_type, blob.url), hints)
        names_files = "attachments" in KINDS[self.source.kind].content.model_fields
        files = []
        if self.source.type != SourceType.push and (names_files or not page.text):
            files = [await fetch_file(self.access.fetcher, found) for found in page.files[:MAX_PAGE_FILES]]
        result = await self._best_result(page, files, hints)
        if names_files:
            result = _with_attachments(result, files)
        result = with_origin(result, self.source.name, blob.url or item.url, download.name, blob)
        missing = [f"The file {file.link.url} could not be fetched." for file in files if file.blob is None]
        doubts = [*(f"{doubt.field}: {doubt.detail}" for doubt in result.doubts), *missing]
        content = await check_result(result, doubts, self.source.kind, self.source.lang, self.access.settings)
        delivery = Delivery(
            external_id=item.external_id,
            url=blob.url or item.url,
            content=content,
            sha256=blob.sha256,
            fetched_at=download.fetched_at,
            pushed_by=item.pushed_by,
        )
        return ExtractedItem(delivery, (blob, *(file.blob for file in files if file.blob is not None)))

    async def _extract_original(self, original: Original, hints: dict[str, Any]) -> ExtractionResult:
        return await extract_original(
            original,
            kind=self.source.kind,
            select=self.access.mapping.selectors,
            defaults=self.access.mapping.defaults,
            hints=hints,
            context=self.context,
            settings=self.access.settings,
        )

    async def _best_result(
        self, page: ExtractionResult, files: Sequence[PageFile], hints: dict[str, Any]
    ) -> ExtractionResult:
        """Choose the result of the page, or of the file with the fewest doubts, the first before the others.

        Portals announce a document in a few words, or only in a table of facts, and link to its text: a whole document
        goes before an article about it. A file with doubts counts only when it has more text than the page.
        """
        if _is_complete(page, self.source.kind):
            return page
        is_incomplete = page.doubts or not page.text
        facts = hints | {name: value for name, value in page.content.items() if name not in _TEXT_MEMBERS}
        results, problems = [], []
        for file in files:
            try:
                of_file = _check_against_page(page, await self._extract_file(file, facts), self.source.kind)
            except UnreadableFile as problem:
                problems.append(problem)
                continue
            if not of_file.doubts and (is_incomplete or of_file.is_official):
                return of_file
            if len(of_file.text) > len(page.text):
                results.append(of_file)
        if page.text:
            results.append(page)
        if results:
            return min(results, key=lambda result: len(result.doubts))
        raise problems[0] if problems else NotADocument("The page holds no text.", expected="text, or a file with text")

    async def _extract_file(self, file: PageFile, facts: dict[str, Any]) -> ExtractionResult:
        original = file.original()
        if original is None:
            raise NotADocument(fill("The page holds no text, and its file {url} cannot be fetched.", url=file.link.url))
        try:
            return await self._extract_original(original, facts)
        except UnreadableFile as problem:
            raise type(problem)(f"{file.name}: {problem.detail}", expected=problem.expected) from problem


def _is_complete(page: ExtractionResult, kind: str) -> bool:
    """True when the files of a page cannot add anything."""
    return bool(page.text) and not page.doubts and (kind not in STRUCTURED_KINDS or page.is_official)


def _check_against_page(page: ExtractionResult, file: ExtractionResult, kind: str) -> ExtractionResult:
    """Compare a file with the page that links to it: a contradiction becomes a doubt."""
    if kind not in STRUCTURED_KINDS:
        return replace(file, content=file.content | page.content)
    claims = {name: value for name, value in claims_of(page.content).items() if name != "title"}
    doubts = [
        Doubt(
            found.field, f"The page says {found.claimed}, its file says {found.held}.", "a page and a file that agree"
        )
        for found in conflicts_of(claims, file.content)
    ]
    return replace(file, doubts=(*file.doubts, *doubts))


def _with_attachments(result: ExtractionResult, files: Sequence[PageFile]) -> ExtractionResult:
    attachments = [*result.content.get("attachments", ())]
    known = {each["url"] for each in attachments}
    attachments += [file.to_attachment() for file in files if file.link.url not in known]
    return replace(result, content={**result.content, "attachments": attachments})
