"""Query parameters of citations from both ends."""

from pydantic import Field

from hub.legal.citations.types import CitationKind
from hub.web.parameters import LangParam, PageParams


class CitesParams(PageParams):
    """Parameters of what a document cites."""

    by: CitationKind | None = Field(
        None,
        description="Only mentions that name their document so; when absent, all but those of the document itself "
        "(`self`).",
    )
    lang: LangParam = None


class CitedByParams(PageParams):
    """Parameters of what cites a document."""

    node: str | None = Field(
        None,
        max_length=120,
        pattern=r"^[a-z0-9]+(?:[./-][a-z0-9]+)*$",
        description="Only mentions of this node, or of what is below it.",
        examples=["dieu-5"],
    )
    lang: LangParam = None
