"""The questions that the public can ask, with values that are frequent, rare and absent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg

from hub.times import today
from tests.bench.scale_rows import RARE_TYPE, RARE_WORD

PAGE = """query Page($n: Int, $type: String, $topic: String) { policies(first: $n, type: $type, topic: $topic) {
    edges { node { id title number type issuedOn legalForce agency { code name } topics { code name } } } } }"""


@dataclass(frozen=True)
class Question:
    """One request; `is_cold` if what the process remembers of its answer is forgotten before each time."""

    name: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    is_cold: bool = False
    status: tuple[int, ...] = (200,)


@dataclass(frozen=True)
class Values:
    """Values of the loaded rows: one that many have, one that few have, one that nothing has."""

    agencies: tuple[str, str, str]
    topics: tuple[str, str, str]
    places: tuple[str, str]
    document: str
    cited: str
    draft: str
    consultation: str
    number: str
    middle: int
    seq: int

    @classmethod
    async def read(cls, connection: asyncpg.Connection) -> "Values":
        """Read them from the tables."""
        counted = """SELECT code FROM {0} LEFT JOIN (
            SELECT value, count(*) AS n FROM published_view, unnest({1}) AS value
            WHERE kind = 'policy' GROUP BY 1) AS c ON value = code ORDER BY n DESC NULLS LAST, code"""
        agencies = [row[0] for row in await connection.fetch(counted.format("agency", "ARRAY[agency]"))]
        topics = [row[0] for row in await connection.fetch(counted.format("topic", "topics"))]
        places = [row[0] for row in await connection.fetch(counted.format("place", "places"))]
        live = "seq_to IS NULL AND state = 'live'"
        document, number = await connection.fetchrow(
            f"SELECT document_id, split_part(number_key, '.', 1) FROM published_view WHERE {live} AND kind = 'policy'"
            " AND lang = 'vi' ORDER BY seq_from OFFSET 3000 LIMIT 1"
        )
        cited = await connection.fetchval(
            "SELECT target_id FROM published_citation GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        )
        draft, consultation = await connection.fetchrow(
            f"SELECT document_id, consultation_id FROM published_view WHERE {live} AND kind = 'draft'"
            " ORDER BY seq_from LIMIT 1"
        )
        seq = await connection.fetchval("SELECT seq FROM log_head")
        return cls(
            agencies=(agencies[0], agencies[-1], agencies[-2]),
            topics=(topics[0], topics[-1], topics[-2]),
            places=(places[0], places[-1]),
            document=str(document),
            cited=str(cited),
            draft=str(draft),
            consultation=str(consultation),
            number=str(number),
            middle=seq // 2,
            seq=seq,
        )


def make_questions(values: Values) -> Iterator[Question]:
    """Make the questions."""
    yield from _lists(values)
    yield from _items(values)
    yield from _graphql(values)
    yield from _feeds(values)
    yield from _searches(values)
    yield from _copies(values)


def _lists(values: Values) -> Iterator[Question]:
    day = today()
    for kind in ("policies", "drafts", "bulletins", "statements"):
        yield Question(f"{kind}", f"/api/v1/{kind}")
    for sort in (
        *("published_asc", "modified_desc", "modified_asc", "changed_desc", "issued_desc", "issued_asc", "title_asc"),
    ):
        yield Question(f"policies, {sort}", "/api/v1/policies", {"sort": sort})
    for sort in ("closes_asc", "closes_desc"):
        yield Question(f"drafts, {sort}", "/api/v1/drafts", {"sort": sort})
    filters: list[tuple[str, str, dict[str, Any]]] = [
        *((f"agency {how}", "policies", {"agency": code}) for how, code in zip(_HOW, values.agencies, strict=False)),
        *((f"topic {how}", "policies", {"topic": code}) for how, code in zip(_HOW, values.topics, strict=False)),
        *((f"place {how}", "policies", {"place": code}) for how, code in zip(_HOW, values.places, strict=False)),
        ("issuer frequent", "policies", {"issuer": "ubnd-hue"}),
        ("issuer absent", "policies", {"issuer": "Không có cơ quan này"}),
        ("type frequent", "policies", {"type": "Kế hoạch"}),
        ("type rare", "policies", {"type": RARE_TYPE}),
        ("type absent", "policies", {"type": "Hương ước"}),
        ("type of another kind", "statements", {"type": "Kế hoạch"}),
        (
            "issued in a month",
            "policies",
            {"issued_from": str(day - timedelta(400)), "issued_to": str(day - timedelta(370))},
        ),
        ("issued before all", "policies", {"issued_to": "1980-01-01"}),
        ("issued after all", "policies", {"issued_from": str(day + timedelta(300))}),
        (
            "modified on a day",
            "policies",
            {"modified_from": str(day - timedelta(500)), "modified_to": str(day - timedelta(500))},
        ),
        ("modified after all", "policies", {"modified_from": str(day + timedelta(3))}),
        ("high impact", "policies", {"high_impact": "true"}),
        ("not of high impact", "policies", {"high_impact": "false"}),
        ("impact not stated", "policies", {"impact": "not_stated"}),
        ("impact not stated of bulletins", "drafts", {"impact": "no"}),
        ("in force today", "policies", {"in_force_on": str(day)}),
        ("in force three years ago", "policies", {"in_force_on": str(day - timedelta(3 * 365))}),
        ("in force before all", "policies", {"in_force_on": "1980-01-01"}),
        ("in force long after all", "policies", {"in_force_on": "2099-01-01"}),
        ("channel rare", "bulletins", {"channel": "radio"}),
        ("channel frequent", "bulletins", {"channel": "zalo"}),
        ("channel absent", "bulletins", {"channel": "zalo_broadcast"}),
        ("priority rare", "bulletins", {"priority": "urgent"}),
        ("priority frequent", "bulletins", {"priority": "normal"}),
        ("consultation open", "drafts", {"consultation": "open"}),
        ("consultation upcoming", "drafts", {"consultation": "upcoming"}),
        ("consultation closed", "drafts", {"consultation": "closed"}),
        ("closing before a day", "drafts", {"closing_before": str(day + timedelta(3))}),
        ("agency and type, frequent", "policies", {"agency": values.agencies[0], "type": "Kế hoạch"}),
        ("agency frequent, type rare", "policies", {"agency": values.agencies[0], "type": RARE_TYPE}),
        ("agency rare, topic frequent", "policies", {"agency": values.agencies[1], "topic": values.topics[0]}),
        ("topic frequent, type rare", "policies", {"topic": values.topics[0], "type": RARE_TYPE}),
        ("topic and place", "policies", {"topic": values.topics[0], "place": values.places[0]}),
        ("topic rare, in force", "policies", {"topic": values.topics[1], "in_force_on": str(day)}),
        ("type rare, in force", "policies", {"type": RARE_TYPE, "in_force_on": str(day)}),
        ("type rare, by title", "policies", {"type": RARE_TYPE, "sort": "title_asc"}),
        ("type frequent, by title", "policies", {"type": "Chỉ thị", "sort": "title_asc"}),
        ("type frequent, by issue", "policies", {"type": "Chỉ thị", "sort": "issued_asc"}),
        ("agency frequent, by title", "policies", {"agency": values.agencies[0], "sort": "title_asc"}),
        ("topic rare, by issue", "policies", {"topic": values.topics[1], "sort": "issued_desc"}),
        ("as of a year ago", "policies", {"as_of": str(day - timedelta(365))}),
        ("as of a year ago, type rare", "policies", {"as_of": str(day - timedelta(365)), "type": RARE_TYPE}),
        ("as of a year ago, by title", "policies", {"as_of": str(day - timedelta(365)), "sort": "title_asc"}),
        ("in English", "policies", {"lang": "en"}),
        ("with text", "policies", {"include": "text"}),
    ]
    for name, kind, params in filters:
        yield Question(f"{kind}, {name}", f"/api/v1/{kind}", params)


_HOW = ("frequent", "rare", "second rarest")


def _items(values: Values) -> Iterator[Question]:
    path = f"/api/v1/policies/{values.document}"
    yield Question("a policy", path)
    yield Question("a policy as of a day", path, {"as_of": str(today() - timedelta(1))})
    yield Question("a policy in force", path, {"in_force_on": str(today())}, status=(200, 404))
    yield Question("no policy", f"/api/v1/policies/{uuid4()}", status=(404,))
    for part in ("history", "relations", "legal-force", "cites", "cited-by"):
        yield Question(f"a policy, {part}", f"{path}/{part}")
    yield Question("cited by very many", f"/api/v1/policies/{values.cited}/cited-by")
    yield Question("related", f"/api/v1/search/related/{values.document}")
    yield Question("a draft", f"/api/v1/drafts/{values.draft}")
    yield Question("page of a policy", f"/d/{values.document}")
    yield Question("JSON-LD of a policy", f"/d/{values.document}.jsonld")
    yield Question("by number", f"/id/policy/{values.number}-kh-ubnd", status=(303,))
    yield Question("cite", "/api/v1/cite", {"q": f"Kế hoạch {values.number}/KH-UBND"}, status=(303,))
    yield Question("cite, absent", "/api/v1/cite", {"q": "Kế hoạch 98765432/KH-UBND"}, status=(200, 404))
    yield Question("consultations", "/api/v1/consultations")
    for state in ("announced", "open", "closed", "answered"):
        yield Question(f"consultations, {state}", "/api/v1/consultations", {"state": state})
    yield Question("consultations, agency rare", "/api/v1/consultations", {"agency": values.agencies[1]})
    yield Question("consultations, of high impact", "/api/v1/consultations", {"high_impact": "true"})
    yield Question("consultations, open on a day", "/api/v1/consultations", {"open_on": str(today() - timedelta(700))})
    yield Question("a consultation", f"/api/v1/consultations/{values.consultation}")
    month = {"first_on": str(today() - timedelta(3)), "last_on": str(today())}
    yield Question("openness of four days", "/api/v1/openness", month, status=(200, 422))
    yield Question("openness, agency rare", "/api/v1/openness", {"agency": values.agencies[1]}, status=(200, 422))


def _graphql(values: Values) -> Iterator[Question]:
    def ask(name: str, query: str, **variables: Any) -> Question:
        return Question(f"GraphQL: {name}", "/graphql", body={"query": query, "variables": variables})

    yield ask("page", PAGE, n=20)
    yield ask("page, type rare", PAGE, n=20, type=RARE_TYPE)
    yield ask("page, topic frequent", PAGE, n=20, topic=values.topics[0])
    yield ask("item", "query One($id: ID!) { item(id: $id) { id title } }", id=values.document)


def _feeds(values: Values) -> Iterator[Question]:
    yield Question("Atom", "/feeds/all.atom")
    yield Question("Atom of policies", "/feeds/policies.atom")
    for how, code in zip(_HOW, values.topics, strict=True):
        yield Question(f"Atom, topic {how}", "/feeds/policies.atom", {"topic": code})
    yield Question("Atom, agency rare", "/feeds/all.atom", {"agency": values.agencies[1]})
    yield Question("Atom, type rare", "/feeds/policies.atom", {"type": RARE_TYPE})
    yield Question("Atom, type absent", "/feeds/all.atom", {"type": "Hương ước"})
    yield Question("JSON feed, type frequent", "/feeds/policies.json", {"type": "Kế hoạch"})
    yield Question("calendar", "/feeds/consultations.ics")
    yield Question("warnings", "/feeds/cap.atom")
    yield Question("sitemap index", "/sitemap.xml")
    yield Question("sitemap, first page", "/sitemaps/policies-1.xml")
    yield Question("sitemap of news", "/sitemaps/news.xml")
    yield Question("front page", "/")
    yield Question("front page, cold", "/", is_cold=True)


def _searches(values: Values) -> Iterator[Question]:
    def ask(name: str, text: str | None, **params: Any) -> Question:
        return Question(f"search: {name}", "/api/v1/search", ({"q": text} if text is not None else {}) | params)

    yield ask("frequent words", "không gian xanh")
    yield ask("rarer words", "lụt bão")
    yield ask("rare word", RARE_WORD)
    yield ask("absent words", "zzyzx kwyjibo")
    yield ask("number", f"{values.number}/KH-UBND")
    yield ask("question", "thủ tục hành chính làm ở đâu?")
    yield ask("frequent words, type rare", "không gian xanh", type=RARE_TYPE)
    yield ask("frequent words by date", "không gian xanh", sort="published_desc")
    yield ask("rare word by date", RARE_WORD, sort="published_desc")
    yield ask("without words", None)
    yield ask("without words and facets", None, facets="false")
    yield ask("without words and facets, a year", None, facets="false", year=today().year - 2)
    yield ask("frequent words without facets", "không gian xanh", facets="false")
    yield ask("without words, type rare", None, type=RARE_TYPE)
    yield ask("without words, type absent", None, type="Hương ước")
    yield ask("without words, topic frequent", None, topic=values.topics[0])
    yield ask("without words, agency rare", None, agency=values.agencies[1])
    yield ask("without words, in force", None, in_force_on=str(today()))
    yield ask("without words, consultation open", None, consultation="open")
    yield ask("without words, a year", None, year=today().year - 2)
    for what, text in (
        ("frequent", "ke hoach"),
        ("two letters", "ke"),
        ("rare", RARE_WORD),
        ("absent", "zzyzx"),
        ("number", values.number[:3]),
    ):
        yield Question(f"suggest: {what}", "/api/v1/search/suggest", {"q": text})
    yield Question("suggest: half words", "/api/v1/search/suggest", {"q": "ke hoach khong gi"})


def _copies(values: Values) -> Iterator[Question]:
    yield Question("changes from the beginning", "/api/v1/changes", {"after": 0})
    yield Question("changes from the middle", "/api/v1/changes", {"after": values.middle})
    yield Question("changes, topic rare", "/api/v1/changes", {"after": 0, "topic": values.topics[1]})
    yield Question("changes at the end", "/api/v1/changes", {"after": values.seq})
    yield Question("head of the log", "/api/v1/log/head")
    yield Question("snapshot", "/api/v1/snapshot")
    yield Question("dumps", "/api/v1/dumps")
    yield Question("ready", "/health/ready", status=(200, 503))
