"""Compilation of the selection below one field to a projector.

The fields are collected by graphql-core itself, so fragments, conditions and repeated fields are understood in one
place. Values of variables matter only for `@skip` and `@include`: a projector holds for one combination of them.
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
from schema.projection.leaves import Projector, Unprojectable, can_pass_text, leaf_projector
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
    project: Projector


class LateMember(NamedTuple):
    """A field of an object's answer with a resolver of its own."""

    key: str
    of: GraphQLObjectType
    field: GraphQLField
    nodes: list[FieldNode]
    project: Projector


def compile_selection(executor: Executor[Any], of: Any, fields: FieldDetailsList) -> Projector:
    """Compile the selection of one field, for values of the type `of`. Raises `NotCovered` or `GraphQLError`."""
    if isinstance(of, GraphQLNonNull):
        return _compile_present(executor, of.of_type, fields)  # which accepts no null
    present = _compile_present(executor, of, fields)

    def project(value: Any, tally: Tally) -> Any:
        return None if value is None else present(value, tally)

    return project


def _compile_present(executor: Executor[Any], of: Any, fields: FieldDetailsList) -> Projector:
    """Compile a projector that fails for null."""
    if isinstance(of, GraphQLList):
        return _list_projector(compile_selection(executor, of.of_type, fields))
    if is_leaf_type(of):
        return leaf_projector(of)
    if is_abstract_type(of):
        return _abstract_projector(executor, of, fields)
    return _object_projector(executor, of, fields)


def _list_projector(project_item: Projector) -> Projector:
    def project(value: Any, tally: Tally) -> Any:
        if type(value) is not list and type(value) is not tuple:
            raise Unprojectable
        return [project_item(item, tally) for item in value]

    return project


def _abstract_projector(executor: Executor[Any], of: Any, fields: FieldDetailsList) -> Projector:
    """Project by the type that the schema's own resolver names; it needs the value alone."""
    resolve_type = of.resolve_type
    if resolve_type is None:
        raise NotCovered
    projectors = {
        each.name: _object_projector(executor, each, fields) for each in executor.schema.get_possible_types(of)
    }

    def project(value: Any, tally: Tally) -> Any:
        return projectors[resolve_type(value, None, of)](value, tally)

    return project


def _object_projector(executor: Executor[Any], of: GraphQLObjectType, fields: FieldDetailsList) -> Projector:
    if of.is_type_of is not None:
        raise NotCovered
    grouped = executor.collect_subfields(of, fields).grouped_field_set
    late = [_late_member(executor, of, key, found) for key, found in grouped.items() if _is_late(of, found)]
    members = [
        _placeholder(key) if _is_late(of, found) else _member(executor, of, key, found)
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


def _member(executor: Executor[Any], of: GraphQLObjectType, key: str, fields: FieldDetailsList) -> Member:
    name = fields[0].node.name.value
    if name == TYPE_NAME:
        return Member(key, name, None, False, _constant_projector(of.name))
    field = of.fields[name]
    found = dict_field(field)
    if found is None or field.args:
        raise NotCovered
    is_text = can_pass_text(_required(field)) if is_leaf_type(_required(field)) else False
    return Member(key, found.source_name, found.default, is_text, compile_selection(executor, field.type, fields))


def _is_late(of: GraphQLObjectType, fields: FieldDetailsList) -> bool:
    field = of.fields.get(fields[0].node.name.value)
    return field is not None and is_late_field(field)


def _late_member(executor: Executor[Any], of: GraphQLObjectType, key: str, fields: FieldDetailsList) -> LateMember:
    nodes = [each.node for each in fields]
    field = of.fields[nodes[0].name.value]
    return LateMember(key, of, field, nodes, compile_selection(executor, field.type, fields))


def _placeholder(key: str) -> Member:
    """Keep the place of a late member in the order of the answer."""
    return Member(key, key, None, False, lambda _, __: None)


def _required(field: GraphQLField) -> Any:
    return field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type


def _constant_projector(text: str) -> Projector:
    def project(_: Any, tally: Tally) -> str:
        tally.texts.append(text)
        return text

    return project
