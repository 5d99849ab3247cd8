"""Names of the hub's parameters, fields and actions in GraphQL."""

from collections.abc import Mapping

from hub.manage.actions import EditorAction

GRAPHQL_NAMES: Mapping[str, str] = {"limit": "first", "cursor": "after", "q": "query"}
"""Parameters with another name in GraphQL than in REST."""

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
)
"""Mutations about people, keys and the editors' desk, apart from steps of documents."""


def camel_case(name: str) -> str:
    """Convert a field's name to camelCase."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def argument_name(name: str) -> str:
    """Return a parameter's name in GraphQL."""
    return camel_case(GRAPHQL_NAMES.get(name, name))
