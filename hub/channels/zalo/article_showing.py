"""Steps that write the text of an article and show it. Live is what Zalo shows: status and edition, as it is read."""

from typing import Any

from hub.channels.port import ChannelReply, ReplyKind, Work
from hub.channels.zalo.access import reply_to_change, reply_to_read
from hub.channels.zalo.article_images import fit_images
from hub.channels.zalo.article_marks import ArticleMark, mark_of, read_mark
from hub.channels.zalo.article_scan import SHOWN, ArticleReader, is_gone
from hub.channels.zalo.article_steps import FORGET
from hub.channels.zalo.article_text import ArticleText, text_digest
from hub.channels.zalo.client import PROCESSING, AnswerKind, ZaloAnswer
from hub.database_errors import DATABASE_ERRORS

LOOKS = 3
"""Readings of an article that is not shown before it fails; searches for a lost one before it is created again."""
NO_COVER = (
    "The image of the bulletin is missing or larger than 1 MB, and Zalo requires a cover: give the bulletin another "
    "image, or set `HUB_ZALO_COVER_URL`."
)
_SHOW_AGAIN: dict[str, Any] = {"asked": None, "stage": "reconciled", "of": None, "refused": None}


class ArticleShowing:
    """The steps `show`, `verify_shown` and `look`."""

    def __init__(self, text: ArticleText, reader: ArticleReader, pause: float):
        self.text, self.reader, self.pause = text, reader, pause

    async def prepare_article(self, work: Work) -> dict[str, Any] | ChannelReply:
        """Return the article with images that Zalo takes; a reply instead if it cannot be sent."""
        article = work.payload.get("article")
        if article is None:
            return ChannelReply(ReplyKind.failed, words="The text was erased, so nothing is written.")
        try:
            fitted = await fit_images(self.reader.database, self.text.base, article, self.text.cover)
        except DATABASE_ERRORS:
            return ChannelReply(ReplyKind.retry, words="The database did not answer; no call was made.")
        return fitted if fitted["cover"]["photo_url"] else ChannelReply(ReplyKind.failed, words=NO_COVER)

    async def show(self, work: Work) -> ChannelReply:
        """Write the text, shown."""
        article = await self.prepare_article(work)
        if isinstance(article, ChannelReply):
            return article
        answer = await self.reader.post("/v2.0/article/update", {**article, "id": work.remote["id"], "status": SHOWN})
        if isinstance(answer, ChannelReply):
            return answer
        token = answer.get("token")
        if answer.is_done and token:
            written = {"stage": "written", "token": str(token), "of": text_digest(work.payload)}
            return ChannelReply(ReplyKind.next, {**written, "asked": None, "refused": None}, answer.words)
        if answer.kind is AnswerKind.refused and answer.error != PROCESSING:
            return await self._explain_refusal(work, reply_to_change(answer))
        return reply_to_change(without_promise(answer))

    async def _explain_refusal(self, work: Work, reply: ChannelReply) -> ChannelReply:
        """Tell an article that somebody removed at Zalo from one that Zalo does not accept."""
        detail = await self.reader.read_detail(str(work.remote["id"]))
        if isinstance(detail, ZaloAnswer) and is_gone(detail):
            words = "Somebody removed the article at Zalo. Send it again to create another one."
            return ChannelReply(ReplyKind.failed, {**FORGET, "id": None}, words)
        return reply

    async def verify_shown(self, work: Work) -> ChannelReply:
        """Ask if the text was processed. One that Zalo refuses is not, unless the article itself shows it."""
        if work.remote.get("of") != text_digest(work.payload):
            return ChannelReply(ReplyKind.next, {"stage": "reconciled", "token": None}, "A later text is written.")
        answer = await self.reader.post("/v2.0/article/verify", {"token": work.remote.get("token")})
        if isinstance(answer, ChannelReply):
            return answer
        if answer.error == PROCESSING or (answer.kind is not AnswerKind.refused and not answer.get("id")):
            return ChannelReply(ReplyKind.retry, words=answer.words, retry_after=answer.retry_after or self.pause)
        refused = answer.advise() if answer.kind is AnswerKind.refused else None
        return ChannelReply(ReplyKind.next, {"stage": "processed", "token": None, "refused": refused}, answer.words)

    async def look(self, work: Work) -> ChannelReply:
        """Read the article: it is live if Zalo shows this edition."""
        if work.remote.get("of") != text_digest(work.payload):
            return ChannelReply(ReplyKind.next, {"stage": "reconciled"}, "A later text is written.")
        detail = await self.reader.read_detail(str(work.remote["id"]))
        if isinstance(detail, ChannelReply):
            return detail
        if is_gone(detail):
            return ChannelReply(ReplyKind.failed, {**FORGET, "id": None}, "Zalo accepted the article, and has none.")
        if not detail.is_done:
            return reply_to_read(detail)
        if detail.get("status") == SHOWN and _is_this_text(work, detail):
            words = f"Article {work.remote['id']} is shown."
            return ChannelReply(ReplyKind.live, {**FORGET, "id": work.remote["id"]}, words)
        if (refused := work.remote.get("refused")) is not None:
            return ChannelReply(ReplyKind.failed, _SHOW_AGAIN, f"Zalo did not take the text: {refused}")
        asked = int(work.remote.get("asked") or 0) + 1
        if asked < LOOKS:
            words = "Zalo does not show the new text yet."
            return ChannelReply(ReplyKind.retry, {"asked": asked}, words, retry_after=self.pause)
        return ChannelReply(
            ReplyKind.failed,
            _SHOW_AGAIN,
            "Zalo accepted the text, and does not show it. Look at the article in the manager of the account.",
        )


def without_promise(answer: ZaloAnswer) -> ZaloAnswer:
    """Take an answer that says done and names no token for what it is: ambiguous."""
    return ZaloAnswer(AnswerKind.ambiguous, words="an answer without a token") if answer.is_done else answer


def _is_this_text(work: Work, detail: ZaloAnswer) -> bool:
    """True if an article has title and edition of the payload: titles often stay while the text changes."""
    wanted = ArticleMark(mark_of(work) or "", int(work.payload["edition"]))
    return read_mark(detail.data) == wanted and str(detail.get("title")).strip() == work.payload["title"].strip()
