"""Query parameters of the two lists of citations."""

from pydantic import Field

from hub.legal.citations.types import CitationKind
from hub.web.parameters import LangParam, PageParams


class CitesParams(PageParams):
    """Parameters of the list of mentions in a document."""

    by: CitationKind | None = Field(
        None,
        description="Return only mentions that name their document in this way. By default all except mentions of the "
        "document itself (`self`) are returned.",
    )
    lang: LangParam = None


class CitedByParams(PageParams):
    """Parameters of what cites a document."""

    node: str | None = Field(
        None,
        max_length=120,
        pattern=r"^[a-z0-9]+(?:[./-][a-z0-9]+)*$",
        description="Return only mentions of this node or of a node below it.",
        examples=["dieu-5"],
    )
    lang: LangParam = None
