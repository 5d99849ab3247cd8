"""Projection over the whole schema: random documents on random values have the same answer as by graphql-core."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLObjectType

from hub.errors import NotFound
from schema.build import build_schema
from schema.dict_fields import dict_field
from schema.execution import HubSchema
from schema.limits.checks import is_valid_query
from tests.support.projections import General, Projecting
from tests.support.random_answers import AnswerMaker, RandomObject
from tests.support.random_documents import ATTEMPTS, DocumentMaker, RandomDocument

KNOWN = {"ID": ["5d2c0a3e-7f0b-4a87-9d3f-9f0d2b6d7c11"]}


@pytest.fixture
def made() -> Iterator[list[Projecting]]:
    Projecting.made, Projecting.limit = [], None
    yield Projecting.made
    Projecting.made, Projecting.limit = [], None


class RandomSchema:
    """The hub's schema; in place of each resolver something that makes a random value, or fails."""

    def __init__(self) -> None:
        self.schema: HubSchema = build_schema()
        self.maker = AnswerMaker(self.schema._schema)
        self.documents = DocumentMaker(self.schema._schema, KNOWN, without=frozenset())
        self.seed = ""
        for name, made in self.schema._schema.type_map.items():
            if isinstance(made, GraphQLObjectType) and not name.startswith("__"):
                for field in made.fields.values():
                    if dict_field(field) is None:
                        field.resolve = self._resolve

    async def _resolve(self, source: Any, info: Any, **_: Any) -> Any:
        place = source.seed if isinstance(source, RandomObject) else info.path.as_list()
        seed = f"{self.seed}.{place}.{info.field_name}"
        chance = random.Random(seed)  # noqa: S311 - no secret
        if chance.random() < 0.05:
            raise NotFound("There is no public item with this id.", field="id")
        return self.maker.value(info.return_type, seed, chance)

    def document(self, chance: random.Random) -> RandomDocument:
        """A valid document."""
        operation = "mutation" if chance.random() < 0.1 else "query"
        for _ in range(ATTEMPTS):
            found = self.documents.make(chance, operation)
            if is_valid_query(self.schema, found.text):
                return found
        raise AssertionError("no valid document")

    async def run(self, executor: type[Projecting], document: RandomDocument) -> str:
        """The answer, with the order of its members and the types of its values."""
        self.schema.execution_context_class = executor
        found = await self.schema.execute(document.text, document.variables)
        errors = [error.formatted for error in found.errors or ()]
        return repr({"data": found.data, "errors": errors})


@pytest.mark.counts(small=60, full=1_000, soak=20_000)
async def test_a_projected_answer_equals_the_one_of_graphql_core(count: int, made: list[Projecting]) -> None:
    subject = RandomSchema()
    projected = completed = failed = 0
    for number in range(count):
        chance = random.Random(f"types {number}")  # noqa: S311 - no secret
        subject.seed = str(number)
        document = subject.document(chance)
        subject.maker.odd = chance.choice((0, 0, 0.004))
        Projecting.limit = chance.choice((None, None, None, 2_000, 200))

        general = await subject.run(General, document)
        answer = await subject.run(Projecting, document)

        assert answer == general, (number, document)
        by_core, by_projection = made[-2:] if len(made) >= 2 else (None, None)
        if by_core is not None and by_projection is not None:
            assert by_projection.answer_size.found == by_core.answer_size.found, (number, document)
            if Projecting.limit is None and not subject.maker.odd:
                projected += by_projection.projected
                completed += by_projection.completed
        failed += "'errors': []" not in answer
        made.clear()

    assert projected > 10 * completed
    assert projected > count / 4
    assert failed > count / 20
