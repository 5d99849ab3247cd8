"""Long texts of our own and the documents made of them."""

import random
from typing import Any

from hub.content.checked_content import check_content
from ingest.dedup import DedupCandidate

SYLLABLES = """
ủy ban nhân dân các phường xã chịu trách nhiệm phối hợp với sở ngành liên quan tổ chức tuyên truyền vận động người dân
chấp hành quy định về trật tự vỉa hè giữ gìn vệ sinh môi trường trồng cây xanh bảo đảm an toàn giao thông phòng chống
lụt bão cải cách thủ tục hành chính chuyển đổi số hỗ trợ doanh nghiệp phát triển du lịch di sản
"""


def words(seed: str, count: int = 400) -> str:
    """A text of so many syllables, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    syllables = SYLLABLES.split()
    return " ".join(chance.choice(syllables) for _ in range(count))


def plan(text: str, **changes: Any) -> dict[str, Any]:
    """A policy with one paragraph of text; a member set to None is left out."""
    content = {
        "title": "Kế hoạch trồng cây xanh đường phố",
        "type": "Kế hoạch",
        "number": "41/KH-UBND",
        "issuers": [{"name": "Ủy ban nhân dân thành phố Huế", "code": "ubnd-hue"}],
        "dates": [{"role": "issued", "on": "2026-03-02", "source": "Văn bản gốc"}],
        "nodes": [{"ref": "doan-1", "type": "paragraph", "text": text}],
    } | changes
    return {name: value for name, value in content.items() if value is not None}


def bulletin(text: str, **changes: Any) -> dict[str, Any]:
    """A bulletin whose body is one paragraph."""
    return {"title": "Bản tin cây xanh", "lead": "Tin trong tuần.", "body": f"<p>{text}</p>"} | changes


def facts(content: dict[str, Any], kind: str = "policy", lang: str = "vi") -> DedupCandidate:
    """A record of a source with this content."""
    checked = check_content(kind, lang, content)
    return DedupCandidate(checked, checked.fingerprint, None)
