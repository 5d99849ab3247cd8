"""Channel `zalo`: a bulletin is an article of the Official Account (bài viết Zalo OA), of which readers see one.

The steps and their order are those of `article_steps.py`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from hub.channels.port import ChannelParts, ChannelReply, ItemAction, Material, Misfit, ReplyKind, Work
from hub.channels.registry import ChannelRegistration
from hub.channels.zalo.access import call_authorised, reply_to_change, reply_to_read
from hub.channels.zalo.article_scan import SHOWN, ArticleReader, is_gone
from hub.channels.zalo.article_steps import FORGET, HARMLESS, find_next_step
from hub.channels.zalo.article_text import ArticleText, text_digest
from hub.channels.zalo.client import PROCESSING, AnswerKind, ZaloAnswer, ZaloClient
from hub.channels.zalo.tokens import ZaloTokens

PROCESSING_SECONDS = 4.0
"""Seconds after which Zalo is asked again about what it still processes."""
LOOKS = 3
"""Searches for a lost article before it is created again; readings of one that is not shown before it fails."""
CREATIONS = 3
"""Creations of one article whose tokens never led to an id."""

Step = Callable[[Work], Awaitable[ChannelReply]]


class ZaloArticles:
    """The channel of articles."""

    name = "zalo"
    can_confirm = True
    harmless_steps = HARMLESS

    def __init__(self, parts: ChannelParts):
        self.text = ArticleText.build(parts.settings)
        self.client = ZaloClient(parts.outgoing, parts.settings)
        self.tokens = ZaloTokens(parts.database, parts.settings, self.client)
        self.reader = ArticleReader(self.client, self.tokens)
        self.pause = PROCESSING_SECONDS * parts.settings.zalo_pace
        self._steps: dict[str, Step] = {
            "create": self._create,
            "verify": self._verify,
            "find": self._find,
            "reconcile": self._reconcile,
            "remove_surplus": self._remove_surplus,
            "show": self._show,
            "verify_shown": self._verify_shown,
            "look": self._look,
            "remove": self._remove,
            "sweep": self._sweep,
        }

    def check(self, material: Material) -> Sequence[Misfit]:
        """Return the limits that the text breaks."""
        return list(self.text.check(material))

    def render(self, material: Material) -> Mapping[str, Any]:
        """Return the article and the mark of the document."""
        return self.text.render(material)

    def notes(self, material: Material) -> list[str]:
        """Return what is cut in the article."""
        return list(self.text.list_cuts(material))

    def next_step(self, action: ItemAction, remote: Mapping[str, Any]) -> str:
        """Name the next step by the stage."""
        return find_next_step(action, remote)

    async def send(self, work: Work) -> ChannelReply:
        """Make one step."""
        return await self._steps[work.step](work)

    async def retract(self, work: Work) -> ChannelReply:
        """Make one step of a retraction."""
        return await self._steps[work.step](work)

    async def confirm(self, work: Work) -> ChannelReply:
        """Find out what became of an interrupted step. All but `create` are made again: they do no harm twice."""
        if work.step != "create":
            return ChannelReply(
                ReplyKind.retry, retry_after=0, words=f"`{work.step}` was interrupted and is made again."
            )
        found = await self.reader.find_copies(work.payload["mark"], work.payload["title"])
        if isinstance(found, ChannelReply):
            return found if found.kind is ReplyKind.hold else self._ask_again(work, found.words)
        if found:
            words = "The article was created although the answer was lost."
            return ChannelReply(ReplyKind.next, {"id": found[0].id, "stage": "verified", "asked": None}, words)
        return self._ask_again(work, "Zalo lists no such article yet.")

    def _ask_again(self, work: Work, words: str | None) -> ChannelReply:
        """Look again for a while: Zalo lists what was created only when it is processed."""
        asked = int(work.remote.get("asked") or 0) + 1
        if asked < LOOKS:
            return ChannelReply(ReplyKind.unknown, {"asked": asked}, words, retry_after=self.pause)
        # A copy that appears later is hidden, and `reconcile` or `sweep` removes it.
        return ChannelReply(ReplyKind.retry, {"asked": None}, words, retry_after=0)

    async def _post(self, path: str, body: Mapping[str, Any]) -> ZaloAnswer | ChannelReply:
        return await call_authorised(self.tokens, lambda access: self.client.call(path, access, body))

    async def _create(self, work: Work) -> ChannelReply:
        answer = await self._post("/v2.0/article/create", {**work.payload["article"], "status": "hide"})
        if isinstance(answer, ChannelReply):
            return answer
        token = answer.get("token")
        if not answer.is_done or not token:
            return reply_to_change(_without_promise(answer))
        created = int(work.remote.get("created") or 0) + 1
        return ChannelReply(ReplyKind.next, {"stage": "created", "token": str(token), "created": created}, answer.words)

    async def _verify(self, work: Work) -> ChannelReply:
        answer = await self._post("/v2.0/article/verify", {"token": work.remote.get("token")})
        if isinstance(answer, ChannelReply):
            return answer
        id_ = answer.get("id")
        if answer.is_done and id_:
            return ChannelReply(ReplyKind.next, {"id": str(id_), "stage": "verified", "token": None}, answer.words)
        if answer.error == PROCESSING or answer.kind is not AnswerKind.refused:
            return self._wait(answer)
        return ChannelReply(ReplyKind.next, {"stage": "lost", "token": None}, answer.words)

    async def _find(self, work: Work) -> ChannelReply:
        found = await self.reader.find_copies(work.payload["mark"], work.payload["title"])
        if isinstance(found, ChannelReply):
            return found
        if found:
            return ChannelReply(ReplyKind.next, {"id": found[0].id, "stage": "verified"})
        if int(work.remote.get("created") or 0) >= CREATIONS:
            words = "Zalo accepted the article several times, and has none."
            return ChannelReply(ReplyKind.failed, dict(FORGET), words)
        return ChannelReply(ReplyKind.next, {"stage": None}, "Zalo has no such article; it is created again.")

    async def _reconcile(self, work: Work) -> ChannelReply:
        found = await self.reader.find_copies(work.payload["mark"], work.payload["title"])
        if isinstance(found, ChannelReply):
            return found
        shown = [copy.id for copy in found if copy.is_shown]
        kept = shown[0] if shown else str(work.remote["id"])
        surplus = [id_ for id_ in dict.fromkeys([work.remote["id"], *(copy.id for copy in found)]) if id_ != kept]
        words = f"Zalo has {len(surplus)} further copies, which are removed." if surplus else None
        return ChannelReply(ReplyKind.next, {"id": kept, "surplus": surplus or None, "stage": "reconciled"}, words)

    async def _remove_surplus(self, work: Work) -> ChannelReply:
        first, *others = work.remote["surplus"]
        removed = await self._remove_article(first)
        return removed or ChannelReply(ReplyKind.next, {"surplus": others or None}, f"The copy {first} was removed.")

    async def _show(self, work: Work) -> ChannelReply:
        article = work.payload["article"]
        body = {**article, "id": work.remote["id"], "status": SHOWN}
        answer = await self._post("/v2.0/article/update", body)
        if isinstance(answer, ChannelReply):
            return answer
        token = answer.get("token")
        if answer.is_done and token:
            written = {"stage": "written", "token": str(token), "of": text_digest(work.payload), "asked": None}
            return ChannelReply(ReplyKind.next, written, answer.words)
        if answer.kind is AnswerKind.refused:
            return await self._explain_refusal(work, reply_to_change(answer))
        return reply_to_change(_without_promise(answer))

    async def _explain_refusal(self, work: Work, reply: ChannelReply) -> ChannelReply:
        """Tell an article that somebody removed at Zalo from one that Zalo does not accept."""
        detail = await self.reader.read_detail(str(work.remote["id"]))
        if isinstance(detail, ZaloAnswer) and is_gone(detail):
            words = "Somebody removed the article at Zalo. Send it again to create another one."
            return ChannelReply(ReplyKind.failed, {**FORGET, "id": None}, words)
        return reply

    async def _verify_shown(self, work: Work) -> ChannelReply:
        if work.remote.get("of") != text_digest(work.payload):
            return ChannelReply(ReplyKind.next, {"stage": "reconciled", "token": None}, "A later text is written.")
        answer = await self._post("/v2.0/article/verify", {"token": work.remote.get("token")})
        if isinstance(answer, ChannelReply):
            return answer
        if answer.error == PROCESSING or (answer.kind is not AnswerKind.refused and not answer.get("id")):
            return self._wait(answer)
        # Also after a refusal of the token the article itself shows what became of it.
        return ChannelReply(ReplyKind.next, {"stage": "processed", "token": None}, answer.words)

    async def _look(self, work: Work) -> ChannelReply:
        if work.remote.get("of") != text_digest(work.payload):
            return ChannelReply(ReplyKind.next, {"stage": "reconciled"}, "A later text is written.")
        detail = await self.reader.read_detail(str(work.remote["id"]))
        if isinstance(detail, ChannelReply):
            return detail
        if is_gone(detail):
            return ChannelReply(ReplyKind.failed, {**FORGET, "id": None}, "Zalo accepted the article, and has none.")
        if not detail.is_done:
            return reply_to_read(detail)
        is_same = str(detail.get("title")).strip() == work.payload["title"].strip()
        if detail.get("status") == SHOWN and is_same:
            return ChannelReply(
                ReplyKind.live, {**FORGET, "id": work.remote["id"]}, f"Article {work.remote['id']} is shown."
            )
        asked = int(work.remote.get("asked") or 0) + 1
        if asked < LOOKS:
            words = "Zalo does not show the new text yet."
            return ChannelReply(ReplyKind.retry, {"asked": asked}, words, retry_after=self.pause)
        return ChannelReply(
            ReplyKind.failed,
            {"asked": None, "stage": "reconciled", "of": None},
            "Zalo accepted the text, and does not show it. Look at the article in the manager of the account.",
        )

    async def _remove(self, work: Work) -> ChannelReply:
        removed = await self._remove_article(str(work.remote["id"]))
        return removed or ChannelReply(ReplyKind.next, {**FORGET, "id": None}, "The article was removed.")

    async def _sweep(self, work: Work) -> ChannelReply:
        found = await self.reader.find_copies(work.payload["mark"], work.payload["title"])
        if isinstance(found, ChannelReply):
            return found
        if found:
            return ChannelReply(ReplyKind.next, {"surplus": [copy.id for copy in found]}, "Zalo has further copies.")
        return ChannelReply(ReplyKind.retracted, {**FORGET, "id": None}, "Zalo has no copy.")

    async def _remove_article(self, id_: str) -> ChannelReply | None:
        """Remove an article; None if it is removed, now or before."""
        answer = await self._post("/v2.0/article/remove", {"id": id_})
        if isinstance(answer, ChannelReply):
            return answer
        if answer.is_done:
            return None
        if answer.kind is AnswerKind.refused:
            detail = await self.reader.read_detail(id_)
            if isinstance(detail, ZaloAnswer) and is_gone(detail):
                return None
        return reply_to_change(answer)

    def _wait(self, answer: ZaloAnswer) -> ChannelReply:
        return ChannelReply(ReplyKind.retry, words=answer.words, retry_after=answer.retry_after or self.pause)


def _without_promise(answer: ZaloAnswer) -> ZaloAnswer:
    """Take an answer that says done and names no token for what it is: ambiguous."""
    return ZaloAnswer(AnswerKind.ambiguous, words="an answer without a token") if answer.is_done else answer


ZALO = ChannelRegistration("zalo", ZaloArticles)
