"""Search of the account's newest articles for the copies of one document, by the mark in their text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from hub.channels.port import ChannelReply
from hub.channels.zalo.access import call_authorised, reply_to_read
from hub.channels.zalo.client import WRONG_PARAMETER, ZaloAnswer, ZaloClient
from hub.channels.zalo.tokens import ZaloTokens

PAGE, MAX_PAGES, MAX_DETAILS = 10, 10, 40
"""Articles of a page, as many as Zalo allows; pages that are read; articles whose text is read."""
SHOWN = "show"


@dataclass(frozen=True)
class ArticleCopy:
    """An article at Zalo that carries the mark of a document."""

    id: str
    is_shown: bool


@dataclass(frozen=True)
class ArticleReader:
    """Reads the account's articles."""

    client: ZaloClient
    tokens: ZaloTokens

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

    async def find_copies(self, mark: str, title: str) -> list[ArticleCopy] | ChannelReply:
        """Find the copies of a document among the newest articles; a reply instead if Zalo does not answer.

        Lists have no text, so details are read of those that are hidden or have the title.
        """
        found: list[ArticleCopy] = []
        details = 0
        for page in range(MAX_PAGES):
            answer = await self.read_slice(page * PAGE)
            if isinstance(answer, ChannelReply):
                return answer
            medias = answer.get("medias")
            if not answer.is_done or not isinstance(medias, list):
                return reply_to_read(answer)
            for media in (each for each in medias if isinstance(each, Mapping)):
                if not _may_be_copy(media, title) or details == MAX_DETAILS:
                    continue
                details += 1
                detail = await self.read_detail(str(media.get("id")))
                if isinstance(detail, ChannelReply):
                    return detail
                if detail.is_done:
                    if has_mark(detail.data, mark):
                        found.append(ArticleCopy(str(media["id"]), detail.get("status") == SHOWN))
                elif not is_gone(detail):
                    return reply_to_read(detail)
            if len(medias) < PAGE:
                break
        return found


def is_gone(answer: ZaloAnswer) -> bool:
    """True if Zalo says that it has no such article. A fault of Zalo is not taken for it."""
    return (answer.is_done and not answer.data) or answer.error == WRONG_PARAMETER


def has_mark(data: Any, mark: str) -> bool:
    """True if the text of an article carries the mark."""
    text = orjson.dumps(data).decode().replace("\\/", "/").replace("&amp;", "&")
    return any(not rest[:1].isalnum() for rest in text.split(mark)[1:])


def _may_be_copy(media: Mapping[str, Any], title: str) -> bool:
    return media.get("status") != SHOWN or str(media.get("title", "")).strip() == title.strip()
