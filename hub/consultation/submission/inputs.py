"""Bodies with which people submit and amend comments. Every member has a limit, and nothing unknown is accepted."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from hub.auth.proof_of_work import MAX_CHALLENGE_LENGTH
from hub.consultation.carryover.anchor_targets import MAX_QUOTE, Quote
from hub.consultation.comments.models import AuthorKind, AuthorShown, Stance
from hub.domain.scalars import MAX_COUNT, Line
from hub.domain.types import Content
from hub.problem_texts.templates import fill
from hub.text import clean

MAX_TEXT = 5_000
"""Characters of a comment, as Unicode code points in NFC."""
MAX_BODY = 65_536
"""Bytes of a request that submits or amends a comment: text and quotation, every letter escaped, have room in it."""
MAX_CONTEXT = 200
MAX_POSITION = 1_000_000
"""Highest version of a draft, and highest place of a character in it, that are looked for."""
LETTER_KINDS = frozenset({AuthorKind.body, AuthorKind.front})
"""Kinds of authors that answer by official letter."""

_EMAIL = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]{1,190}\.[^\s@<>\".]{2,60}")
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{6,24}")


def _normalize(value: object) -> object:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def _check_words(value: str) -> str:
    if not clean(value).strip():
        raise ValueError("has no visible character")
    return value


def _check_kind(value: AuthorKind) -> AuthorKind:
    if value in LETTER_KINDS:
        raise ValueError("agencies, associations and the Fatherland Front answer by official letter")
    return value


def _match(pattern: re.Pattern[str], problem: str) -> AfterValidator:
    def check(value: str) -> str:
        if pattern.fullmatch(value) is None:
            raise ValueError(problem)  # and never repeats it
        return value

    return AfterValidator(check)


CommentText = Annotated[
    str, BeforeValidator(_normalize), StringConstraints(min_length=1, max_length=MAX_TEXT), AfterValidator(_check_words)
]
"""Text of a comment in NFC, as it was sent: the proof of work is about these characters. See `stored_text`."""
Context = Annotated[str, StringConstraints(max_length=MAX_CONTEXT)]
Place = Annotated[int, Field(ge=0, le=MAX_POSITION)]
AuthorName = Annotated[Line, StringConstraints(max_length=200)]
TEXT_DESCRIPTION = "Text of the comment (nội dung góp ý), up to 5,000 characters in NFC."


def stored_text(text: str) -> str:
    """Return a text as it is stored and shown: without control and invisible characters, and spaces around it."""
    return clean(text).strip()


class CommentQuote(Content):
    """Quoted words of a node, by the two selectors of the W3C Web Annotation Data Model."""

    exact: str = Field(min_length=1, max_length=MAX_QUOTE, description="Quoted words.")
    prefix: Context = Field("", description="Words before them.")
    suffix: Context = Field("", description="Words behind them.")
    start: Place = Field(
        description="Place of the first character in the text of the node: heading, line break, text; counted in code "
        "points of NFC."
    )
    end: Place = Field(description="Place behind the last character.")

    def quote(self) -> Quote:
        """Return it as the check of targets takes it."""
        return Quote(self.exact, self.start, self.end, self.prefix, self.suffix)


class CommentAuthor(Content):
    """The author of a comment (người góp ý), as they describe themselves."""

    kind: Annotated[AuthorKind, AfterValidator(_check_kind)] = Field(
        description="Kind: `person`, `organisation`, `business` or `anonymous`."
    )
    name: AuthorName | None = Field(None, description="Name of the person (họ tên).")
    organisation: AuthorName | None = Field(None, description="Name of the organisation or business (tên tổ chức).")

    @model_validator(mode="after")
    def _check_anonymous(self) -> "CommentAuthor":
        if self.kind is AuthorKind.anonymous and (self.name or self.organisation):
            raise ValueError("name: an anonymous author has no name")
        return self

    def public_name(self) -> str | None:
        """Return the name under which they are shown, if they want to be."""
        return public_name(self.kind, self.name, self.organisation)


def public_name(kind: str, name: str | None, organisation: str | None) -> str | None:
    """Return the name under which an author is shown: the organisation's, unless the author is a person."""
    return name if kind == AuthorKind.person else organisation or name


