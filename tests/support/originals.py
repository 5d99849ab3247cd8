"""Originals for tests of reading, and one short way to read them."""

from datetime import date
from typing import Any

from hub.registry.known_names import RegistryNames
from hub.registry.models import Agency
from hub.settings import Settings
from ingest.extraction.models import ExtractionResult, Original
from ingest.extraction.pipeline import extract_original
from ingest.records import ImportContext
from ingest.sources.schemas import Mapping

CONTEXT = ImportContext(
    file_name="nguồn-thử",
    agency="so-xay-dung",
    languages=("vi", "en"),
    names=RegistryNames(
        [
            Agency(
                code="ubnd-tp-hue",
                name="Ủy ban nhân dân thành phố Huế",
                level="city",
                sort_key="u",
                valid_from=date(2025, 1, 1),
            )
        ]
    ),
)


async def read(
    body: bytes | str,
    name: str = "van-ban.txt",
    *,
    kind: str = "policy",
    media_type: str | None = None,
    url: str | None = "https://cong.example.vn/tin/bai-viet.html?trang=2",
    mapping: dict[str, Any] | None = None,
    hints: dict[str, Any] | None = None,
    **settings: Any,
) -> ExtractionResult:
    """Read bytes, or a text as UTF-8, as a source of one kind would."""
    original = Original(body.encode() if isinstance(body, str) else body, name, media_type, url)
    rules = Mapping.model_validate(mapping or {})
    return await extract_original(
        original,
        kind=kind,
        select=rules.selectors,
        defaults=rules.defaults,
        hints=hints or {},
        context=CONTEXT,
        settings=Settings(**settings),
    )
