"""The definition of a source: its type with the config it needs, and the mapping of items to contents."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from cssselect import GenericTranslator, SelectorError
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from hub.domain.kinds import KINDS
from hub.domain.scalars import Code, Line
from hub.domain.types import Content
from hub.outgoing.client import check_url
from hub.problem_texts.templates import fill, list_names
from hub.urls import MAX_URL_LENGTH
from ingest.imports.prepare import clean_value
from ingest.sources.name_pattern import compile_pattern
from ingest.sources.reach import SourceReach
from ingest.sources.schedule import check_schedule


class SourceType(StrEnum):
    """Type of a source (loại nguồn)."""

    feed = "feed"
    sitemap = "sitemap"
    list = "list"
    folder = "folder"
    bucket = "bucket"
    jsonl = "jsonl"
    push = "push"


class Trust(StrEnum):
    """Trust in a source: an editor must approve its documents, or they are public at once (mức tin cậy)."""

    review = "review"
    publish = "publish"


class SourceState(StrEnum):
    """State of a source; a paused source has no runs."""

    active = "active"
    paused = "paused"


PRESS = "press"
LEASE_QUEUE = "sources"
"""Queue of the leases of sources that run."""
"""The kind of sources whose entries are only counted and never published. See `ingest/sources/pipeline/press.py`."""
WEB_TYPES = (SourceType.feed, SourceType.sitemap, SourceType.list)
"""Types with pages and files, which are extracted; the other types deliver records."""


def _check_selector(text: str) -> str:
    try:
        GenericTranslator().css_to_xpath(text)
    except SelectorError as problem:
        raise ValueError(fill("`{text}` is not a CSS selector", text=text)) from problem
    return text


def _check_pattern(text: str) -> str:
    compile_pattern(text)
    return text


def _strip(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


Selector = Annotated[str, BeforeValidator(_strip), StringConstraints(min_length=1, max_length=300),
                     AfterValidator(_check_selector)]  # fmt: skip
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_check_pattern)]
Address = Annotated[Line, StringConstraints(max_length=MAX_URL_LENGTH)]


class Select(Content):
    """CSS selectors for the facts of a page. The hub extracts facts without a selector by itself."""

    title: Selector | None = Field(None, description="Headline.", examples=["h1.title"])
    body: Selector | None = Field(None, description="Element with the text.", examples=["div.article-content"])
    posted: Selector | None = Field(None, description="Day of posting.")
    number: Selector | None = Field(None, description="Number and symbol of a policy (số, ký hiệu).")
    type: Selector | None = Field(None, description="Document type (loại văn bản).")
    issuer: Selector | None = Field(None, description="Issuer (cơ quan ban hành).")
    issued: Selector | None = Field(None, description="Date of issue (ngày ban hành).")
    effective: Selector | None = Field(None, description="First day of effect (ngày có hiệu lực).")
    files: Selector | None = Field(None, description="Links to the files of the document.", examples=["a.file"])


class Mapping(Content):
    """Mapping of items to contents (ánh xạ)."""

    select: Select = Field(Select(), description="CSS selectors for pages.")
    fields: dict[Code, Line] = Field(
        {},
        max_length=60,
        description="For records: member of the content → member of the record; dots lead into nested objects.",
        examples=[{"title": "tieu_de", "number": "so_ky_hieu"}],
    )
    id: Line | None = Field(None, description="For records: the member with the permanent identifier.", examples=["ma"])
    defaults: Annotated[dict[Code, Any], BeforeValidator(clean_value)] = Field(
        {},
        max_length=60,
        description="Default members of the content for all items of this source.",
        examples=[{"topics": ["moi-truong"], "type": "Kế hoạch"}],
    )

    @property
    def selectors(self) -> dict[str, str]:
        """The CSS selectors that are set, by the fact they point to."""
        return {name: selector for name, selector in self.select.model_dump().items() if selector is not None}


class SourceConfig(Content):
    """Config of a source: the location and limits that its type needs."""

    url: Address | None = Field(
        None,
        description="URL of the feed, sitemap, list page, JSONL file (`https://…`) or bucket (`s3://name/prefix`).",
        examples=["https://example.vn/rss.xml"],
    )
    path: Address | None = Field(None, description="Path of a folder or JSONL file on the hub's machine.")
    links: Selector | None = Field(
        None, description="For list pages: selector of the links to articles.", examples=["ul.tin a"]
    )
    next: Selector | None = Field(None, description="For list pages: selector of the link to the next page.")
    include: Pattern | None = Field(
        None, description="Regular expression (RE2 syntax): only URLs or names that match it."
    )
    exclude: Pattern | None = Field(
        None, description="Regular expression (RE2 syntax): no URLs or names that match it."
    )
    pages: int = Field(
        3, ge=1, le=200, description="Largest number of list pages, or sitemaps of an index, in one run."
    )
    items: int = Field(1_000, ge=1, le=50_000, description="Largest number of items in one run.")
    recheck_hours: float = Field(
        24, ge=0, le=8_760, description="Hours until an imported page is checked again without a sign of a change."
    )


REQUIRED_MEMBERS: dict[SourceType, tuple[str, ...]] = {
    SourceType.feed: ("url",),
    SourceType.sitemap: ("url",),
    SourceType.list: ("url", "links"),
    SourceType.folder: ("path",),
    SourceType.bucket: ("url",),
    SourceType.jsonl: (),
    SourceType.push: (),
}


class NewSource(Content):
    """A new source (nguồn)."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,59}$")] = Field(
        description="Short, permanent identifier.", examples=["cong-ttdt-hue"]
    )
    name: Annotated[Line, StringConstraints(max_length=200)] = Field(
        description="Name of the source.", examples=["Cổng thông tin điện tử thành phố Huế"]
    )
    type: SourceType = Field(description="Type of the source.")
    kind: str = Field(
        description="Kind of its items: policy, draft, bulletin or statement; press: headlines of a feed, which are "
        "counted for editors and never public.",
        examples=["bulletin"],
    )
    agency: Code = Field(description="Code of the agency that owns its documents.", examples=["ubnd-hue"])
    lang: str = Field("vi", max_length=8, description="Language of its documents.")
    trust: Trust = Field(
        Trust.review,
        description="`review`: editions wait for an editor; `publish`: public at once, requires the scope `publish`.",
    )
    schedule: Annotated[str, StringConstraints(max_length=100), AfterValidator(check_schedule)] | None = Field(
        None,
        description="Schedule of its runs: `30m`, `6h`, `1d`, or cron in Vietnamese time (`0 6 * * 1-5`); null: runs "
        "are started by hand only.",
        examples=["1h"],
    )
    config: SourceConfig = Field(SourceConfig(), description="Config for its type.")
    mapping: Mapping = Field(Mapping(), description="Mapping of items to contents.")

    @model_validator(mode="after")
    def _check_consistency(self) -> "NewSource":
        if self.kind not in (*KINDS, PRESS):
            raise ValueError(
                fill("kind: `{kind}` is not one of {choices}", kind=self.kind, choices=list_names((*KINDS, PRESS)))
            )
        if self.kind == PRESS and (self.type is not SourceType.feed or self.trust is not Trust.review):
            raise ValueError("kind: headlines of the press come from a feed, and nothing of them is published")
        for name in REQUIRED_MEMBERS[self.type]:
            if getattr(self.config, name) is None:
                raise ValueError(
                    fill("config.{name}: a source of the type {type} needs `{name}`", name=name, type=self.type)
                )
        if self.type is SourceType.jsonl and (self.config.url is None) == (self.config.path is None):
            raise ValueError("config.url: a source of the type jsonl needs either `url` or `path`")
        if self.type is SourceType.push and self.schedule is not None:
            raise ValueError("schedule: a source of the type push has no schedule, because its partner pushes records")
        known = KINDS[self.kind].content.model_fields if self.kind in KINDS else {}
        for group, names in (("fields", self.mapping.fields), ("defaults", self.mapping.defaults)):
            if unknown := sorted(name for name in names if name not in known):
                raise ValueError(
                    fill(
                        "mapping.{group}: a {kind} has no member `{name}`", group=group, kind=self.kind, name=unknown[0]
                    )
                )
        return self


class SourceChange(Content):
    """Members to change; omitted members stay as they are. Documents that exist keep their owner and kind."""

    name: Annotated[Line, StringConstraints(max_length=200)] | None = Field(None, description="New name.")
    trust: Trust | None = Field(None, description="New trust, for future items.")
    schedule: Annotated[str, StringConstraints(max_length=100), AfterValidator(check_schedule)] | None = Field(
        None, description="New schedule; null: none."
    )
    config: SourceConfig | None = Field(None, description="New config, which replaces the whole.")
    mapping: Mapping | None = Field(None, description="New mapping, which replaces the whole.")


def check_location(new: NewSource, reach: SourceReach) -> None:
    """Check that the hub may read the location of a source. Raises `InvalidInput`."""
    config = new.config
    if new.type in WEB_TYPES or (new.type is SourceType.jsonl and config.url):
        check_url(config.url or "", reach.settings, field="config.url", https=False)
    if new.type is SourceType.bucket:
        reach.require_bucket(config.url or "")
    if config.path is not None:
        reach.resolve_path(Path(config.path))
