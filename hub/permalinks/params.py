"""Query parameters of the citation resolver and oEmbed."""

from enum import StrEnum

from pydantic import ConfigDict, Field

from hub.web.parameters import LangParam, NoParams, SharedParams


class CiteParams(NoParams):
    """Parameters of the citation resolver."""

    q: str = Field(
        min_length=1,
        max_length=500,
        description="Citation (viện dẫn), formal or informal.",
        examples=["Điều 5 Nghị định số 09/2017/NĐ-CP", "nd 9/2017", "269 kh ubnd", "Luật Đất đai 2024"],
    )


class SharedCiteParams(CiteParams):
    """Parameters of the citation resolver at the address that people pass on, which ignores unknown ones."""

    model_config = ConfigDict(extra="ignore")


class OEmbedFormat(StrEnum):
    """Format of an oEmbed response."""

    json = "json"
    xml = "xml"


class OEmbedParams(SharedParams):
    """Parameters of oEmbed."""

    url: str = Field(
        max_length=2_000,
        description="URL of a document, or of a list configured at `/embed`.",
        examples=["http://…/d/0190…"],
    )
    format: OEmbedFormat = Field(OEmbedFormat.json, description="Format of the response.")
    maxwidth: int | None = Field(
        None, ge=1, le=100_000, description="Maximum width of a frame in pixels. Ignored for links."
    )
    maxheight: int | None = Field(
        None, ge=1, le=100_000, description="Maximum height of a frame in pixels. Ignored for links."
    )
    lang: LangParam = None
