"""Search of the account's articles for the copies of one document, by the mark at the end of their text.

Lists have no text, so the details of each article are read that the hub does not know as a copy of another document.
That takes many calls: a search stops after a part of the time of a call, and the next step goes on from there. A
search that ends before the list does says so: nobody may conclude from it that there is no copy.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from hub.channels.port import ChannelReply, ReplyKind, Work
from hub.channels.rows import COPY
from hub.channels.zalo.access import call_authorised, reply_to_read
from hub.channels.zalo.article_marks import mark_of, read_mark
from hub.channels.zalo.client import WRONG_PARAMETER, ZaloAnswer, ZaloClient
from hub.channels.zalo.tokens import ZaloTokens
from hub.database_errors import DATABASE_ERRORS
from hub.db import Database

PAGE = 10
"""Articles of a page, as many as Zalo allows."""
MAX_ARTICLES = 10_000
"""Articles that a search reads; one that ends there is incomplete."""
MAX_KNOWN = 20_000
"""Articles whose mark a process remembers."""
PART_OF_CALL = 0.25
"""Part of the time of a call after which a search goes on in the next one. A call of Zalo may take the rest."""
SHOWN = "show"
SCAN = "scan"
"""Member of `remote` with the state of a search that goes on."""


@dataclass(frozen=True)
class ArticleCopy:
    """An article at Zalo that carries the mark of a document."""

    id: str
    is_shown: bool


@dataclass(frozen=True)
class CopySearch:
    """Copies of a document that a search found."""

    copies: list[ArticleCopy]
    is_complete: bool
    """False if Zalo has articles that were not read: there may be further copies."""


@dataclass
class ArticleScan:
    """State of a search between its steps."""

    purpose: str
    """Item and step that search: others begin anew."""
    next: int = 0
    """Place in the list of the next article to read, newest first."""
    total: int | None = None
    copies: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def resume(cls, work: Work) -> "ArticleScan":
        """Go on with the search of this item and step, or begin one."""
        purpose, known = f"{work.item_id}/{work.step}", work.remote.get(SCAN) or {}
        return cls(**known) if known.get("purpose") == purpose else cls(purpose)

    def follow(self, total: Any) -> bool:
        """Take over how many articles Zalo has. True if some were removed meanwhile: the list moved up, so the search
        goes back by as many.
        """
        before, self.total = self.total, total if isinstance(total, int) else None
        if before is None or self.total is None or self.total >= before or self.next == 0:
            return False
        self.next = max(0, self.next - (before - self.total))
        return True

    def is_at_end(self, length: int) -> bool:
        """True after the last page, by the number of its articles."""
        if length == 0:
            return True
        return self.next >= self.total if self.total is not None else length < PAGE

    def result(self, *, at_end: bool) -> CopySearch:
        """Return the copies, at the end of the list or of the search."""
        is_complete = at_end and (self.total is None or self.next >= self.total)
        return CopySearch([ArticleCopy(id_, shown) for id_, shown in self.copies.items()], is_complete)

    def pause(self) -> ChannelReply:
        """Reply that goes on in the next step."""
        words = f"{self.next} of Zalo's articles were searched; the search goes on."
        return ChannelReply(ReplyKind.next, {SCAN: dict(vars(self))}, words)


class ArticleReader:
    """Reads the account's articles."""

    def __init__(self, client: ZaloClient, tokens: ZaloTokens, database: Database, call_seconds: float):
        self.client, self.tokens, self.database = client, tokens, database
        self.seconds = PART_OF_CALL * call_seconds
        self._marks: dict[str, str] = {}
        """Marks of articles that were read; empty for an article without one. Texts change, the document does not."""

    async def post(self, path: str, body: Mapping[str, Any]) -> ZaloAnswer | ChannelReply:
        """Make a call that changes an article, or asks for a token."""
        return await call_authorised(self.tokens, lambda access: self.client.call(path, access, body))

    async def read_detail(self, id_: str) -> ZaloAnswer | ChannelReply:
        """Ask for an article with its text."""
        return await call_authorised(
            self.tokens, lambda access: self.client.ask("/v2.0/article/getdetail", access, {"id": id_})
        )

    async def read_slice(self, offset: int) -> ZaloAnswer | ChannelReply:
        """Ask for one page of the list of articles."""
        query = {"offset": offset, "limit": PAGE, "type": "normal"}
        return await call_authorised(
            self.tokens, lambda access: self.client.ask("/v2.0/article/getslice", access, query)
        )

    async def find_copies(self, work: Work, *, newest: int | None = None) -> CopySearch | ChannelReply:
        """Find the copies of the item's document among the `newest` articles, or among all.

        A reply instead if Zalo does not answer, or if the search goes on in the next step.
        """
        mark, scan, began = mark_of(work), ArticleScan.resume(work), time.monotonic()
        if mark is None:
            return ChannelReply(ReplyKind.failed, words="The item names no document, so no article can be found.")
        while scan.next < (newest or MAX_ARTICLES):
            answer = await self.read_slice(scan.next)
            if isinstance(answer, ChannelReply):
                return answer
            medias = answer.get("medias")
            if not answer.is_done or not isinstance(medias, list):
                return reply_to_read(answer)
            if scan.follow(answer.get("total")):
                continue
            others = await self._list_others(medias, work)
            if isinstance(others, ChannelReply):
                return others
            for media in medias:
                id_ = str(media.get("id")) if isinstance(media, Mapping) else ""
                if id_ and id_ not in others and (problem := await self._examine(id_, mark, scan)) is not None:
                    return problem
                scan.next += 1
                if time.monotonic() - began > self.seconds:
                    return scan.pause()
            if scan.is_at_end(len(medias)):
                return scan.result(at_end=True)
        return scan.result(at_end=False)

    async def _examine(self, id_: str, mark: str, scan: ArticleScan) -> ChannelReply | None:
        """Add an article to the copies if it has the mark; a reply if Zalo does not tell."""
        if self._marks.get(id_, mark) != mark:
            return None
        detail = await self.read_detail(id_)
        if isinstance(detail, ChannelReply):
            return detail
        if not detail.is_done:
            return None if is_gone(detail) else reply_to_read(detail)
        found = read_mark(detail.data)
        if len(self._marks) >= MAX_KNOWN:
            self._marks.clear()
        self._marks[id_] = found.document if found else ""
        if found is not None and found.document == mark:
            scan.copies[id_] = detail.get("status") == SHOWN
        return None

    async def _list_others(self, medias: list[Any], work: Work) -> set[str] | ChannelReply:
        """List those articles of a page that are the copies of other documents."""
        ids = [str(media.get("id")) for media in medias if isinstance(media, Mapping)]
        query = select(COPY.c.remote["id"].astext).where(
            COPY.c.channel == "zalo",
            COPY.c.remote["id"].astext.in_(ids),
            (COPY.c.document_id != work.document_id) | (COPY.c.lang != work.lang),
        )
        try:
            async with self.database.read() as connection:
                return set((await connection.execute(query)).scalars())
        except DATABASE_ERRORS:
            return ChannelReply(ReplyKind.retry, words="The database did not answer; the search begins again.")


def is_gone(answer: ZaloAnswer) -> bool:
    """True if Zalo says that it has no such article. A fault of Zalo is not taken for it."""
    return (answer.is_done and not answer.data) or answer.error == WRONG_PARAMETER
