"""A mixed day: what an app, websites and readers ask of one API process in turn, while an editor publishes.

45 % details, 30 % lists, 15 % GraphQL, 5 % feeds, 5 % searches among 20 queries; 200 hot addresses.
"""

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlsplit
from urllib.request import Request, urlopen

SHARES = {"detail": 45, "list": 30, "graphql": 15, "feed": 5, "search": 5}
"""How many of a hundred requests."""
DETAILS, LISTS, QUERIES, FEEDS = 120, 30, 20, 10
"""Hot addresses of each; with as many searches as `WORDS`, 200 of them."""
WORDS = (
    *(
        "cai cach thu tuc",
        "môi trường",
        "giao thông đô thị",
        "du lịch di sản",
        "chuyển đổi số",
        "phòng chống thiên tai",
    ),
    *("cấp nước", "chieu sang", "cây xanh vỉa hè", "quy hoạch", "ngân sách", "đầu tư"),
    *("y tế", "giáo dục", "văn hóa", "kế hoạch", "bao lu", "dịch vụ công trực tuyến", "đất đai", "truyền thông"),
)
_OUTCOME = re.compile(r'hub_answer_cache_total\{outcome="(\w+)"\} (\S+)')
_SCRIPT = """
wrk.headers["Host"] = "%s"  -- wrk fills it in after this script has written its requests
local kinds, total = {}, 0
local function add(share, asked) total = total + share; kinds[#kinds + 1] = {total, asked} end
%s
math.randomseed(20261201)
request = function()
  local dice = math.random(total)
  for _, kind in ipairs(kinds) do
    if dice <= kind[1] then return kind[2][math.random(#kind[2])] end
  end
end
"""


def write_script(path: Path, base: str, page: Mapping[str, Any]) -> None:
    """Write what `wrk` asks in turn; `page` is the GraphQL query, asked for pages of 1 to 20 items."""
    agencies = [each["code"] for each in _ask(f"{base}/api/v1/agencies?limit=100")["items"]]
    details = [each["path"] for each in _ask(f"{base}/api/v1/policies?limit=100")["items"]]
    details += [each["path"] for each in _ask(f"{base}/api/v1/policies?limit=100&sort=published_asc")["items"]]
    bodies = [page["query"].replace("first: 20", f"first: {size}") for size in range(1, QUERIES + 1)]
    asked = {
        "detail": [_get(path) for path in details[:DETAILS]],
        "list": [_get("/api/v1/policies?limit=20")] * 5
        + [_get(f"/api/v1/policies?limit=20&agency={code}") for code in agencies[: LISTS - 5]],
        "graphql": [_post("/graphql", {"query": body}) for body in bodies],
        "feed": [_get(f"/feeds/{name}.{form}") for name in ("policies", "all") for form in ("atom", "rss", "json")]
        + [_get(f"/feeds/policies.atom?agency={code}") for code in agencies[: FEEDS - 6]],
        "search": [_get(f"/api/v1/search?q={quote_plus(words)}&limit=20&facets=false") for words in WORDS],
    }
    lines = (f"add({share}, {{{', '.join(asked[name])}}})" for name, share in SHARES.items())
    path.write_text(_SCRIPT % (urlsplit(base).netloc, "\n".join(lines)), "utf-8")


@contextmanager
def publishing(base: str, key: str, pause: float = 1.0) -> Iterator[list[int]]:
    """Publish a policy every `pause` seconds meanwhile; yields the list of their numbers."""
    stop, published = threading.Event(), list[int]()

    def run() -> None:
        due = time.monotonic()
        while not stop.wait(max(0.0, due - time.monotonic())):
            due += pause
            publish(base, key, len(published) + 1)
            published.append(len(published) + 1)

    editor = threading.Thread(target=run)
    editor.start()
    try:
        yield published
    finally:
        stop.set()
        editor.join()


def read_outcomes(base: str) -> dict[str, float]:
    """Return how many requests the answer cache has met so far, by outcome."""
    with urlopen(f"{base}/metrics", timeout=60) as answer:
        lines = answer.read().decode().splitlines()
    found = (_OUTCOME.fullmatch(line) for line in lines)
    return {each[1]: float(each[2]) for each in found if each}


def publish(base: str, key: str, number: int) -> None:
    """Create, submit, approve and publish one policy."""
    content = {
        "title": f"Thông báo trong ngày số {number}",
        "type": "Thông báo",
        "number": f"{number}/TB-UBND",
        "issuers": [{"name": "Ủy ban nhân dân thành phố Huế", "code": "ubnd-hue"}],
        "dates": [{"role": "issued", "on": "2026-11-02", "source": "Văn bản gốc"}],
        "nodes": [{"ref": "dieu-1", "type": "article", "label": "Điều 1", "text": "Các phòng, ban thực hiện. " * 20}],
    }
    headers = {"authorization": f"Bearer {key}"}
    made = _ask(
        f"{base}/api/v1/manage/documents", {"kind": "policy", "agency": "ubnd-hue", "content": content}, headers
    )
    for verb in ("submit", "approve", "publish"):
        match = headers | {"if-match": f'"{made["version"]}"'}
        made = _ask(f"{base}/api/v1/manage/documents/{made['id']}/{verb}", {}, match)


def _ask(url: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    given = {"content-type": "application/json", **(headers or {})}
    with urlopen(Request(url, data, given), timeout=60) as answer:
        return json.load(answer)


def _get(path: str) -> str:
    return f'wrk.format("GET", {json.dumps(path)})'


def _post(path: str, body: Mapping[str, Any]) -> str:
    content = json.dumps(json.dumps(body))
    return f'wrk.format("POST", {json.dumps(path)}, {{["content-type"] = "application/json"}}, {content})'
