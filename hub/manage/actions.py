"""Actions of editors, and the scope that each one requires."""

from enum import StrEnum

from hub.auth.principal import Scope


class EditorAction(StrEnum):
    """An action on a document, as named in URLs and in the audit trail."""

    create = "create"
    save = "save"
    submit = "submit"
    send_back = "return"
    approve = "approve"
    schedule = "schedule"
    publish = "publish"
    withdraw = "withdraw"
    restore = "restore"
    gone = "gone"
    correct = "correct"
    redirect = "redirect"
    discard = "discard"


SCOPES: dict[EditorAction, Scope] = {
    EditorAction.create: Scope.write,
    EditorAction.save: Scope.write,
    EditorAction.submit: Scope.write,
    EditorAction.correct: Scope.write,
    EditorAction.discard: Scope.write,
    EditorAction.send_back: Scope.publish,
    EditorAction.approve: Scope.publish,
    EditorAction.schedule: Scope.publish,
    EditorAction.publish: Scope.publish,
    EditorAction.withdraw: Scope.publish,
    EditorAction.restore: Scope.publish,
    EditorAction.redirect: Scope.publish,
    EditorAction.gone: Scope.admin,
}

STEPS = frozenset(
    {
        EditorAction.submit,
        EditorAction.send_back,
        EditorAction.approve,
        EditorAction.schedule,
        EditorAction.publish,
        EditorAction.discard,
    }
)
"""Actions after which another person has to act: an assignment ends with them."""
