"""Meaning of each scope, and the table of scopes for the documentation of the API."""

from hub.auth.principal import Scope

SCOPE_MEANINGS: dict[Scope, str] = {
    Scope.read_working: "read working editions, the editors' desk, notes, press inquiries and the audit trail; preview "
    "working editions",
    Scope.write: "create, save, submit, correct, discard; upload files; assign; write notes; record and answer press "
    "inquiries",
    Scope.publish: "return, approve, schedule, publish, withdraw, restore, redirect; close press inquiries",
    Scope.moderate: "read the comments on drafts that wait or are hidden; publish, hide and hold them",
    Scope.webhooks: "create and manage webhooks of one's own",
    Scope.sources: "add and manage sources; quarantine",
    Scope.ingest: "push records",
    Scope.admin: "remove documents for good (gone); erase press inquiries; manage people, keys, and all webhooks "
    "of the agencies",
}
"""Verbs that each scope allows, for documents of the agencies of a key."""

SCOPES_TABLE = "\n".join(
    ["| scope | allows |", "|---|---|", *(f"| `{scope}` | {meaning} |" for scope, meaning in SCOPE_MEANINGS.items())]
)
"""The table in Markdown."""
