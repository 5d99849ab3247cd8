"""What the model of documents' lives knows: documents, their editions, and the moments at which time does something.

Every text carries a word of its own (`zqj17wqx`), so a text that shows where it must not is found by its word.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from hub.consultation.clock import CLOSING_DELAY
from hub.domain.kinds import KINDS
from hub.times import midnight
from tests.support.contents import MADE

WORD = re.compile(rb"zqj\d+wqx")
COMMON = "tatcachung"
"""Stands in every text, so that one search finds whatever a search may find."""

OWNER = "so-y-te"
NAMESPACE = UUID("7a1d5b0e-0000-4000-8000-000000000000")
LANGUAGES = ("vi", "en")
WORKING = ("drafting", "in_review", "approved", "scheduled")

EFFECTIVE, EXPIRES = date(2031, 3, 1), date(2031, 6, 1)
OPENS, CLOSES = date(2031, 2, 1), date(2031, 2, 20)
WINDOW = midnight(OPENS), midnight(CLOSES + timedelta(days=1))
VALID_UNTIL = datetime(2031, 4, 1, 10, tzinfo=UTC)
DUES: dict[str, list[tuple[datetime, str]]] = {
    "policy": [(midnight(EFFECTIVE), "in_force"), (midnight(EXPIRES), "expired")],
    "draft": [],
    "bulletin": [(VALID_UNTIL, "expired")],
}
TOPICS = ("moi-truong", "truyen-thong")
"""A text's topic follows from its word, so that editions come into a filter and leave it."""
MOMENTS = tuple(datetime(2031, month, 15, tzinfo=UTC) for month in range(1, 8))
"""Between them lie all dues and scheduled moments."""
SCHEDULES = (datetime(2031, 1, 31, 17, tzinfo=UTC), datetime(2031, 4, 2, 1, tzinfo=UTC))


@dataclass
class Edition:
    """What the model knows of an edition."""

    id: int
    lang: str
    number: int
    word: str
    writer: str
    high: bool
    state: str = "drafting"
    note: str | None = None
    major: bool = True
    correction_of: int | None = None
    relations: frozenset[int] = frozenset()
    scheduled_for: datetime | None = None
    flag_cleared: bool = False

    @property
    def was_public(self) -> bool:
        return self.state in ("published", "superseded")


@dataclass
class Consultation:
    """What the model knows of a draft's consultation."""

    id: str
    state: str = "announced"
    version: int = 1
    opens: datetime = WINDOW[0]
    closes: datetime = WINDOW[1]

    def next_turn(self) -> tuple[datetime, str] | None:
        """When the clock turns it next, and to which state; it is logged as closed a little later."""
        if self.state == "announced":
            return self.opens, "open"
        return (self.closes, "closed") if self.state == "open" else None

    def is_due(self, moment: datetime) -> bool:
        turn = self.next_turn()
        return turn is not None and turn[0] + (CLOSING_DELAY if turn[1] == "closed" else timedelta()) <= moment


@dataclass
class Document:
    """What the model knows of a document."""

    number: int
    kind: str
    state: str = "unpublished"
    version: int = 1
    editions: list[Edition] = field(default_factory=list)
    opened: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Of each public language: the position and the event of its open view."""
    told: dict[str, datetime | None] = field(default_factory=dict)
    """Up to which moment the open view of a language tells what time alone changes; None: up to now."""
    consultation: Consultation | None = None
    target: int | None = None
    reasons: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(uuid5(NAMESPACE, str(self.number)))

    @property
    def path(self) -> str:
        return f"/api/v1/{KINDS[self.kind].plural}/{self.id}"

    def working(self, lang: str) -> Edition | None:
        return next((e for e in self.editions if e.lang == lang and e.state in WORKING), None)

    def live(self, lang: str) -> Edition | None:
        return next((e for e in self.editions if e.lang == lang and e.state == "published"), None)

    def public(self) -> dict[str, Edition]:
        """The public editions by language, in the order in which the hub opens their views."""
        return {lang: edition for lang in sorted(LANGUAGES) if (edition := self.live(lang))}

    @property
    def is_flagged(self) -> bool:
        """True if an edition had the flag, in any language, and nothing has been published in its language since."""
        return any(
            (flagged.high or flagged.flag_cleared)
            and not any(e.was_public and e.lang == flagged.lang and e.number >= flagged.number for e in self.editions)
            for flagged in self.editions
        )

    def best(self, lang: str) -> Edition | None:
        public = self.public()
        return public.get(lang) or (public[max(public)] if public else None)

    def next_due(self, lang: str) -> tuple[datetime, str] | None:
        told = self.told.get(lang)
        return next((due for due in DUES[self.kind] if told is None or due[0] > told), None)


def topic_of(word: str) -> str:
    """The topic of the text that carries a word."""
    # Words are counted by verbs, and verbs come in fours: by threes the topic changes from edition to edition.
    return TOPICS[int(word.removeprefix("zqj").removesuffix("wqx")) // 2 % 3 == 0]


def content(kind: str, word: str, high: bool, relations: frozenset[int]) -> dict[str, Any]:
    """A content whose free texts all carry the word."""
    said = f"{COMMON} {word}"
    own: dict[str, dict[str, Any]] = {
        "policy": {
            "dates": [
                {"role": "issued", "on": "2026-02-03", "source": said},
                {"role": "effective", "on": str(EFFECTIVE), "source": said},
                {"role": "expiry", "on": str(EXPIRES), "source": said},
            ],
            "nodes": [{"ref": "dieu-1", "type": "article", "label": word, "heading": said, "text": said}],
            "high_impact": high,
        },
        "draft": {
            "consultation": {"opens_on": str(OPENS), "closes_on": str(CLOSES), "contact": said},
            "explanatory_note": said,
            "high_impact": high,
        },
        "bulletin": {"lead": said, "body": f"<p>{said}</p>", "valid_until": VALID_UNTIL.isoformat()},
    }
    related = [{"type": "based_on", "id": str(uuid5(NAMESPACE, str(n))), "note": word} for n in sorted(relations)]
    free = {"title": said, "summary": said, "relations": related, "links": [{"label": said}]}
    return MADE[kind](**free, topics=[topic_of(word)], **own[kind])
