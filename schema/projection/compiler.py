"""Compilation of the selection below one field to a projection.

The fields are collected by graphql-core itself, so fragments, conditions and repeated fields are understood in one
place. Values of variables matter only for `@skip` and `@include`: a projection holds for one combination of them.
"""

from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.executor import Executor

from schema.dict_fields import dict_field, is_late_field
from schema.projection.leaves import Projection, Unprojectable, can_pass_text, leaf_projection
from schema.projection.tally import LateField, Tally

TYPE_NAME = "__typename"


class NotCovered(Exception):
    """The selection has a field that is not read from a dict."""


class Member(NamedTuple):
    """A field of an object's answer."""

    key: str
    source_name: str
    default: Any
    is_text: bool
    """True if a text is its own output."""
    project: Projection


class LateMember(NamedTuple):
    """A field of an object's answer with a resolver of its own."""

    key: str
    of: GraphQLObjectType
    field: GraphQLField
    nodes: list[FieldNode]
    project: Projection


class Compiler:
    """Compiles selections of one operation, with the values of its conditions."""

    def __init__(self, executor: Executor[Any]) -> None:
        self.executor = executor
        self.members = 0
        """Members of all objects compiled so far: the memory that the projections take."""


def compile_selection(compiler: Compiler, of: Any, fields: FieldDetailsList) -> Projection:
    """Compile the selection of one field, for values of the type `of`. Raises `NotCovered` or `GraphQLError`."""
    if isinstance(of, GraphQLNonNull):
        return _compile_present(compiler, of.of_type, fields)  # which accepts no null
    present = _compile_present(compiler, of, fields)

    def project(value: Any, tally: Tally) -> Any:
        return None if value is None else present(value, tally)

    return project


def _compile_present(compiler: Compiler, of: Any, fields: FieldDetailsList) -> Projection:
    """Compile a projection that fails for null."""
    if isinstance(of, GraphQLList):
        return _list_projection(compile_selection(compiler, of.of_type, fields))
    if is_leaf_type(of):
        return leaf_projection(of)
    if is_abstract_type(of):
        return _abstract_projection(compiler, of, fields)
    return _object_projection(compiler, of, fields)


def _list_projection(project_item: Projection) -> Projection:
    def project(value: Any, tally: Tally) -> Any:
        if type(value) is not list and type(value) is not tuple:
            raise Unprojectable
        return [project_item(item, tally) for item in value]

    return project


def _abstract_projection(compiler: Compiler, of: Any, fields: FieldDetailsList) -> Projection:
    """Project by the type that the schema's own resolver names; it needs the value alone."""
    resolve_type = of.resolve_type
    if resolve_type is None:
        raise NotCovered
    projections = {
        each.name: _object_projection(compiler, each, fields)
        for each in compiler.executor.schema.get_possible_types(of)
    }

    def project(value: Any, tally: Tally) -> Any:
        return projections[resolve_type(value, None, of)](value, tally)

    return project


def _object_projection(compiler: Compiler, of: GraphQLObjectType, fields: FieldDetailsList) -> Projection:
    if of.is_type_of is not None:
        raise NotCovered
    grouped = compiler.executor.collect_subfields(of, fields).grouped_field_set
    compiler.members += len(grouped) + 1
    late = [_late_member(compiler, of, key, found) for key, found in grouped.items() if _is_late(of, found)]
    members = [
        _placeholder(key) if _is_late(of, found) else _member(compiler, of, key, found)
        for key, found in grouped.items()
    ]

    def project(value: Any, tally: Tally) -> Any:
        read, add_text = value.get, tally.texts.append
        answer = {}
        for key, source_name, default, is_text, project_member in members:
            member = read(source_name, default)
            if is_text and type(member) is str:
                add_text(member)
                answer[key] = member
            else:
                answer[key] = project_member(member, tally)
        if late:
            tally.late += [LateField(answer, each.key, value, each) for each in late]
        return answer

    return project


def _member(compiler: Compiler, of: GraphQLObjectType, key: str, fields: FieldDetailsList) -> Member:
    name = fields[0].node.name.value
    if name == TYPE_NAME:
        return Member(key, name, None, False, _constant_projection(of.name))
    field = of.fields[name]
    found = dict_field(field)
    if found is None or field.args:
        raise NotCovered
    is_text = can_pass_text(_non_null_type(field)) if is_leaf_type(_non_null_type(field)) else False
    return Member(key, found.source_name, found.default, is_text, compile_selection(compiler, field.type, fields))


def _is_late(of: GraphQLObjectType, fields: FieldDetailsList) -> bool:
    field = of.fields.get(fields[0].node.name.value)
    return field is not None and is_late_field(field)


def _late_member(compiler: Compiler, of: GraphQLObjectType, key: str, fields: FieldDetailsList) -> LateMember:
    nodes = [each.node for each in fields]
    field = of.fields[nodes[0].name.value]
    return LateMember(key, of, field, nodes, compile_selection(compiler, field.type, fields))


def _placeholder(key: str) -> Member:
    """Keep the place of a late member in the order of the answer."""
    return Member(key, key, None, False, lambda _, __: None)


def _non_null_type(field: GraphQLField) -> Any:
    return field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type


def _constant_projection(text: str) -> Projection:
    def project(_: Any, tally: Tally) -> str:
        tally.texts.append(text)
        return text

    return project
