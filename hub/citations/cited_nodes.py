"""Cited parts (`khoản 2 Điều 5`) as nodes of the document that is cited."""

from functools import lru_cache

from hub.legal.citations.parser import Citation
from hub.legal.citations.provisions import CitedProvision


def resolve_refs(citation: Citation, refs: frozenset[str], node: str | None = None) -> list[str]:
    """Resolve the cited parts to nodes of a document that has `refs`: the nearest existing ones, each once.

    `node` is the one that holds the sentence, for `khoản 2 Điều này`. Parts of a text that was published with the
    document (`attached`) are looked up in its annexes.
    """
    found: dict[str, None] = {}
    for part in citation.nodes:
        for stated in (part.ref, part.to):
            ref = _absolute_ref(part, stated, node) if stated is not None else None
            nearest = _nearest_ref(ref, refs, annexed=citation.attached is not None) if ref else None
            if nearest is not None:
                found[nearest] = None
    return list(found)


def _absolute_ref(part: CitedProvision, stated: str, node: str | None) -> str | None:
    """The path of a relative part: `khoan-2` below the `dieu` that holds the sentence. None without such a parent."""
    if part.below is None:
        return stated
    above: list[str] = []
    for step in (node or "").split("/"):
        above.append(step)
        if step.rpartition("-")[0] == part.below:
            return "/".join([*above, stated] if stated else above)
    return None


def _nearest_ref(ref: str, refs: frozenset[str], *, annexed: bool) -> str | None:
    """The node itself, or its nearest ancestor that exists."""
    inside = _annex_refs(refs) if annexed else {}
    while ref:
        found = inside.get(ref) if annexed else ref if ref in refs else None
        if found is not None:
            return found
        ref = ref.rpartition("/")[0]
    return None


@lru_cache(maxsize=64)
def _annex_refs(refs: frozenset[str]) -> dict[str, str | None]:
    """Nodes below an annex by the path inside it; None where several annexes have the same path."""
    found: dict[str, str | None] = {}
    for ref in refs:
        annex, _, inside = ref.partition("/")
        if inside and annex.startswith("phu-luc"):
            found[inside] = None if inside in found else ref
    return found
