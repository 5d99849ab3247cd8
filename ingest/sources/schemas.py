"""What a source may be told to be: its type with what that needs, and how its findings become contents."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from cssselect import GenericTranslator, SelectorError
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from hub.domain.kinds import KINDS
from hub.domain.types import Code, Content, Line
from hub.errors import InvalidInput
from hub.outgoing.client import check_url
from hub.settings import Settings
from ingest.sources.schedule import check_schedule


class SourceType(StrEnum):
    """Where things are found (loại nguồn)."""

    feed = "feed"
    sitemap = "sitemap"
    list = "list"
    folder = "folder"
    bucket = "bucket"
    jsonl = "jsonl"
    push = "push"


class Trust(StrEnum):
    """How far a source is trusted: an editor must approve what it brings, or it is public at once (mức tin cậy)."""

    review = "review"
    publish = "publish"


class SourceState(StrEnum):
    """Whether it is asked when its time comes."""

    active = "active"
    paused = "paused"


PRESS = "press"
"""The kind of sources whose entries are only counted; nothing of them is published. See
`ingest/sources/pipeline/press.py`."""
WEB_TYPES = (SourceType.feed, SourceType.sitemap, SourceType.list)
READ = (*WEB_TYPES, SourceType.folder, SourceType.bucket)
"""Types that bring pages and files, which are read; the others bring records."""


def _check_selector(text: str) -> str:
    try:
        GenericTranslator().css_to_xpath(text)
    except SelectorError as problem:
        raise ValueError(f"`{text}` is no CSS selector: {problem}") from problem
    return text


def _check_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as problem:
        raise ValueError(f"`{text}` is no regular expression: {problem}") from problem
    return text


def _strip(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


Selector = Annotated[str, BeforeValidator(_strip), StringConstraints(min_length=1, max_length=300),
                     AfterValidator(_check_selector)]  # fmt: skip
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_check_pattern)]
Address = Annotated[str, BeforeValidator(_strip), StringConstraints(min_length=1, max_length=2_000)]


class Select(Content):
    """Where the facts of a page stand, as CSS selectors; what is not named is found by the hub's own reading."""

    title: Selector | None = Field(None, description="The headline.", examples=["h1.title"])
    body: Selector | None = Field(None, description="The element with the text.", examples=["div.article-content"])
    posted: Selector | None = Field(None, description="The day it was posted.")
    number: Selector | None = Field(None, description="Number and symbol of a policy (số, ký hiệu).")
    type: Selector | None = Field(None, description="Document type (loại văn bản).")
    issuer: Selector | None = Field(None, description="Who issued it (cơ quan ban hành).")
    issued: Selector | None = Field(None, description="Date of issue (ngày ban hành).")
    effective: Selector | None = Field(None, description="First day of effect (ngày có hiệu lực).")
    files: Selector | None = Field(None, description="Links to the files of the document.", examples=["a.file"])


class Mapping(Content):
    """How findings become contents (ánh xạ)."""

    select: Select = Field(Select(), description="CSS selectors for pages.")
    fields: dict[Code, Line] = Field(
        {},
        max_length=60,
        description="For records: member of the content → member of the record, with dots for those inside others.",
        examples=[{"title": "tieu_de", "number": "so_ky_hieu"}],
    )
    id: Line | None = Field(None, description="For records: the member that names a record for ever.", examples=["ma"])
    defaults: dict[Code, Any] = Field(
        {},
        max_length=60,
        description="Members of the content that hold for everything from this source, unless it says otherwise.",
        examples=[{"topics": ["moi-truong"], "type": "Kế hoạch"}],
    )

    @property
    def selectors(self) -> dict[str, str]:
        """The CSS selectors that are set, by the fact they point to."""
        return {name: selector for name, selector in self.select.model_dump().items() if selector is not None}


