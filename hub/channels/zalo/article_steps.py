"""Steps of an article and their order. Pure.

Zalo has no idempotency key, so an article is created hidden, and shown only after every further copy of the document
was found and removed:

| stage | step | what it does |
|---|---|---|
| – | `create` | creates the article, hidden; a lost answer is looked for by the mark in the text |
| created | `verify` | asks for its id, again while Zalo processes it |
| lost | `find` | looks for an article whose id is not known |
| verified | `reconcile` | looks for further copies; one that is shown already is kept in the place of this one |
| reconciled | `remove_surplus`, `show` | removes further copies; writes the text and shows the article |
| written | `verify_shown` | asks if the change was processed |
| processed | `look` | reads the article: it is live only if Zalo shows it, with the link of this edition at its end |
| – (with an id) | `show` | an update or a correction of the article |
| – | `remove`, `sweep` | a retraction: removes the article, then looks for further copies |

Every step but `create` can be made again without harm.
"""

from collections.abc import Mapping
from typing import Any

from hub.channels.port import ItemAction

_NEXT = {
    "created": "verify",
    "lost": "find",
    "verified": "reconcile",
    "reconciled": "show",
    "written": "verify_shown",
    "processed": "look",
}
FORGET: dict[str, Any] = dict.fromkeys(("stage", "token", "of", "asked", "created", "surplus", "refused"))
"""Members of `remote` that end with an action; the id stays while the article is shown."""

HARMLESS = frozenset({*_NEXT.values(), "remove_surplus", "remove", "sweep"})
"""Steps that do no harm when they are made again: all but `create`."""


def find_next_step(action: ItemAction, remote: Mapping[str, Any]) -> str:
    """Name the next step by the stage that the copy has reached."""
    if remote.get("surplus"):
        return "remove_surplus"
    if action is ItemAction.retract:
        if remote.get("stage") == "created" and not remote.get("id"):
            return "verify"
        return "remove" if remote.get("id") else "sweep"
    return _NEXT.get(str(remote.get("stage")), "show" if remote.get("id") else "create")
