"""Wordings are data in two languages: complete for every code, marked as not approved, refused when one is missing."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.consultation import wordings
from hub.consultation.answers.models import AnswerOutcome
from hub.consultation.carryover.carried_targets import CarryDoubt, CarryStatus
from hub.consultation.comments.body_models import BodyKind
from hub.consultation.comments.models import AuthorKind, AuthorShown, CommentState, HoldReason, Stance
from hub.consultation.wordings import (
    codes_of,
    current_consent,
    is_current_consent,
    load_wordings,
    parse_wordings,
)
from hub.domain.consultations import ConsultationStage
from hub.errors import SetupProblem
from hub.web.error_page import error_classes

PATH = "/api/v1/consultations/wordings"
ENUMS = {
    "state": CommentState,
    "held_for": HoldReason,
    "stance": Stance,
    "author_kind": AuthorKind,
    "shown": AuthorShown,
    "outcome": AnswerOutcome,
    "place": CarryStatus,
    "doubt": CarryDoubt,
    "stage": ConsultationStage,
    "body_kind": BodyKind,
}
DOCS = Path(__file__).resolve().parents[3] / "docs"


def changed(*path: str | int, to: Any) -> bytes:
    """The file with one member set, or removed."""
    whole = load_wordings().model_dump(mode="json")
    place: Any = whole
    for step in path[:-1]:
        place = place[step]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return json.dumps(whole).encode()


@pytest.mark.parametrize(
    ("path", "to", "named"),
    [
        (("terms", "stance", 2, "en"), None, "terms.stance.2.en"),
        (("terms", "error", 0, "vi"), "", "terms.error.0.vi"),
        (("consents", 0, "en"), None, "consents.0.en"),
        (("consents", 0, "vi", "paragraphs"), [], "consents.0.vi.paragraphs"),
        (("terms", "state", 1, "code"), "waiting", "listed twice"),
        (("terms", "state", 1, "fr"), "Publié", "terms.state.1.fr"),
        (("terms", "state", 1, "approved"), None, "terms.state.1.approved"),
        (("consents",), [], "consents"),
    ],
)
def test_a_wording_that_is_missing_empty_or_listed_twice_stops_the_hub_and_is_named(
    path: tuple[str | int, ...], to: Any, named: str
) -> None:
    with pytest.raises(SetupProblem, match=named.replace(".", r"\.")):
        parse_wordings(changed(*path, to=to))


@pytest.mark.parametrize("name", ENUMS)
def test_every_code_of_a_comment_has_a_wording_and_no_wording_is_for_nothing(name: str) -> None:
    assert codes_of(name) == tuple(ENUMS[name])


@pytest.mark.parametrize("name", ["comments.md", "comment-files.md"])
def test_every_refusal_that_a_page_for_apps_names_has_a_wording(name: str) -> None:
    rows = re.findall(r"^\| (`[a-z_`, ()0-9]+) \|", (DOCS / name).read_text("utf-8"), re.MULTILINE)
    codes = {error.code for error in error_classes()}
    named = {code for row in rows for code in re.findall(r"`([a-z_]+)`", row)} & codes

    assert len(named) > 8
    assert sorted(named - set(codes_of("error"))) == []


def test_no_error_has_a_wording_that_the_hub_never_says() -> None:
    assert sorted(set(codes_of("error")) - {error.code for error in error_classes()}) == []


def test_nothing_is_approved_until_somebody_does_and_vietnamese_and_english_differ() -> None:
    found = load_wordings()
    assert not any(term.approved for terms in found.terms.values() for term in terms)
    assert not any(consent.approved for consent in found.consents)
    assert (found.note.vi, found.note.en) == ("Câu chữ chờ phê duyệt", "Wording to be approved")
    assert all(term.vi != term.en for terms in found.terms.values() for term in terms)
    assert all(len(term.code) <= 64 for terms in found.terms.values() for term in terms)


def test_consent_is_to_the_newest_version_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_current_consent("comment", 2, "vi")
    assert not is_current_consent("comment", 1, "vi"), "its words were others"
    older = load_wordings().model_dump(mode="json")
    older["consents"].insert(0, older["consents"][0] | {"version": 3})
    found = parse_wordings(json.dumps(older).encode())
    monkeypatch.setattr(wordings, "load_wordings", lambda: found)

    assert current_consent().version == 3
    assert is_current_consent("comment", 3, "en")
    for wording, version, lang in (
        ("comment", 2, "vi"),
        ("comment", 4, "vi"),
        ("comment", 3, "fr"),
        ("other", 3, "vi"),
    ):
        assert not is_current_consent(wording, version, lang)
    with pytest.raises(KeyError):
        current_consent("other")


def test_the_notice_says_the_terms_that_the_rules_have() -> None:
    for notice, words in (
        (current_consent().vi, ("90 ngày", "30 ngày", "5 năm")),
        (current_consent().en, ("90 days", "30 days", "5 years")),
    ):
        said = " ".join(notice.paragraphs)
        assert all(word in said for word in words)


async def test_everybody_reads_the_wordings_and_an_unchanged_file_is_not_sent_again(client: httpx.AsyncClient) -> None:
    refused = await client.get(PATH, params={"lang": "vi"})
    found = await client.get(PATH)
    again = await client.get(PATH, headers={"if-none-match": found.headers["etag"]})

    assert refused.json()["code"] == "unknown_parameter"
    assert found.json() == load_wordings().model_dump(mode="json")
    assert found.headers["access-control-allow-origin"] == "*"
    assert (again.status_code, again.content) == (304, b"")
    assert (await client.get("/api/v1/consultations/words")).status_code == 422