class CommentContact(Content):
    """Contact for the notice of the answer, and for nothing else. It is never shown, and deleted after its term."""

    email: Annotated[str, StringConstraints(max_length=254), _match(_EMAIL, "is not an e-mail address")] | None = Field(
        None, description="E-mail address."
    )
    phone: Annotated[str, StringConstraints(max_length=30), _match(_PHONE, "is not a telephone number")] | None = Field(
        None, description="Telephone number."
    )

    @model_validator(mode="after")
    def _check_one(self) -> "CommentContact":
        if self.email is None and self.phone is None:
            raise ValueError("email: give one, or leave the contact out")
        return self


class CommentConsent(Content):
    """Consent to a wording that the author was shown; a receipt of it is kept."""

    wording: str = Field(max_length=64, description="Code of the wording; see `/api/v1/consultations/wordings`.")
    version: int = Field(ge=1, le=MAX_POSITION, description="Version of the wording that was shown.")
    lang: str = Field(max_length=8, description="Language in which it was shown.", examples=["vi"])


class CommentProof(Content):
    """Proof of work for a challenge of the consultation; see `/api/v1/consultations/{id}/challenge`."""

    challenge: str = Field(max_length=MAX_CHALLENGE_LENGTH, description="Challenge, as it was given.")
    counter: int = Field(ge=0, le=MAX_COUNT, description="Smallest counter that solves it for the text.")


class NewComment(Content):
    """A comment on a version of a draft (góp ý)."""

    draft: int = Field(
        ge=1, le=MAX_POSITION, description="Version of the draft: the `position` among the consultation's drafts."
    )
    ref: str | None = Field(
        None, max_length=200, description="Node of that version; without one, the whole draft.", examples=["dieu-5"]
    )
    quote: CommentQuote | None = Field(None, description="Quoted words of the node.")
    stance: Stance = Field(description="Stance (quan điểm).")
    text: CommentText = Field(description=TEXT_DESCRIPTION)
    author: CommentAuthor = Field(description="The author.")
    shown: AuthorShown = Field(description="Display of the author: by name, by kind only, or not at all.")
    contact: CommentContact | None = Field(None, description="Contact for the notice of the answer.")
    consent: CommentConsent = Field(description="Consent to the wording that was shown.")
    proof: CommentProof | None = Field(None, description="Proof of work; required.")

    @model_validator(mode="after")
    def _check_author(self) -> "NewComment":
        check_shown(self.shown, self.author)
        return self


class CommentAmendment(Content):
    """Members of a comment that its author changes; the place it is about stays. At least one is required."""

    stance: Stance | None = Field(None, description="Stance (quan điểm).")
    text: CommentText | None = Field(None, description=TEXT_DESCRIPTION)
    author: CommentAuthor | None = Field(None, description="The author, in all members.")
    shown: AuthorShown | None = Field(None, description="Display of the author.")
    contact: CommentContact | None = Field(None, description="Contact; null deletes it.")

    @model_validator(mode="after")
    def _check_any(self) -> "CommentAmendment":
        if not self.model_fields_set:
            raise ValueError("give at least one member")
        for name in self.model_fields_set - {"contact"}:
            if getattr(self, name) is None:
                raise ValueError(fill("{name}: cannot be null", name=name))
        return self


def check_shown(shown: AuthorShown, author: CommentAuthor) -> None:
    """Refuse an author who wants to be shown by a name that was not given. Raises `ValueError`."""
    if shown is AuthorShown.name and author.public_name() is None:
        raise ValueError("shown: there is no name to show; choose `kind` or `nothing`")
