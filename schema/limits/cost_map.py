"""The cost of each field in points. A point is about the cost of writing one field of one item into an answer.

The numbers are rough measurements: a statement counts as two hundred fields, a search as several statements.
"""

from collections.abc import Mapping

from schema.naming import (
    COMMAND_NAMES,
    CONSULTATION_VERB_NAMES,
    MUTATION_NAMES,
    PLACE_VERB_NAMES,
    REGISTRY_CHANGE_NAMES,
    REGISTRY_SAVE_NAMES,
    REGISTRY_VERB_NAMES,
    camel_case,
)

PLAIN_COST = 1
"""A field that is read from data its parent has already loaded."""
STATEMENT_COST = 200
"""A field that runs one statement in the database."""
SEARCH_COST = 2_500
WRITE_COST = 1_000

FIELD_COSTS: Mapping[str, int] = {
    "Query.policies": STATEMENT_COST,
    "Query.drafts": STATEMENT_COST,
    "Query.bulletins": STATEMENT_COST,
    "Query.statements": STATEMENT_COST,
    "Query.item": STATEMENT_COST,
    "Query.node": STATEMENT_COST,
    "Query.search": SEARCH_COST,
    "Query.suggest": 2 * STATEMENT_COST,
    "Query.related": 5 * STATEMENT_COST,
    "Query.agencies": STATEMENT_COST,
    "Query.topics": STATEMENT_COST,
    "Query.spokespersons": STATEMENT_COST,
    "Query.places": STATEMENT_COST,
    "Query.clocks": 2 * STATEMENT_COST,
    "Query.consultations": STATEMENT_COST,
    "Query.consultation": 5 * STATEMENT_COST,
    "Query.openness": 20 * STATEMENT_COST,
    "Query.opennessItems": 20 * STATEMENT_COST,
    "Query.commentGroups": 7 * STATEMENT_COST,
    "Query.consultationModeration": 2 * STATEMENT_COST,
    "Query.opinions": 8 * STATEMENT_COST,
    "Query.consultationAnswers": 5 * STATEMENT_COST,
    "Query.consultationBodies": 3 * STATEMENT_COST,
    "Query.changes": STATEMENT_COST,
    "Query.history": STATEMENT_COST,
    "Query.diff": 10 * STATEMENT_COST,
    "Query.relations": STATEMENT_COST,
    "Query.cites": STATEMENT_COST,
    "Query.citedBy": STATEMENT_COST,
    "Query.legalForce": STATEMENT_COST,
    "Query.manage": STATEMENT_COST,
    "Query.__schema": 4_000,
    "Query.__type": 400,
    "Manage.document": 3 * STATEMENT_COST,
    "Manage.audit": STATEMENT_COST,
    "Manage.provenance": STATEMENT_COST,
    "Manage.conflicts": STATEMENT_COST,
    "Manage.people": STATEMENT_COST,
    "Manage.keys": STATEMENT_COST,
    "Manage.person": STATEMENT_COST,
    "Manage.key": STATEMENT_COST,
    "Manage.files": 2 * STATEMENT_COST,
    "Manage.documents": 5 * STATEMENT_COST,
    "Manage.notes": 2 * STATEMENT_COST,
    "Manage.assignees": 2 * STATEMENT_COST,
    "Manage.documentChanges": 10 * STATEMENT_COST,
    "Manage.pressInquiries": 2 * STATEMENT_COST,
    "Manage.pressInquiry": 2 * STATEMENT_COST,
    "Manage.trends": 5 * STATEMENT_COST,
    "Manage.trendItems": STATEMENT_COST,
    "Manage.trendBursts": 2 * STATEMENT_COST,
    **{f"Mutation.{camel_case(name)}": WRITE_COST for name in MUTATION_NAMES.values()},
    **{
        f"Mutation.{camel_case(name)}": WRITE_COST
        for name in (*REGISTRY_VERB_NAMES.values(), *REGISTRY_SAVE_NAMES.values(), *REGISTRY_CHANGE_NAMES.values())
    },
    **{f"Mutation.{camel_case(name)}": WRITE_COST for name in CONSULTATION_VERB_NAMES.values()},
    "Manage.consultation": 4 * STATEMENT_COST,
    **{f"Mutation.{camel_case(name)}": WRITE_COST for name in PLACE_VERB_NAMES.values()},
    "Manage.commentGroups": 6 * STATEMENT_COST,
    "Manage.commentPlaces": 2 * STATEMENT_COST,
    "Manage.commentPlace": 2 * STATEMENT_COST,
    "Manage.answerSubjects": 5 * STATEMENT_COST,
    "Manage.consultationBodies": 3 * STATEMENT_COST,
    "Manage.overdueBodies": 2 * STATEMENT_COST,
    "Manage.consultations": 5 * STATEMENT_COST,
    "Manage.commentContacts": 5 * STATEMENT_COST,
    "Mutation.readOwnOpinion": 6 * STATEMENT_COST,
    "Manage.moderationQueue": 6 * STATEMENT_COST,
    "Manage.registryEntry": 3 * STATEMENT_COST,
    "Manage.receipts": 6 * STATEMENT_COST,
    "Manage.channels": STATEMENT_COST,
    # Data of the code: no statement.
    "Manage.channelPromises": 2 * PLAIN_COST,
    "Manage.zaloLedger": 2 * STATEMENT_COST,
    "Manage.unmapped": 5 * STATEMENT_COST,
    # The view, with its names, and what each channel asks of its own.
    "Manage.rehearsal": 12 * STATEMENT_COST,
    **{f"Mutation.{name}": WRITE_COST for name in COMMAND_NAMES},
    "Mutation.batchDocuments": 10 * WRITE_COST,
    # One statement for all images of an answer.
    **{f"Image.{name}": 2 * PLAIN_COST for name in ("width", "height", "sizes", "placeholder")},
    "Subscription.changes": STATEMENT_COST,
}
"""Fields that do more than read, as `Type.field` of the schema. All others cost `PLAIN_COST`."""

