"""Facts of today beside stored views: read with the views in the same statement, never stored."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, case, exists, false, literal

from hub.content.legal_force import GROUND_BY_EFFECT, legal_force_on, select_in_effect
from hub.content.view_facts import ViewFacts
from hub.content.visibility import VIEW
from hub.domain.kinds.draft import DRAFT
from hub.domain.kinds.policy import POLICY, LegalForce
from hub.domain.lifecycle import DocumentState
from hub.domain.now import NowView, consultation_now
from hub.domain.types import RelationType
from hub.times import VIETNAM

_EFFECT_COLUMNS = [(effect, f"now_{effect}") for effect in GROUND_BY_EFFECT]


def now_columns(day: date) -> list[ColumnElement[Any]]:
    """Return the columns of a statement on `published_view` that `current_members` needs."""
    own: tuple[str, ...] = (
        "effective_on",
        "expires_on",
        "consultation_id",
        "consultation_stage",
        "opens_at",
        "closes_at",
    )
    own += ("modified_at", "state")
    return [
        *(VIEW.c[name].label(f"now_{name}") for name in own),
        *(_has_effect(effect, day).label(column) for effect, column in _EFFECT_COLUMNS),
    ]


def _has_effect(effect: RelationType, day: date) -> ColumnElement[bool]:
    """True for a policy that a live document in effect on a day replaces, or amends."""
    found = exists(select_in_effect(day, [effect]).with_only_columns(literal(1)).correlate(VIEW))
    return case((VIEW.c.kind == POLICY.name, found), else_=false())


def current_members(row: Any, facts: ViewFacts, moment: datetime) -> Mapping[str, Any]:
    """Return the members that stand beside a view, from its row with `now_columns` and the facts of its JSON."""
    if facts.kind == POLICY.name:
        return _BY_FORCE[_force_now(row, facts, moment)]
    has_window = row.now_opens_at is not None and row.now_closes_at is not None
    if facts.kind == DRAFT.name and has_window and row.now_state == DocumentState.live:
        about = row.now_opens_at, row.now_closes_at, row.now_consultation_id, row.now_consultation_stage
        return _members(NowView(consultation=consultation_now(moment, *about)))
    return _NOTHING


def _members(now: NowView | None) -> Mapping[str, Any]:
    return {"now": None if now is None else now.model_dump(mode="json")}


_NOTHING = _members(None)
_BY_FORCE = {force: _members(NowView(legal_force=force)) for force in LegalForce}
"""Members of policies, made once: nothing of them depends on the policy but its legal force."""


def _force_now(row: Any, facts: ViewFacts, moment: datetime) -> LegalForce:
    force, _ = legal_force_on(
        moment.astimezone(VIETNAM).date(),
        effective=row.now_effective_on,
        expires=row.now_expires_on,
        stated=facts.legal_force or LegalForce.unknown,
        stated_since=row.now_modified_at.astimezone(VIETNAM).date(),
        effects=[effect for effect, column in _EFFECT_COLUMNS if getattr(row, column)],
    )
    return force


def add_members(json: bytes, members: Mapping[str, Any]) -> bytes:
    """Add members to a stored JSON object without parsing it again."""
    return json.rstrip()[:-1] + b"," + orjson.dumps(members)[1:]
