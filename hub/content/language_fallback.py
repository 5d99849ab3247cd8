"""Fallback to another language where a document is not public in the requested one."""

from sqlalchemy import ColumnElement, case, exists, literal, select, tuple_

from hub.content.as_of import ViewCondition, currently_open
from hub.content.models import PublishedView
from hub.db import table

VIEW = table(PublishedView)
OTHER = VIEW.alias("other")


def best_language(lang: str, is_open: ViewCondition = currently_open) -> ColumnElement[bool]:
    """Keep one valid view of each document: in `lang`, or else in the alphabetically last other language (vi)."""
    return ~exists(
        select(literal(1)).where(
            OTHER.c.document_id == VIEW.c.document_id,
            is_open(OTHER),
            tuple_(case((OTHER.c.lang == lang, 1), else_=0), OTHER.c.lang)
            > tuple_(case((VIEW.c.lang == lang, 1), else_=0), VIEW.c.lang),
        )
    )