LIST_SIZES: Mapping[str, int] = {
    "addressed": 3,
    "agencies": 5,
    "answers": 5,
    "attachments": 3,
    "authorKinds": 6,
    "because": 5,
    "by": 2,
    "calendar": 25,
    "calls": 5,
    "changes": 10,
    "channelPromises": 15,
    "channels": 3,
    "Manage.channels": 5,
    "Rehearsal.channels": 5,
    "clocks": 2,
    "choices": 3,
    "comments": 20,
    "conflicts": 3,
    "consultationBodies": 20,
    "correctedBy": 1,
    "dates": 3,
    "derived": 2,
    "documents": 5,
    "doubts": 3,
    "drafts": 5,
    "errors": 5,
    "examples": 3,
    "facets": 50,
    "fields": 10,
    "figures": 30,
    "findings": 3,
    "files": 10,
    "formerNames": 3,
    "heading": 10,
    "heldFor": 4,
    "history": 10,
    "issuers": 2,
    "Receipts.items": 10,
    "kinds": 4,
    "label": 10,
    "links": 3,
    "live": 2,
    "mentions": 3,
    "misfits": 3,
    "missing": 2,
    "nodes": 50,
    "notes": 3,
    "opinions": 5,
    "parts": 3,
    "periods": 30,
    "persons": 20,
    "phrases": 5,
    "places": 3,
    "reasons": 12,
    "relations": 3,
    "results": 20,
    "rules": 20,
    "scopes": 4,
    "series": 12,
    "sizes": 4,
    "sources": 2,
    "stances": 5,
    "successors": 2,
    "targetNodes": 3,
    "text": 10,
    "topics": 3,
    "unmapped": 3,
    "uses": 10,
    "warnings": 3,
    "words": 10,
    "working": 2,
    "years": 5,
}
"""Assumed length of lists that no argument bounds, by field name; where the same name is a list of another length, as
`Type.field` of the schema."""


def find_list_size(type_name: str, field: str) -> int | None:
    """Return the assumed length of a list; None if only an argument above it bounds it."""
    return LIST_SIZES.get(f"{type_name}.{field}", LIST_SIZES.get(field))


PAGE_ARGUMENTS = ("first", "last", "limit")
"""Arguments that bound the length of a list: the field itself, or the list inside a connection."""
