"""Metrics of the answer cache."""

from prometheus_client import Counter, Gauge

from hub.ops.metrics import REGISTRY

ANSWERS = Counter(
    "hub_answer_cache_total",
    "Requests for answers that may be kept: `hit`, `miss`, `stale` (kept, but not for these versions) or `blind` (the "
    "look at the versions failed).",
    ["outcome"],
    registry=REGISTRY,
)
BYTES = Gauge("hub_answer_cache_bytes", "Bytes of the answers that the process keeps.", registry=REGISTRY)
ENTRIES = Gauge("hub_answer_cache_entries", "Answers that the process keeps.", registry=REGISTRY)
EVICTIONS = Counter("hub_answer_cache_evictions_total", "Kept answers dropped for room.", registry=REGISTRY)
HIT, MISS, STALE, BLIND = (ANSWERS.labels(outcome) for outcome in ("hit", "miss", "stale", "blind"))
