"""Limit of a page of full texts by the number of its bytes."""

from typing import Any

from sqlalchemy import Select, func, select


def limit_bytes(query: Select[Any], max_bytes: int) -> Select[Any]:
    """Keep the first numbered rows whose JSON fits into `max_bytes`; `cut` is true if there were more."""
    inner = query.subquery()
    size = func.octet_length(inner.c.json)
    running = select(
        *inner.c,
        func.sum(size).over(order_by=inner.c.row).label("running"),
        func.count().over().label("rows"),
    ).subquery()
    columns = [column for column in running.c if column.name not in ("row", "running", "rows")]
    kept = (running.c.running <= max_bytes) | (running.c.row == 1)
    cut = (running.c.rows > func.count().over()).label("cut")
    return select(*columns, cut).where(kept).order_by(running.c.row)
