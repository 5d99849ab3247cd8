"""Made policies of one shape for every peer: the same words, codes and days in each of them. Deterministic."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hub import demo
from hub.registry.entries import RegistryList

SEED = 21
FIRST_DAY = date(2024, 1, 2)
DAYS = 900

_TEXT = """
ủy ban nhân dân phường xã thực hiện báo cáo kết quả kế hoạch cải cách thủ tục hành chính môi trường truyền thông
hạ tầng giao thông đô thị di sản du lịch chuyển đổi số dịch vụ công trực tuyến giáo dục y tế văn hóa an toàn
phòng chống thiên tai bão lũ cấp nước chiếu sáng cây xanh vỉa hè chợ đất đai quy hoạch ngân sách đầu tư
"""
_WORDS = _TEXT.split()
AGENCIES, TOPICS = 40, 30


@dataclass(frozen=True)
class Agency:
    """An agency of both sides."""

    id: int
    code: str
    name: str


@dataclass(frozen=True)
class Topic:
    """A topic of both sides."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True)
class Policy:
    """A policy: a title of 14 words, a summary of 40, a text of 300, one to three topics."""

    id: int
    title: str
    number: str
    summary: str
    body: str
    issued_on: date
    effective_on: date
    published_at: datetime
    agency: Agency
    topics: tuple[Topic, ...]

    @property
    def url(self) -> str:
        """The address of the original."""
        return f"https://example.org/van-ban/{self.id}"


def make_registry() -> tuple[list[Agency], list[Topic]]:
    """Take agencies and topics out of the hub's own registry, so that its import knows their codes."""
    records = demo.registry_records()

    def named(listed: RegistryList, most: int) -> Iterator[tuple[int, str, str]]:
        found = [one.members for one in records if one.list is listed][:most]
        return ((place, each["code"], each["name"]) for place, each in enumerate(found, 1))

    agencies = [Agency(*each) for each in named(RegistryList.agencies, AGENCIES)]
    return agencies, [Topic(*each) for each in named(RegistryList.topics, TOPICS)]


def make_policies(count: int, agencies: list[Agency], topics: list[Topic]) -> Iterator[Policy]:
    """Make so many policies of these agencies and topics."""
    chance = random.Random(SEED)  # noqa: S311 - no secret

    def words(number: int) -> str:
        found = " ".join(chance.choices(_WORDS, k=number))
        return found[0].upper() + found[1:]

    for n in range(1, count + 1):
        day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
        yield Policy(
            id=n,
            title=words(14),
            number=f"{n}/KH-UBND",
            summary=words(40) + ".",
            body="\n".join(words(75) + "." for _ in range(4)),
            issued_on=day,
            effective_on=day + timedelta(days=chance.randrange(1, 60)),
            published_at=datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=n),
            agency=chance.choice(agencies),
            topics=tuple(chance.sample(topics, chance.randint(1, 3))),
        )


def as_record(policy: Policy) -> dict[str, Any]:
    """The policy as a record of the hub's import, its text in four articles."""
    articles = [
        {"ref": f"dieu-{place}", "type": "article", "label": f"Điều {place}", "text": text}
        for place, text in enumerate(policy.body.split("\n"), 1)
    ]
    content = {
        "title": policy.title,
        "number": policy.number,
        "type": "Kế hoạch",
        "summary": policy.summary,
        "issuers": [{"name": policy.agency.name, "code": policy.agency.code}],
        "dates": [
            {"role": "issued", "on": policy.issued_on.isoformat(), "source": "Văn bản gốc"},
            {"role": "effective", "on": policy.effective_on.isoformat(), "source": "Văn bản gốc"},
        ],
        "topics": [topic.slug for topic in policy.topics],
        "nodes": articles,
    }
    return {"source_id": f"peers:{policy.id}", "kind": "policy", "agency": policy.agency.code, "content": content}


def write_records(path: Path, policies: list[Policy]) -> None:
    """Write the policies as a file that the hub imports."""
    with path.open("w", encoding="utf-8") as file:
        for policy in policies:
            file.write(json.dumps(as_record(policy), ensure_ascii=False) + "\n")