class SourceConfig(Content):
    """What the type needs to find things."""

    url: Address | None = Field(
        None,
        description="Address of the feed, sitemap, list page, JSONL file (`https://…`) or bucket (`s3://name/prefix`).",
        examples=["https://example.vn/rss.xml"],
    )
    path: Address | None = Field(None, description="Folder or JSONL file on the hub's machine.")
    links: Selector | None = Field(None, description="In a list page: the links to articles.", examples=["ul.tin a"])
    next: Selector | None = Field(None, description="In a list page: the link to the page behind it.")
    include: Pattern | None = Field(None, description="Only addresses or names in which this expression is found.")
    exclude: Pattern | None = Field(None, description="No addresses or names in which this expression is found.")
    pages: int = Field(3, ge=1, le=200, description="Most list pages, or sitemaps of an index, of one run.")
    items: int = Field(1_000, ge=1, le=50_000, description="Most findings of one run.")
    recheck_hours: float = Field(
        24, ge=0, le=8_760, description="How long a page that was taken is left alone when nothing says it changed."
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
        description="Its own short name, for ever.", examples=["cong-ttdt-hue"]
    )
    name: Annotated[Line, StringConstraints(max_length=200)] = Field(
        description="What it is called.", examples=["Cổng thông tin điện tử thành phố Huế"]
    )
    type: SourceType = Field(description="Where things are found.")
    kind: str = Field(
        description="What its findings are: policy, draft, bulletin or statement; press: headlines of a feed, which "
        "are counted for editors and never public.",
        examples=["bulletin"],
    )
    agency: Code = Field(description="Code of the agency that owns what it brings.", examples=["ubnd-hue"])
    lang: str = Field("vi", max_length=8, description="Language of what it brings.")
    trust: Trust = Field(
        Trust.review, description="`review`: editions wait for an editor; `publish`: public at once, needs that scope."
    )
    schedule: Annotated[str, StringConstraints(max_length=100), AfterValidator(check_schedule)] | None = Field(
        None,
        description="How often it is asked: `30m`, `6h`, `1d`, or cron in the time of Việt Nam (`0 6 * * 1-5`); null: "
        "only when somebody runs it.",
        examples=["1h"],
    )
    config: SourceConfig = Field(SourceConfig(), description="What its type needs.")
    mapping: Mapping = Field(Mapping(), description="How findings become contents.")

    @model_validator(mode="after")
    def _check_consistency(self) -> "NewSource":
        if self.kind not in (*KINDS, PRESS):
            raise ValueError(f"kind: `{self.kind}` is none of {', '.join((*KINDS, PRESS))}")
        if self.kind == PRESS and (self.type is not SourceType.feed or self.trust is not Trust.review):
            raise ValueError("kind: headlines of the press come from a feed, and nothing of them is published")
        for name in REQUIRED_MEMBERS[self.type]:
            if getattr(self.config, name) is None:
                raise ValueError(f"config.{name}: a source of the type {self.type} needs `{name}`")
        if self.type is SourceType.jsonl and (self.config.url is None) == (self.config.path is None):
            raise ValueError("config.url: a source of the type jsonl needs either `url` or `path`")
        if self.type is SourceType.push and self.schedule is not None:
            raise ValueError("schedule: a partner pushes when it likes; a push source has no schedule")
        known = KINDS[self.kind].content.model_fields if self.kind in KINDS else {}
        for place, names in (("fields", self.mapping.fields), ("defaults", self.mapping.defaults)):
            if unknown := sorted(name for name in names if name not in known):
                raise ValueError(f"mapping.{place}: a {self.kind} has no member `{unknown[0]}`")
        return self


class SourceChange(Content):
    """Members that change; absent ones stay. What was taken already keeps its owner and kind."""

    name: Annotated[Line, StringConstraints(max_length=200)] | None = Field(None, description="Another name.")
    trust: Trust | None = Field(None, description="Another trust, for what comes from now on.")
    schedule: Annotated[str, StringConstraints(max_length=100), AfterValidator(check_schedule)] | None = Field(
        None, description="Another schedule; null: none."
    )
    config: SourceConfig | None = Field(None, description="Another config, as a whole.")
    mapping: Mapping | None = Field(None, description="Another mapping, as a whole.")


def check_location(new: NewSource, settings: Settings) -> None:
    """See that the hub may look where the source points to. Raises `InvalidInput`."""
    config = new.config
    if new.type in WEB_TYPES or (new.type is SourceType.jsonl and config.url):
        check_url(config.url or "", settings, field="config.url", https=False)
    if new.type is SourceType.bucket and not re.match(r"^s3://[a-z0-9][a-z0-9.-]{1,62}(/[^\s]*)?$", config.url or ""):
        raise InvalidInput("This is no bucket.", field="config.url", expected="s3://name/prefix")
    if config.path is not None:
        resolve_allowed_path(Path(config.path), settings)


def resolve_allowed_path(path: Path, settings: Settings) -> Path:
    """The real path, when it lies where sources may read. Raises `InvalidInput`: the machine has other files, too."""
    roots = [root.resolve() for root in settings.source_folders] or [(settings.data / "sources").resolve()]
    found = (path if path.is_absolute() else roots[0] / path).resolve()
    if not any(found == root or root in found.parents for root in roots):
        raise InvalidInput(
            f"Sources may not read {path}.",
            field="config.path",
            expected=f"a path below {', '.join(map(str, roots))} (HUB_SOURCE_FOLDERS)",
        )
    return found
