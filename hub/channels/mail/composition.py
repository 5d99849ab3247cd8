"""Composition of the letters to subscriptions: one piece of news, a digest, and the question for a confirmation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.channels.mail.cards import NewsCards
from hub.channels.mail.letter import Letter, LetterItem, LetterSection, cut
from hub.channels.mail.mime import TOKEN_SLOT
from hub.channels.mail.news import News, NewsKind
from hub.channels.mail.rows import MailMode, MailSubscriptionRow
from hub.channels.mail.subscription_filter import describe_filter, mail_languages
from hub.i18n.catalogues import format_date, texts
from hub.registry.hierarchy import Registry
from hub.settings import Settings
from hub.times import VIETNAM

MAX_DIGEST_ITEMS = 100
"""Documents that one digest lists; the others are counted."""
MAX_SUBJECT_TITLE = 140

ORDER = (
    NewsKind.withdrawn,
    NewsKind.removed,
    NewsKind.replaced,
    NewsKind.corrected,
    NewsKind.new,
    NewsKind.opened,
    NewsKind.updated,
    NewsKind.restored,
)
"""Order of the sections of a digest: what readers must no longer rely on comes first."""


@dataclass(frozen=True)
class LetterWriter:
    """Writes letters to subscriptions with the registry and the settings of one batch."""

    registry: Registry
    base: str
    contact: str

    @classmethod
    def of(cls, settings: Settings, registry: Registry) -> "LetterWriter":
        """Build one; the contact of mails is public."""
        contact = settings.mail_contact or (settings.mail_from or "").rpartition("<")[2].rstrip("> ")
        return cls(registry, mail_base(settings), contact)

    def news_letter(self, subscription: MailSubscriptionRow, piece: News, cards: NewsCards) -> Letter:
        """Write a letter about one piece of news."""
        lang, langs = subscription.lang, mail_languages(subscription.filter, subscription.lang)
        item, words = cards.item(piece, langs, lang, self.base), texts(lang, "mail")
        label = words["news"][piece.kind.value]
        subject = f"{label}: {cut(item.title, MAX_SUBJECT_TITLE)}"
        letter = self._letter(subscription, f"{item.mark}: {subject}" if item.mark else subject, item.title)
        shown = replace(item, about="") if item.about == label else item
        said = f"{item.mark} · {label}" if item.mark else label
        return replace(letter, item=shown, label=said, button=(words["read"], item.url))

    def digest_letter(
        self, subscription: MailSubscriptionRow, mode: str, at: datetime, news: Sequence[News], cards: NewsCards
    ) -> Letter:
        """Write a digest; `mode` is that of its run."""
        lang, langs = subscription.lang, mail_languages(subscription.filter, subscription.lang)
        words, local = texts(lang, "mail"), at.astimezone(VIETNAM)
        ordered = sorted(news, key=lambda piece: (ORDER.index(piece.kind), -piece.seq))
        listed = ordered[:MAX_DIGEST_ITEMS]
        sections = []
        for kind in ORDER:
            items: list[LetterItem] = [
                cards.item(piece, langs, lang, self.base) for piece in listed if piece.kind is kind
            ]
            if items:
                sections.append(LetterSection(words["news"][kind.value], items))
        day = format_date(lang, local.date())
        lead = words["digest_lead"].format(count=len(news), time=f"{local:%H:%M}", day=day)
        subject = words["digest_subject"][mode].format(day=day, count=len(news))
        rest = len(ordered) - len(listed)
        after = [words["more"].format(count=rest)] if rest else []
        return self._letter(subscription, subject, words["digest_title"][mode], [lead], sections, after)

    def confirmation_letter(self, subscription: MailSubscriptionRow, *, is_known: bool) -> Letter:
        """Write the question for a confirmation, or that the subscription exists already."""
        lang, words = subscription.lang, texts(subscription.lang, "mail")
        name = "already" if is_known else "confirm"
        url = f"{self.base}/s/{TOKEN_SLOT}"
        what = words["confirm_what"].format(
            filter="; ".join(describe_filter(subscription.filter, lang, self.registry)),
            mode=describe_mode(subscription.mode, subscription.hour, lang),
        )
        return Letter(
            lang,
            words[f"{name}_subject"],
            words[f"{name}_title"],
            [words[f"{name}_lead"], what],
            button=(words[f"{name}_button"], url if is_known else f"{url}/confirm"),
            after=() if is_known else [words["confirm_else"]],
            reason=words[f"{name}_why"],
            contact=self.contact,
        )

    def _letter(
        self,
        subscription: MailSubscriptionRow,
        subject: str,
        title: str,
        paragraphs: Sequence[str] = (),
        sections: Sequence[LetterSection] = (),
        after: Sequence[str] = (),
    ) -> Letter:
        lang, words = subscription.lang, texts(subscription.lang, "mail")
        lines = describe_filter(subscription.filter, lang, self.registry)
        url = f"{self.base}/s/{TOKEN_SLOT}"
        return Letter(
            lang,
            subject,
            title,
            paragraphs,
            sections,
            after=after,
            reason=words["why"].format(filter="; ".join(lines)),
            links=[(words["unsubscribe"], f"{url}/end"), (words["manage"], url)],
            contact=self.contact,
        )


def describe_mode(mode: MailMode, hour: int, lang: str) -> str:
    """Describe the rhythm of a subscription in words."""
    words = texts(lang, "mail")
    said = str(words["modes"][mode.value])
    return said if mode is MailMode.at_once else f"{said}, {words['hour'].format(hour=f'{hour:02}:00')}"


def mail_base(settings: Settings) -> str:
    """Return the public URL that links in mails begin with."""
    return (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")
