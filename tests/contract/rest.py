"""The REST contract in short: what a program relies on, one line each, without a word of explanation.

GET /api/v1/policies          an operation, and below it
  ?limit integer 1..100       a parameter (`!` behind its name: required; `^` in a header, `:` in the path)
  body PolicyContent          what it takes
  200 application/json Page   what it answers
PolicyCard                    a shape that is answered; `> PolicyContent` is one that clients send
  title! string               a member (`!`: always there)
"""

import re
from collections.abc import Iterator
from typing import Any

Lines = dict[str, dict[str, str]]
"""By operation or shape: what stands below it, by name."""

SENT = "> "
_PLACES = {"query": "?", "header": "^", "path": ":"}
_METHODS = ("get", "put", "post", "patch", "delete")


def lines(document: dict[str, Any]) -> Lines:
    """An OpenAPI document in short."""
    found: Lines = {}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                found[f"{method.upper()} {path}"] = dict(_operation(methods[method]))
    shapes = document["components"]["schemas"]
    sent = set(_reached(shapes, [operation.get("requestBody", {}) for operation in _operations(document)]))
    answered = set(_reached(shapes, [operation["responses"] for operation in _operations(document)]))
    for name, shape in shapes.items():
        members = dict(_members(shape))
        if name in sent:
            found[SENT + name] = members
        if name in answered or name not in sent:
            found[name] = members
    return found


def written(found: Lines) -> str:
    """Lines as they are kept."""
    text = []
    for owner in sorted(found):
        text.append(owner)
        text += [f"  {name} {value}".rstrip() for name, value in sorted(found[owner].items())]
    return "\n".join(text) + "\n"


def read(text: str) -> Lines:
    """Lines as they were kept."""
    found: Lines = {}
    owner = ""
    for line in text.splitlines():
        if line.startswith("  "):
            name, _, value = line.strip().partition(" ")
            found[owner][name] = value
        else:
            owner = line
            found[owner] = {}
    return found


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [methods[method] for methods in document["paths"].values() for method in _METHODS if method in methods]


def _operation(operation: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for parameter in operation.get("parameters", ()):
        required = "!" if parameter.get("required") else ""
        yield _PLACES[parameter["in"]] + parameter["name"] + required, _type(parameter["schema"])
    if body := operation.get("requestBody"):
        yield "body", _content(body)
    for status, answer in operation["responses"].items():
        yield status, _content(answer)
    if operation.get("deprecated"):
        yield "deprecated", ""


def _content(part: dict[str, Any]) -> str:
    return ", ".join(
        f"{kind} {_type(said.get('schema', {}))}".strip() for kind, said in part.get("content", {}).items()
    )


def _members(shape: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "properties" not in shape:
        yield "is", _type(shape)
        return
    required = shape.get("required", ())
    for name, member in shape["properties"].items():
        yield f"{name}!" if name in required else name, _type(member)


def _type(schema: dict[str, Any]) -> str:
    """What values may be: alternatives stand between bars."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " | ".join(sorted({_type(each) for each in schema[several]}))
    if "enum" in schema:
        return " | ".join(sorted(map(str, schema["enum"])))
    if "const" in schema:
        return str(schema["const"])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"[{_type(schema.get('items', {}))}]"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"{{{_type(inner)}}}" if isinstance(inner, dict) else "object"
    return " ".join([kind, *([schema["format"]] if "format" in schema else ()), *_limits(schema)])


def _limits(schema: dict[str, Any]) -> Iterator[str]:
    for least, most in (("minimum", "maximum"), ("minLength", "maxLength")):
        if least in schema or most in schema:
            yield f"{schema.get(least, '')}..{schema.get(most, '')}"


def _reached(shapes: dict[str, Any], parts: list[Any]) -> Iterator[str]:
    """Names of the shapes that parts of a document refer to, and those that these refer to."""
    seen: set[str] = set()
    while parts:
        for name in re.findall(r"#/components/schemas/([\w.-]+)", str(parts.pop())):
            if name not in seen:
                seen.add(name)
                parts.append(shapes[name])
                yield name
