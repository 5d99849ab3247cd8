"""Entries of consultations in the publication log: what everyone may know of a change, and nothing else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.consultation.models import Consultation
from hub.log.append import NewSubjectEntry
from hub.log.subjects import ConsultationEvent, LogSubject
from hub.times import format_rfc3339


def new_entry(
    event: ConsultationEvent,
    consultation: Consultation,
    documents: Sequence[UUID],
    at: datetime,
    *,
    due: datetime | None = None,
    reason: str | None = None,
) -> NewSubjectEntry:
    """Build the entry of a change; `documents` are the drafts that were public, in order."""
    return NewSubjectEntry(
        event, at, LogSubject.consultation, str(consultation.id), _members(consultation, documents, reason), due
    )


def _members(consultation: Consultation, documents: Sequence[UUID], reason: str | None) -> dict[str, Any]:
    return {
        "agency": consultation.agency,
        "state": consultation.stage.value,
        "opens_at": format_rfc3339(consultation.opens_at),
        "closes_at": format_rfc3339(consultation.closes_at),
        "drafts": [str(document) for document in documents],
        "reason": reason,
        "policy": str(consultation.policy_id) if consultation.policy_id else None,
        "without_answers": consultation.without_answers,
        "comments": consultation.closing_counts,
        "comments_root": consultation.comments_root and consultation.comments_root.hex(),
    }
