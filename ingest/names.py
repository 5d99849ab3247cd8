"""The names and codes of a checked content, looked up in the registry."""

from hub.content.checked_content import CheckedContent
from hub.registry.known_names import RegistryNames


def map_names(checked: CheckedContent, names: RegistryNames, owner: str) -> tuple[CheckedContent, tuple[str, ...]]:
    """Put codes in place of words that the registry knows, and keep all others as words; with doubts for an editor."""
    stored, doubts = names.map_content(checked.kind, checked.stored), []
    drafting = stored.get("drafting_agency")
    if drafting is not None and drafting not in names.codes:
        stored["drafting_agency"] = owner
        doubts.append(f"drafting_agency: The registry has no agency `{drafting}`; the owner was taken.")
    return checked.with_stored(stored), tuple(doubts)
