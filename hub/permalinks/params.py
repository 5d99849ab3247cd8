"""Query parameters of the citation resolver and oEmbed."""

from enum import StrEnum

from pydantic import Field

from hub.web.parameters import LangParam, NoParams


class CiteParams(NoParams):
    """Parameters of the resolver."""

    q: str = Field(
        min_length=1,
        max_length=500,
        description="A citation as people write or type it (viện dẫn).",
        examples=["Điều 5 Nghị định số 09/2017/NĐ-CP", "nd 9/2017", "269 kh ubnd", "Luật Đất đai 2024"],
    )


class OEmbedFormat(StrEnum):
    """The forms of an answer."""

    json = "json"
    xml = "xml"


class OEmbedParams(NoParams):
    """Parameters of oEmbed."""

    url: str = Field(
        max_length=2_000, description="Address of a document, or of a list of `/embed`.", examples=["http://…/d/0190…"]
    )
    format: OEmbedFormat = Field(OEmbedFormat.json, description="`json` or `xml`.")
    maxwidth: int | None = Field(None, ge=1, le=100_000, description="Most pixels of a frame; of no effect on a link.")
    maxheight: int | None = Field(None, ge=1, le=100_000, description="Most pixels of a frame; of no effect on a link.")
    lang: LangParam = None
