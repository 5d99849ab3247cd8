"""Facts of today beside stored views: read with the views in the same statement, never stored."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, case, exists, false, literal

from hub.content.legal_force import GROUND_BY_EFFECT, legal_force_on, select_in_effect
from hub.content.visibility import VIEW
from hub.domain.kinds.draft import DRAFT
from hub.domain.kinds.policy import POLICY, LegalForce
from hub.domain.lifecycle import DocumentState
from hub.domain.now import NowView, consultation_now
from hub.domain.types import RelationType
from hub.times import VIETNAM


def now_columns(day: date) -> list[ColumnElement[Any]]:
    """Return the columns of a statement on `published_view` that `read_now` needs."""
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
        *(_has_effect(effect, day).label(f"now_{effect}") for effect in GROUND_BY_EFFECT),
    ]


def _has_effect(effect: RelationType, day: date) -> ColumnElement[bool]:
    """True for a policy that a live document in effect on a day replaces, or amends."""
    found = exists(select_in_effect(day, [effect]).with_only_columns(literal(1)).correlate(VIEW))
    return case((VIEW.c.kind == POLICY.name, found), else_=false())


def current_members(row: Any, item: Mapping[str, Any], moment: datetime) -> dict[str, Any]:
    """Build the members that stand beside a view, from its row with `now_columns` and its parsed JSON."""
    found = _read_now(row, item, moment)
    return {"now": None if found is None else found.model_dump(mode="json")}


def _read_now(row: Any, item: Mapping[str, Any], moment: datetime) -> NowView | None:
    has_window = row.now_opens_at is not None and row.now_closes_at is not None
    if item["kind"] == DRAFT.name and has_window and row.now_state == DocumentState.live:
        about = row.now_opens_at, row.now_closes_at, row.now_consultation_id, row.now_consultation_stage
        return NowView(consultation=consultation_now(moment, *about))
    if item["kind"] != POLICY.name:
        return None
    day = moment.astimezone(VIETNAM).date()
    force, _ = legal_force_on(
        day,
        effective=row.now_effective_on,
        expires=row.now_expires_on,
        stated=LegalForce(item["legal_force"]),
        stated_since=row.now_modified_at.astimezone(VIETNAM).date(),
        effects=[effect for effect in GROUND_BY_EFFECT if getattr(row, f"now_{effect}")],
    )
    return NowView(legal_force=force)


def add_members(json: bytes, members: Mapping[str, Any]) -> bytes:
    """Add members to a stored JSON object without parsing it again."""
    return json.rstrip()[:-1] + b"," + orjson.dumps(members)[1:]
