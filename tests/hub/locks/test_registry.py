"""Every advisory lock of the hub is in one registry, every connection is opened in one place, and no keys collide."""

import ast
import re
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path

import pytest

from hub import connections
from hub.connections import ConnectionUse
from hub.domain.kinds import KINDS
from hub.locks.registry import MEMBER_BITS, LockClass, lock_key, trusted_member

ROOT = Path(__file__).resolve().parents[3]
REGISTRY = ROOT / "hub" / "locks" / "registry.py"
CONNECTIONS = ROOT / "hub" / "connections.py"
ADVISORY = re.compile(r"pg_(try_)?advisory_\w*lock|hashtext", re.IGNORECASE)
OPENS = {("asyncpg", "connect"), ("asyncpg", "create_pool"), ("", "create_async_engine"), ("", "create_engine")}


def sources() -> Iterator[Path]:
    for package in ("hub", "schema", "search", "ingest", "alembic"):
        yield from (ROOT / package).rglob("*.py")


def names_called(path: Path) -> set[tuple[str, str]]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
                found.add((function.value.id, function.attr))
            elif isinstance(function, ast.Name):
                found.add(("", function.id))
    return found


def test_the_advisory_lock_functions_are_called_in_the_registry_only() -> None:
    users = [path for path in sources() if ADVISORY.search(path.read_text("utf-8"))]

    assert users == [REGISTRY]


def test_connections_are_opened_in_one_module_only() -> None:
    assert [path for path in sources() if names_called(path) & OPENS] == [CONNECTIONS]


def test_locks_of_two_classes_never_have_the_same_key() -> None:
    most = (1 << MEMBER_BITS) - 1
    ranges = {lock: range(lock_key(lock), lock_key(lock, most) + 1) for lock in LockClass}

    assert all(one.stop <= other.start or other.stop <= one.start for one, other in combinations(ranges.values(), 2))
    assert all(each.start >= -(1 << 63) and each.stop <= 1 << 63 for each in ranges.values())


@pytest.mark.parametrize("member", [-1, 1 << MEMBER_BITS, 1 << 63])
def test_a_member_that_would_reach_into_another_class_is_refused(member: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        lock_key(LockClass.duplicates, member)


def test_kinds_and_languages_have_locks_of_their_own() -> None:
    pairs = list(product([*KINDS, "press"], ["vi", "en", "fr", "lo", "zh", "ja", "ko", "v", "ien"]))

    assert len({trusted_member(*pair) for pair in pairs}) == len(pairs)


def test_every_use_of_a_connection_has_a_name_and_limits_of_its_own() -> None:
    uses = [value for value in vars(connections).values() if isinstance(value, ConnectionUse)]
    settings = [use.server_settings() for use in uses]

    assert len({each["application_name"] for each in settings}) == len(uses) > 5
    for use, found in zip(uses, settings, strict=True):
        assert found["lock_timeout"] != "0"
        assert found["idle_in_transaction_session_timeout"] != "0"
        assert found["client_connection_check_interval"] != "0"
        assert use.connect_seconds > 0
        # Only a migration may take as long as it needs.
        assert (found["statement_timeout"] == "0") == (use is connections.MIGRATIONS)
        assert use is connections.MIGRATIONS or use.options()["command_timeout"] > use.statement_seconds
