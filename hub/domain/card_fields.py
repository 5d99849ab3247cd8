"""The parameter `fields`: the members of cards that a client wants, so that a list on a phone is small."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from hub.domain.types import Kind
from hub.problem_texts.templates import fill, list_names

ALWAYS = "id"
"""Member of every card, asked for or not."""

BESIDE = ("now", "url", "eli")
"""Members that stand beside the stored card."""


def card_fields(*kinds: Kind) -> tuple[str, ...]:
    """Return the names of the members of these kinds' cards, each once, and of those beside them."""
    return tuple(dict.fromkeys([*(name for kind in kinds for name in kind.card.model_fields), *BESIDE]))


def fields_type(*kinds: Kind) -> Any:
    """Return the type of a parameter that names members of these kinds' cards, separated by commas."""
    known = card_fields(*kinds)
    name = f"(?:{'|'.join(sorted(known))})"

    def check(value: object) -> object:
        for wanted in value.split(",") if isinstance(value, str) else ():
            if wanted not in known:
                raise PydanticCustomError(
                    "card_field",
                    "{detail}",
                    {"detail": fill("cards have no member `{name}`", name=wanted[:60]), "expected": list_names(known)},
                )
        return value

    return Annotated[
        str | None,
        BeforeValidator(check),
        Field(
            None,
            description="Only these members of each card, separated by commas, and always `id`.",
            examples=["title,published_at,now"],
            json_schema_extra={"pattern": f"^{name}(?:,{name})*$"},
        ),
    ]


def select_fields(item: Mapping[str, Any], fields: str) -> dict[str, Any]:
    """Return the wanted members of a card in their own order; a card of another kind may lack some."""
    wanted: Sequence[str] = [ALWAYS, *fields.split(",")]
    return {name: value for name, value in item.items() if name in wanted}
