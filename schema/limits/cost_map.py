"""What each field costs: the one map. A point is about what it takes to write one field of one item into an answer.

The numbers are measured, and rough: a statement is counted as two hundred fields, a search as several statements.
"""

from collections.abc import Mapping

from schema.mutation import NAMES
from schema.naming import camel

PLAIN = 1
"""A field that is read from what its parent has loaded already."""
STATEMENT = 200
"""A field that asks the database one question."""
SEARCH = 2_500
WRITE = 1_000

FIELDS: Mapping[str, int] = {
    "Query.policies": STATEMENT,
    "Query.drafts": STATEMENT,
    "Query.bulletins": STATEMENT,
    "Query.statements": STATEMENT,
    "Query.item": STATEMENT,
    "Query.node": STATEMENT,
    "Query.search": SEARCH,
    "Query.suggest": 2 * STATEMENT,
    "Query.related": 5 * STATEMENT,
    "Query.agencies": STATEMENT,
    "Query.topics": STATEMENT,
    "Query.spokespersons": STATEMENT,
    "Query.places": STATEMENT,
    "Query.changes": STATEMENT,
    "Query.history": STATEMENT,
    "Query.diff": 10 * STATEMENT,
    "Query.relations": STATEMENT,
    "Query.cites": STATEMENT,
    "Query.citedBy": STATEMENT,
    "Query.legalForce": STATEMENT,
    "Query.manage": STATEMENT,
    "Query.__schema": 4_000,
    "Query.__type": 400,
    "Manage.document": 3 * STATEMENT,
    "Manage.audit": STATEMENT,
    "Manage.provenance": STATEMENT,
    "Manage.conflicts": STATEMENT,
    "Manage.trends": 5 * STATEMENT,
    "Manage.trendItems": STATEMENT,
    "Manage.trendBursts": 2 * STATEMENT,
    **{f"Mutation.{camel(name)}": WRITE for name in NAMES.values()},
    "Subscription.changes": STATEMENT,
}
"""Fields that do more than read; `Type.field` as the schema calls them. All others cost `PLAIN`."""

SIZES: Mapping[str, int] = {
    "answers": 5,
    "attachments": 3,
    "because": 5,
    "by": 2,
    "channels": 3,
    "choices": 3,
    "conflicts": 3,
    "correctedBy": 1,
    "dates": 3,
    "errors": 5,
    "facets": 50,
    "fields": 10,
    "figures": 30,
    "heading": 10,
    "history": 10,
    "issuers": 2,
    "label": 10,
    "links": 3,
    "live": 2,
    "mentions": 3,
    "nodes": 50,
    "parts": 3,
    "periods": 30,
    "phrases": 5,
    "places": 3,
    "relations": 3,
    "series": 12,
    "successors": 2,
    "targetNodes": 3,
    "text": 10,
    "topics": 3,
    "words": 10,
    "working": 2,
}
"""How long lists are taken to be that no argument bounds, by the field's name."""

PAGE_ARGUMENTS = ("first", "last", "limit")
"""Arguments that say how long a list gets: that of the field itself, or the one inside a connection."""
