"""Filters of subscriptions: those of the change feed, for documents only, with their names for people."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import orjson
from pydantic import model_validator

from hub.changes.filters import ChangeFilter, FollowFilters, build_filter
from hub.i18n.catalogues import texts
from hub.registry.hierarchy import Registry


class SubscriptionFilter(FollowFilters):
    """Filter of a subscription: a document matches any value of each given member. An empty one matches all."""

    @model_validator(mode="after")
    def _check_subject(self) -> "SubscriptionFilter":
        if self.subject:
            raise ValueError("subject: mails are about documents only; leave it out")
        return self

    def to_stored(self) -> dict[str, Any]:
        """Return the members that filter, with their values in order and once."""
        found = self.model_dump(mode="json", exclude_defaults=True)
        return {name: sorted(set(values)) for name, values in sorted(found.items()) if values}


def digest_filter(stored: dict[str, Any]) -> bytes:
    """Return the digest under which an address has a filter once."""
    return sha256(orjson.dumps(stored, option=orjson.OPT_SORT_KEYS)).digest()


def mail_languages(stored: dict[str, Any], lang: str) -> list[str]:
    """Return the languages of the editions that a subscription gets: its own, else Vietnamese."""
    given: Sequence[str] = stored.get("lang", ())
    return list(given) or list(dict.fromkeys((lang, "vi")))


def expand_stored(stored: dict[str, Any], lang: str, registry: Registry) -> ChangeFilter:
    """Expand a stored filter. Raises `UnknownReference` for a code that the registry no longer has."""
    filters = FollowFilters.model_validate(stored | {"lang": mail_languages(stored, lang)})
    return build_filter(filters, registry)


def describe_filter(stored: dict[str, Any], lang: str, registry: Registry) -> list[str]:
    """Describe a filter in words, a line for each member; one line for an empty filter."""
    words = texts(lang, "mail")
    kinds = texts(lang, "lists")
    plural = {"policy": "policies", "draft": "drafts", "bulletin": "bulletins", "statement": "statements"}
    lines = []
    for member in ("kind", "topic", "agency", "place", "lang"):
        values = stored.get(member, [])
        if not values:
            continue
        if member == "kind":
            names = [kinds[plural[value]] for value in values]
        elif member == "lang":
            names = [words["languages"].get(value, value) for value in values]
        else:
            names = [registry.name_in(lang, member, value) or value for value in values]
        lines.append(f"{words['members'][member]}: {', '.join(names)}")
    return lines or [words["everything"]]
