"""The official table as a model: its opening, its counts, and its rows by article. Every file is made from it alone."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from hub.consultation.answers.models import AnswerOutcome
from hub.consultation.comments.models import AuthorKind
from hub.domain.types import View


class LedgerLevel(StrEnum):
    """Level of the provisions by which rows are grouped: Điều, khoản or điểm."""

    article = "article"
    clause = "clause"
    point = "point"


class LedgerForm(StrEnum):
    """Form of the table: for everybody, with authors as they chose to be shown; or for the leaders, with names."""

    public = "public"
    internal = "internal"


class LedgerRow(View):
    """A row: one opinion, or a group of near copies with one answer."""

    number: int = Field(description="Number of the comment, by its arrival; of a group, that of the text shown.")
    ref: str | None = Field(
        None, description="Node of the latest draft; null if it is about the whole or has no place."
    )
    author: str = Field(description="Author of the opinion (chủ thể góp ý).")
    comment: str = Field(description="The opinion in full (nội dung góp ý).")
    answer: str = Field(description="The answer (nội dung tiếp thu, giải trình); empty without one.")
    outcome: AnswerOutcome | None = Field(None, description="Outcome of the answer; null without one.")
    copies: int = Field(1, description="Number of opinions that the row stands for.")


class LedgerGroup(View):
    """The rows about one provision, or about other matters (Vấn đề khác/Chung)."""

    label: str = Field(description="Label of the provision (nhóm vấn đề/Điều/Khoản).", examples=["Điều 5"])
    rows: list[LedgerRow] = Field(description="Rows in the order of the draft, then of arrival.")


class LedgerPart(View):
    """A part of the table: the decision itself, or a text attached to it, such as its Quy chế."""

    title: str | None = Field(None, description="Title of the part; null if the table has one part only.")
    groups: list[LedgerGroup] = Field(description="Groups in the order of the draft.")


class KindCount(View):
    """Opinions by one kind of author. In the public form, kinds with fewer than five are counted together."""

    kind: AuthorKind | None = Field(description="Kind of the authors; null for several small kinds together.")
    opinions: int = Field(description="Number of opinions.")


class LedgerCounts(View):
    """Counts of the opening.

    `received` is the sum of `agreeing_bodies`, `accepted`, `partly`, `rejected`, `noted` and `unanswered`.
    """

    asked: int = Field(description="Bodies that were asked.")
    bodies_answered: int = Field(description="Bodies that answered.")
    received: int = Field(description="Opinions received: comments, letters, and bodies that agree entirely.")
    agreeing: int = Field(description="Opinions that agree with the whole draft (thống nhất với dự thảo).")
    agreeing_bodies: int = Field(description="Those of bodies that answered that they agree entirely.")
    groups: int = Field(description="Groups of near copies, each with one row.")
    in_groups: int = Field(description="Opinions in these groups.")
    accepted: int = Field(description="Opinions accepted (tiếp thu).")
    partly: int = Field(description="Opinions accepted in part (tiếp thu một phần).")
    rejected: int = Field(description="Opinions not accepted, with the reasons (giải trình).")
    noted: int = Field(description="Opinions noted (ghi nhận).")
    unanswered: int = Field(description="Opinions without an answer.")
    late: int = Field(description="Opinions of these that came after the end.")
    by_kind: list[KindCount] = Field(description="Comments and letters by kind of author.")
    not_shown: int = Field(
        description="Comments that are under no kind, because their author is not shown; in the internal form 0."
    )
    waiting: int | None = Field(None, description="Comments that wait for a moderator; internal form only.")
    hidden: int | None = Field(None, description="Comments that were hidden; internal form only.")
    withdrawn: int | None = Field(None, description="Comments that were withdrawn; internal form only.")
    erased: int | None = Field(None, description="Comments that were erased; internal form only.")


class TableLedger(View):
    """Official table of the opinions on a draft and of the answers to them (bản tổng hợp ý kiến)."""

    form: LedgerForm = Field(description="`public`, or `internal` with the names of authors.")
    level: LedgerLevel = Field(description="Level of the provisions by which rows are grouped.")
    form_number: str | None = Field(None, description="Number of the form, as the hub is set.")
    title: str = Field(description="Title of the table.")
    agency: str = Field(description="Agency that asked for opinions.")
    place: str = Field(description="Place of the agency.")
    day: date = Field(description="Day on which the table was made.")
    opening: list[str] = Field(description="Paragraphs before the table: basis, and the counts in words.")
    counts: LedgerCounts = Field(description="Counts of the opening.")
    parts: list[LedgerPart] = Field(description="Parts of the table.")
