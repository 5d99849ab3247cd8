"""Every public address is classified, and what goes past the cache is never kept."""

from hub.answer_cache.classes import KEPT, PAST, PAST_BEGINNINGS
from hub.app import create_app
from hub.settings import Settings


def public_gets() -> set[str]:
    """Patterns of all routes that answer GET, but those for editors and machines."""
    routes = create_app(Settings()).router.routes
    found = set()
    for route in routes:
        methods: set[str] | None = getattr(route, "methods", None)
        if methods is None or "GET" in methods:
            found.add(str(getattr(route, "path", "")))
    return {path for path in found if not path.startswith(PAST_BEGINNINGS)}


def test_every_public_address_is_either_kept_or_goes_past_with_a_reason() -> None:
    kept = {route.path for route in KEPT}
    assert kept & PAST.keys() == set()
    assert public_gets() - kept - PAST.keys() == set(), "classify it in hub/answer_cache/classes.py"
    assert kept | PAST.keys() <= public_gets(), "classified, but there is no such route"
