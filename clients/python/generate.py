"""Write `types.py` from openapi.json, and `asynchronous.py` from `synchronous.py`.

Run it after the contract or the client has changed: `python clients/python/generate.py`. A test holds both equal.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CONTRACT = HERE.parents[1] / "openapi.json"
TYPES = HERE / "policyhub" / "types.py"
BLOCKING = HERE / "policyhub" / "synchronous.py"
ASYNCHRONOUS = HERE / "policyhub" / "asynchronous.py"

OPERATIONS = (
    *(f"list_{kind}" for kind in ("policies", "drafts", "bulletins", "statements")),
    *(f"get_{kind}" for kind in ("policy", "draft", "bulletin", "statement")),
    *(f"list_{name}" for name in ("agencies", "topics", "places", "spokespersons", "consultations", "changes")),
    "search",
)
"""Operations that the client has methods for."""
MORE = ("Problem", "DocumentMessage", "SubjectMessage", "ResyncMessage", "TestMessage")
"""Shapes besides those of answers: refusals, and messages of webhooks."""
NOT_SENT = frozenset({"cursor", "fields", "include", "after", "wait"})
"""Parameters that the client sets itself, or that would change the type of the answer."""
_HEAD = '''"""Shapes of the hub's REST contract, as JSON has them. Written by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict
'''


def render(document: dict[str, Any]) -> str:
    """Return the module, not yet formatted."""
    operations = {
        operation["operationId"]: operation for methods in document["paths"].values() for operation in methods.values()
    }
    schemas = document["components"]["schemas"]
    parts: list[Any] = [{"$ref": f"#/components/schemas/{name}"} for name in MORE]
    for name in OPERATIONS:
        stated = [one for one in operations[name].get("parameters", ()) if one["in"] == "query"]
        parts += [operations[name]["responses"]["200"], stated]
    # A union is a value, so the classes that it names stand before it.
    reached = sorted(_reached(parts, schemas), key=lambda name: ("properties" not in schemas[name], name))
    blocks = [_shape(name, schemas[name]) for name in reached]
    blocks += [_parameters(name, operations[name]) for name in OPERATIONS]
    return f"{_HEAD}\n\n" + "\n\n".join(blocks) + "\n"


def _reached(parts: list[Any], schemas: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    while parts:
        for name in re.findall(r"#/components/schemas/(\w+)", json.dumps(parts.pop())):
            if name not in found:
                found.add(name)
                parts.append(schemas[name])
    return found


def _shape(name: str, schema: dict[str, Any]) -> str:
    if "properties" not in schema:
        return f"{name}: TypeAlias = {_type(schema)}"
    required = schema.get("required", ())
    lines = [f"class {name}(TypedDict):", f'    """{_words(schema)}"""', ""]
    for member, one in schema["properties"].items():
        kind = _type(one)
        lines.append(f"    {member}: {kind if member in required else f'NotRequired[{kind}]'}")
    return "\n".join(lines)


def _parameters(name: str, operation: dict[str, Any]) -> str:
    title = "".join(word.capitalize() for word in name.split("_"))
    lines = [f"class {title}Params(TypedDict, total=False):", f'    """Parameters of `{name}`."""', ""]
    for one in operation.get("parameters", ()):
        if one["in"] == "query" and one["name"] not in NOT_SENT:
            lines.append(f"    {one['name']}: {_type(one['schema'])}")
    return "\n".join(lines)


def _words(schema: dict[str, Any]) -> str:
    return " ".join(schema.get("description", "").split("\n\n")[0].split()).replace('"', "'")


def _type(schema: dict[str, Any]) -> str:
    return " | ".join(dict.fromkeys(_alternatives(schema)))


def _alternatives(schema: dict[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        yield schema["$ref"].rsplit("/", 1)[1]
    elif several := schema.get("anyOf", schema.get("oneOf")):
        for one in several:
            yield from _alternatives(one)
    elif "const" in schema or "enum" in schema:
        yield f"Literal[{', '.join(json.dumps(one) for one in schema.get('enum', [schema.get('const')]))}]"
    else:
        yield _plain(schema)


def _plain(schema: dict[str, Any]) -> str:
    match schema.get("type"):
        case "array":
            return f"list[{_type(schema.get('items', {}))}]"
        case "object":
            values = schema.get("additionalProperties")
            return f"dict[str, {_type(values) if isinstance(values, dict) else 'Any'}]"
        case str(kind):
            return {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}[kind]
        case _:
            return "Any"


def formatted(text: str) -> str:
    """Return source as the house formats it."""
    words = [sys.executable, "-m", "ruff", "format", "--line-length", "120", "--stdin-filename", "types.py", "-"]
    done = subprocess.run(words, input=text, capture_output=True, text=True, check=True)  # noqa: S603 - fixed words
    return done.stdout


_AWAITED = (
    "self._http.send(",
    "self._sleep(",
    "self._run(",
    "self._follow(",
    "self.get(",
    "store.get_position(",
    "store.apply(",
)
_REWRITTEN = {
    '"""The blocking client."""': '"""The client with asyncio. Written by generate.py: do not edit."""',
    '            yield from page["items"]\n': ('            for item in page["items"]:\n                yield item\n'),
    "import time\n": "import asyncio\n",
    "time.sleep": "asyncio.sleep",
    "Callable, Iterator, Mapping": "AsyncIterator, Awaitable, Callable, Mapping",
    "Callable[[float], None]": "Callable[[float], Awaitable[None]]",
    "-> Iterator[": "-> AsyncIterator[",
    "httpx.Client": "httpx.AsyncClient",
    "self._http.close()": "await self._http.aclose()",
    "self.close()": "await self.close()",
    "for page in self.changes": "async for page in self.changes",
    "class Hub:": "class AsyncHub:",
    "read by blocking calls. Threads may share it.": "read with asyncio.",
    "import Store,": "import AsyncStore,",
    "store: Store": "store: AsyncStore",
}
_COROUTINES = (
    "get|send|graphql|iterate|policy|draft|bulletin|statement|changes|sync|close|__enter__|__exit__|_run|_follow"
)


def make_asynchronous(blocking: str) -> str:
    """Return the source of the client with asyncio."""
    text = re.sub(rf"^    def ({_COROUTINES})\(", r"    async def \1(", blocking, flags=re.MULTILINE)
    for call in _AWAITED:
        text = text.replace(call, f"await {call}")
    for before, after in _REWRITTEN.items():
        text = text.replace(before, after)
    return text.replace("__enter__", "__aenter__").replace("__exit__", "__aexit__")


def build() -> dict[Path, str]:
    """Return the written files with their texts."""
    return {
        TYPES: formatted(render(json.loads(CONTRACT.read_text("utf-8")))),
        ASYNCHRONOUS: formatted(make_asynchronous(BLOCKING.read_text("utf-8"))),
    }


if __name__ == "__main__":
    for file, text in build().items():
        file.write_text(text, "utf-8")
        print(f"{file.name} is written.")
