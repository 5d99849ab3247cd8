"""The messages of graphql-core about a query as texts of the hub, so that the usual ones have a Vietnamese form.

The English text stays the one that tools for GraphQL know. Others are framed, not translated.
"""

import re

from hub.problem_texts.templates import FilledText, as_data, fill

MESSAGES: tuple[str, ...] = (
    "Cannot query field '{field}' on type '{type}'.",
    "Unknown argument '{argument}' on field '{field}'.",
    "Unknown type '{type}'.",
    "Unknown fragment '{fragment}'.",
    "Unknown directive '{directive}'.",
    "Fragment '{fragment}' is never used.",
    "Variable '{variable}' is never used.",
    "Variable '{variable}' is not defined.",
    "Field '{field}' of type '{type}' must have a selection of subfields.",
    "Field '{field}' must not have a selection since type '{type}' has no subfields.",
    "Variable '{variable}' of required type '{type}' was not provided.",
    "Variable '{variable}' does not fit at {place}.",
    "Variable '{variable}' does not fit.",
    "Syntax Error: Unexpected {token}.",
    "Syntax Error: Expected {expected}, found {token}.",
)
"""Templates of messages; what follows a message, such as suggestions, is kept as it is."""


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template.removesuffix("."))
    pattern = "".join(
        re.escape(part) if index % 2 == 0 else f"(?P<{part}>[^{{}}\\n]{{1,200}}?)" for index, part in enumerate(parts)
    )
    return re.compile(rf"{pattern}\.(?: (?P<more>.+))?", re.DOTALL)


_PATTERNS = tuple((_pattern(template), template) for template in MESSAGES)


def explain_message(message: str) -> FilledText:
    """Return a message of graphql-core as a text of the hub, equal to it in English."""
    for pattern, template in _PATTERNS:
        found = pattern.fullmatch(message)
        if found is not None:
            values = found.groupdict()
            more = values.pop("more")
            text = FilledText(template, values)
            return text if more is None else fill("{first} {rest}", first=text, rest=as_data(more))
    return fill("{graphql_message}", graphql_message=message)
