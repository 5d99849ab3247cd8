"""Channel `zalo`: a bulletin is an article of the Official Account (bài viết Zalo OA), of which readers see one.

The steps and their order are those of `article_steps.py`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hub.channels.port import ChannelParts, ChannelReply, ItemAction, Material, Misfit, ReplyKind, Work
from hub.channels.registry import ChannelRegistration
from hub.channels.zalo.access import reply_to_change
from hub.channels.zalo.article_scan import MAX_ARTICLES, SCAN, ArticleReader, is_gone
from hub.channels.zalo.article_showing import LOOKS, ArticleShowing, without_promise
from hub.channels.zalo.article_steps import FORGET, HARMLESS, find_next_step
from hub.channels.zalo.article_text import ArticleText
from hub.channels.zalo.client import PROCESSING, AnswerKind, ZaloAnswer, ZaloClient
from hub.channels.zalo.setup import list_setup_faults
from hub.channels.zalo.tokens import ZaloTokens

PROCESSING_SECONDS = 4.0
"""Seconds after which Zalo is asked again about what it still processes."""
CREATIONS = 3
"""Creations of one article whose tokens never led to an id."""
NEWEST = 200
"""Newest articles that are searched for further copies before an article is shown: a warning must not wait for
thousands."""
INCOMPLETE = f"The search is incomplete: Zalo has more than {MAX_ARTICLES:,} articles, or did not list them all."
LOOK_YOURSELF = "Look in the manager of the account."

Step = Callable[[Work], Awaitable[ChannelReply]]


class ZaloArticles:
    """The channel of articles."""

    name = "zalo"
    can_confirm = True
    harmless_steps = HARMLESS

    def __init__(self, parts: ChannelParts):
        self.text = ArticleText.build(parts.settings)
        client = ZaloClient(parts.outgoing, parts.settings)
        tokens = ZaloTokens(parts.database, parts.settings, client)
        self.reader = ArticleReader(client, tokens, parts.database, parts.settings.channel_call_seconds)
        self.pause = PROCESSING_SECONDS * parts.settings.zalo_pace
        self.showing = ArticleShowing(self.text, self.reader, self.pause)
        self._steps: dict[str, Step] = {
            "create": self._create,
            "verify": self._verify,
            "find": self._find,
            "reconcile": self._reconcile,
            "remove_surplus": self._remove_surplus,
            "show": self.showing.show,
            "verify_shown": self.showing.verify_shown,
            "look": self.showing.look,
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
        return _end_search(work, await self._steps[work.step](work))

    async def retract(self, work: Work) -> ChannelReply:
        """Make one step of a retraction."""
        return _end_search(work, await self._steps[work.step](work))

    async def confirm(self, work: Work) -> ChannelReply:
        """Find out what became of an interrupted step. All but `create` are made again: they do no harm twice."""
        if work.step != "create":
            return ChannelReply(
                ReplyKind.retry, retry_after=0, words=f"`{work.step}` was interrupted and is made again."
            )
        return _end_search(work, await self._find_created(work))

    async def _find_created(self, work: Work) -> ChannelReply:
        found = await self.reader.find_copies(work)
        if isinstance(found, ChannelReply):
            if found.kind in (ReplyKind.hold, ReplyKind.failed):
                return replace(found, kind=ReplyKind.unknown, hold=None)
            # A search that goes on, or that Zalo did not answer: nothing is known yet.
            wait = 0.0 if SCAN in found.remote else found.retry_after or self.pause
            return ChannelReply(ReplyKind.unknown, found.remote, found.words, retry_after=wait)
        if found.copies:
            words = "The article was created although the answer was lost."
            return ChannelReply(ReplyKind.next, {"id": found.copies[0].id, "stage": "verified", "asked": None}, words)
        if not found.is_complete:
            return ChannelReply(ReplyKind.unknown, words=f"{INCOMPLETE} {LOOK_YOURSELF}")
        # Zalo lists what was created only when it is processed.
        words, asked = "Zalo lists no such article yet.", int(work.remote.get("asked") or 0) + 1
        if asked < LOOKS:
            return ChannelReply(ReplyKind.unknown, {"asked": asked}, words, retry_after=self.pause)
        # A copy that appears later is hidden, and `reconcile` or `sweep` removes it.
        return ChannelReply(ReplyKind.retry, {"asked": None}, words, retry_after=0)

    async def _create(self, work: Work) -> ChannelReply:
        article = await self.showing.prepare_article(work)
        if isinstance(article, ChannelReply):
            return article
        answer = await self.reader.post("/v2.0/article/create", {**article, "status": "hide"})
        if isinstance(answer, ChannelReply):
            return answer
        token = answer.get("token")
        if not answer.is_done or not token:
            return reply_to_change(without_promise(answer))
        created = int(work.remote.get("created") or 0) + 1
        return ChannelReply(ReplyKind.next, {"stage": "created", "token": str(token), "created": created}, answer.words)

    async def _verify(self, work: Work) -> ChannelReply:
        answer = await self.reader.post("/v2.0/article/verify", {"token": work.remote.get("token")})
        if isinstance(answer, ChannelReply):
            return answer
        id_ = answer.get("id")
        if answer.is_done and id_:
            return ChannelReply(ReplyKind.next, {"id": str(id_), "stage": "verified", "token": None}, answer.words)
        if answer.error == PROCESSING or answer.kind is not AnswerKind.refused:
            return ChannelReply(ReplyKind.retry, words=answer.words, retry_after=answer.retry_after or self.pause)
        return ChannelReply(ReplyKind.next, {"stage": "lost", "token": None}, answer.words)

    async def _find(self, work: Work) -> ChannelReply:
        found = await self.reader.find_copies(work)
        if isinstance(found, ChannelReply):
            return found
        if found.copies:
            return ChannelReply(ReplyKind.next, {"id": found.copies[0].id, "stage": "verified"})
        if not found.is_complete:
            return ChannelReply(ReplyKind.failed, words=f"{INCOMPLETE} It is not created again. {LOOK_YOURSELF}")
        if int(work.remote.get("created") or 0) >= CREATIONS:
            words = "Zalo accepted the article several times, and has none."
            return ChannelReply(ReplyKind.failed, dict(FORGET), words)
        return ChannelReply(ReplyKind.next, {"stage": None}, "Zalo has no such article; it is created again.")

    async def _reconcile(self, work: Work) -> ChannelReply:
        found = await self.reader.find_copies(work, newest=NEWEST)
        if isinstance(found, ChannelReply):
            return found
        ids = [copy.id for copy in found.copies]
        shown = [copy.id for copy in found.copies if copy.is_shown]
        kept = shown[0] if shown else str(work.remote["id"])
        surplus = [id_ for id_ in dict.fromkeys([work.remote["id"], *ids]) if id_ != kept]
        words = f"Zalo has {len(surplus)} further copies, which are removed." if surplus else None
        if not found.is_complete:
            words = f"{words or ''} Only the newest {NEWEST} articles were searched: incomplete.".strip()
        return ChannelReply(ReplyKind.next, {"id": kept, "surplus": surplus or None, "stage": "reconciled"}, words)

    async def _remove_surplus(self, work: Work) -> ChannelReply:
        first, *others = work.remote["surplus"]
        removed = await self._remove_article(first)
        return removed or ChannelReply(ReplyKind.next, {"surplus": others or None}, f"The copy {first} was removed.")

    async def _remove(self, work: Work) -> ChannelReply:
        removed = await self._remove_article(str(work.remote["id"]))
        return removed or ChannelReply(ReplyKind.next, {**FORGET, "id": None}, "The article was removed.")

    async def _sweep(self, work: Work) -> ChannelReply:
        found = await self.reader.find_copies(work)
        if isinstance(found, ChannelReply):
            return found
        if found.copies:
            surplus = [copy.id for copy in found.copies]
            return ChannelReply(ReplyKind.next, {"surplus": surplus}, "Zalo has further copies.")
        if not found.is_complete:
            words = f"The known article was removed. {INCOMPLETE} There may be further copies. {LOOK_YOURSELF}"
            return ChannelReply(ReplyKind.failed, words=words)
        return ChannelReply(ReplyKind.retracted, {**FORGET, "id": None}, "Zalo has no copy.")

    async def _remove_article(self, id_: str) -> ChannelReply | None:
        """Remove an article; None if it is removed, now or before."""
        answer = await self.reader.post("/v2.0/article/remove", {"id": id_})
        if isinstance(answer, ChannelReply):
            return answer
        if answer.is_done:
            return None
        if answer.kind is AnswerKind.refused and answer.error != PROCESSING:
            detail = await self.reader.read_detail(id_)
            if isinstance(detail, ZaloAnswer) and is_gone(detail):
                return None
        return reply_to_change(answer)


def _end_search(work: Work, reply: ChannelReply) -> ChannelReply:
    """Forget the state of a search that goes on no more."""
    goes_on = SCAN in reply.remote or reply.kind in (ReplyKind.retry, ReplyKind.hold)
    return reply if goes_on or SCAN not in work.remote else replace(reply, remote={**reply.remote, SCAN: None})


ZALO = ChannelRegistration("zalo", ZaloArticles, setup_faults=list_setup_faults)
