"""Names of the hub's parameters, fields and actions in GraphQL."""

from collections.abc import Mapping
from functools import lru_cache

from strawberry.schema.name_converter import NameConverter
from strawberry.utils.str_converters import to_camel_case

from hub.consultation.carryover.service import PlaceVerb
from hub.domain.consultations import ConsultationVerb
from hub.manage.actions import EditorAction
from hub.registry.entries import SINGULAR, RegistryList

GRAPHQL_NAMES: Mapping[str, str] = {"limit": "first", "cursor": "after", "q": "query"}
"""Parameters with another name in GraphQL than in REST."""

CONTENT_INPUT = "ContentInput"
"""The input type of contents, with a member for each kind; the names of its members' types end like it."""

MUTATION_NAMES: Mapping[EditorAction, str] = {
    EditorAction.create: "create_document",
    EditorAction.save: "save_edition",
    EditorAction.submit: "submit_edition",
    EditorAction.send_back: "return_edition",
    EditorAction.approve: "approve_edition",
    EditorAction.schedule: "schedule_edition",
    EditorAction.publish: "publish_edition",
    EditorAction.discard: "discard_edition",
    EditorAction.correct: "correct_edition",
    EditorAction.withdraw: "withdraw_document",
    EditorAction.restore: "restore_document",
    EditorAction.redirect: "redirect_document",
    EditorAction.gone: "mark_document_gone",
}
"""Names of the mutations by action, before camelCase."""

COMMAND_NAMES = (
    "createPerson",
    "changePerson",
    "endPerson",
    "createKey",
    "changeKey",
    "rotateKey",
    "endKey",
    "addNote",
    "assignDocument",
    "createPreview",
    "createPressInquiry",
    "answerPressInquiry",
    "closePressInquiry",
    "erasePressInquiry",
    "submitOpinion",
    "amendOpinion",
    "withdrawOpinion",
    "eraseOpinion",
    "createAnswer",
    "changeAnswer",
    "deleteAnswer",
    "askBody",
    "changeBody",
    "removeBody",
    "replyBody",
    "remindBody",
    "decideComments",
    "undoModerationBatch",
    "setCommentReview",
    "resolveChannelItem",
    "retryChannelItem",
)
"""Mutations about people, keys, the editors' desk, press inquiries, comments, their answers, bodies that are asked, and
items of channels, apart from steps of documents."""


REGISTRY_VERB_NAMES: Mapping[str, str] = {
    "rename": "rename_registry_entry",
    "merge": "merge_registry_entry",
    "close": "close_registry_entry",
    "successor": "set_registry_successors",
    "remove": "remove_registry_entry",
}
"""Names of the mutations of the registry by verb, before camelCase."""
REGISTRY_SAVE_NAMES: Mapping[RegistryList, str] = {kind: f"save_{name}" for kind, name in SINGULAR.items()}
"""Names of the mutations that save a whole entry, before camelCase."""
REGISTRY_CHANGE_NAMES: Mapping[RegistryList, str] = {kind: f"change_{name}" for kind, name in SINGULAR.items()}
"""Names of the mutations that change members of an entry, before camelCase."""

CONSULTATION_VERB_NAMES: Mapping[ConsultationVerb, str] = {
    ConsultationVerb.extend: "extend_consultation",
    ConsultationVerb.answer: "answer_consultation",
    ConsultationVerb.adopt: "adopt_consultation",
    ConsultationVerb.drop: "drop_consultation",
    ConsultationVerb.link: "link_consultation_draft",
}
"""Names of the mutations of consultations by verb, before camelCase."""

PLACE_VERB_NAMES: Mapping[PlaceVerb, str] = {verb: f"{verb.value}_comment_place" for verb in PlaceVerb}
"""Names of the mutations of places by verb, before camelCase."""


class KnownNames(NameConverter):
    """Strawberry's converter of names, which asks for all names of a field's arguments with each request."""

    def apply_naming_config(self, name: str) -> str:
        """Convert a name of the schema to camelCase."""
        return _known_name(name)


@lru_cache(maxsize=4_096)
def _known_name(name: str) -> str:
    return to_camel_case(name)


def camel_case(name: str) -> str:
    """Convert a field's name to camelCase."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def argument_name(name: str) -> str:
    """Return a parameter's name in GraphQL."""
    return camel_case(GRAPHQL_NAMES.get(name, name))
