"""Wordings of comments in Vietnamese and English (câu chữ): versioned data, so that a change of words is no release.

A word that is missing in one language is refused when the hub starts. All of them still have to be approved by the
agency's lawyers and editors: `approved` says for each whether it was.
"""

from functools import cache
from importlib.resources import files
from typing import Self

from pydantic import Field, ValidationError, model_validator

from hub.domain.types import View
from hub.errors import SetupProblem
from hub.problem_texts.templates import fill
from hub.problem_texts.validation import explain_shortly

_DATA = files("hub.consultation") / "data" / "wordings.json"

COMMENT_CONSENT = "comment"
"""Name of the notice that the author of a comment agrees to."""


class BilingualText(View):
    """One wording in both languages."""

    vi: str = Field(min_length=1, description="Wording in Vietnamese.")
    en: str = Field(min_length=1, description="Wording in English.")


class TermLabelView(BilingualText):
    """Wording of one code of a list (cách gọi)."""

    code: str = Field(min_length=1, max_length=64, description="Code that it stands for.")
    approved: bool = Field(description="False while the wording is still to be approved.")


class NoticeText(View):
    """Text of a notice in one language."""

    title: str = Field(min_length=1, description="Title of the notice.")
    paragraphs: list[str] = Field(min_length=1, description="Paragraphs, as plain text.")
    agree: str = Field(min_length=1, description="Words beside the box to tick.")


class ConsentNoticeView(View):
    """A version of a notice that an author agrees to (thông báo và đồng ý)."""

    wording: str = Field(min_length=1, max_length=64, description="Name of the notice.")
    version: int = Field(ge=1, description="Version of the notice; the highest is in use.")
    approved: bool = Field(description="False while the wording is still to be approved.")
    vi: NoticeText = Field(description="Notice in Vietnamese.")
    en: NoticeText = Field(description="Notice in English.")


class WordingsView(View):
    """Wordings of comments in Vietnamese and English (câu chữ của phần góp ý)."""

    version: int = Field(ge=1, description="Version of the whole.")
    note: BilingualText = Field(description="Words to show beside a wording that is not approved.")
    consents: list[ConsentNoticeView] = Field(
        min_length=1, description="All versions of the notices, because receipts refer to them."
    )
    terms: dict[str, list[TermLabelView]] = Field(
        description="Wordings of codes by list: `state`, `held_for`, `stance`, `author_kind`, `shown`, "
        "`hidden_reason`, `outcome`, `place`, `doubt`, `file_state`, `stage`, `body_kind`, `error`."
    )

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        for name, terms in self.terms.items():
            codes = [term.code for term in terms]
            if len(set(codes)) < len(codes):
                raise ValueError(fill("terms.{name}: a code is listed twice", name=name))
        named = [(consent.wording, consent.version) for consent in self.consents]
        if len(set(named)) < len(named):
            raise ValueError("consents: a version is listed twice")
        return self


def parse_wordings(body: bytes) -> WordingsView:
    """Parse a file of wordings. Raises `SetupProblem`, which names the first that is missing or empty."""
    try:
        return WordingsView.model_validate_json(body)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SetupProblem(
            f"The wordings of comments are not valid: {place}: {explain_shortly(first)}",
            expected="each wording in vi and en",
        ) from None


@cache
def load_wordings() -> WordingsView:
    """Load the wordings of this version of the hub; read once. Raises `SetupProblem`."""
    return parse_wordings(_DATA.read_bytes())


def current_consent(wording: str = COMMENT_CONSENT) -> ConsentNoticeView:
    """Return the version of a notice that is in use. Raises `KeyError` for an unknown notice."""
    versions = [consent for consent in load_wordings().consents if consent.wording == wording]
    if not versions:
        raise KeyError(wording)
    return max(versions, key=lambda consent: consent.version)


def is_current_consent(wording: str, version: int, lang: str) -> bool:
    """Return True if an author who agreed to this has read what is in use now."""
    return lang in ("vi", "en") and wording == COMMENT_CONSENT and version == current_consent().version


def codes_of(name: str) -> tuple[str, ...]:
    """Return the codes of a list, such as `hidden_reason`, in its order. Raises `KeyError`."""
    return tuple(term.code for term in load_wordings().terms[name])
