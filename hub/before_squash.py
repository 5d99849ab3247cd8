"""Takeover of a database from before the migrations were squashed: describe its schema, compare it, and restamp it.

Such a database has the schema of `0001_initial` under an old revision. To verify that, its system catalogs are compared
with `0001_initial.schema.txt`, which has one line for each table, column, constraint, index, function and trigger. The
order of columns, owners, privileges and objects of extensions are not compared.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, text

from hub.errors import SetupProblem

LAST_REVISION_BEFORE_SQUASH = "0027"
FIRST_REVISION = "0001_initial"
"""Revisions are named like their files, so that none has the name of an old one, such as `0001` or `0012`."""

_NAMED_DIFFERENCES = 5
_WHOLE = ("table ", "view ")

# `alembic_version` is Alembic's own. Not-null constraints (`contype` n) are described with their columns, and indexes
# of keys with their constraints.
_DESCRIBE = text("""
WITH relation AS (
    SELECT c.oid, c.relname AS name, c.relkind AS kind, c.relpersistence AS persistence, c.reloptions AS options
    FROM pg_class c
    WHERE c.relnamespace = to_regnamespace('public') AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND c.relname <> 'alembic_version' AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
)
SELECT 'extension ' || e.extname AS name, 'in schema ' || n.nspname AS description
    FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname IN ('unaccent', 'pg_trgm')
UNION ALL
SELECT CASE r.kind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'view ' ELSE 'table ' END || r.name,
        concat_ws(', ', CASE r.persistence WHEN 'u' THEN 'unlogged' ELSE 'logged' END, array_to_string(r.options, ', '))
    FROM relation r
UNION ALL
SELECT 'column ' || r.name || '.' || a.attname,
        concat_ws(', ', format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attcollation <> t.typcollation THEN 'collation ' || a.attcollation::regcollation END,
            CASE WHEN a.attnotnull THEN 'not null' END,
            'default ' || pg_get_expr(d.adbin, d.adrelid),
            CASE a.attidentity WHEN 'a' THEN 'always identity' WHEN 'd' THEN 'identity by default' END,
            CASE WHEN a.attgenerated <> '' THEN 'generated' END)
    FROM relation r
    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
UNION ALL
SELECT 'constraint ' || r.name || '.' || k.conname, pg_get_constraintdef(k.oid)
    FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype <> 'n'
UNION ALL
SELECT 'index ' || r.name || '.' || i.relname,
        pg_get_indexdef(x.indexrelid) || CASE WHEN x.indisvalid THEN '' ELSE ', not valid' END
    FROM relation r JOIN pg_index x ON x.indrelid = r.oid JOIN pg_class i ON i.oid = x.indexrelid
    WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'))
UNION ALL
SELECT 'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', pg_get_functiondef(p.oid)
    FROM pg_proc p
    WHERE p.pronamespace = to_regnamespace('public') AND p.prokind IN ('f', 'p') AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'trigger ' || r.name || '.' || t.tgname,
        pg_get_triggerdef(t.oid) || CASE WHEN t.tgenabled = 'O' THEN '' ELSE ', not enabled' END
    FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid AND NOT t.tgisinternal
ORDER BY name
""")

_LIST_OF_WORDS = re.compile(r"\(ARRAY\[([^\[\]]*)\]\)::text\[\]")
_WORD = re.compile(r"\(('[^']*'::character varying)\)::text")


def describe_schema(connection: Connection) -> dict[str, str]:
    """Describe the objects of the schema `public`, by kind and name, in one line each.

    The search path is reduced to `pg_catalog` meanwhile, so that all other names are qualified with their schema.
    """
    path = connection.execute(text("SHOW search_path")).scalar_one()
    search = text("SELECT set_config('search_path', :path, true)")
    connection.execute(search, {"path": "pg_catalog"})
    found = connection.execute(_DESCRIBE).all()
    connection.execute(search, {"path": path})
    return {row.name: _one_line(row.description) for row in found}


def read_description(file: Path) -> dict[str, str]:
    """Read a description from its file, with a line `name: description` for each object."""
    lines = [line.partition(": ") for line in file.read_text("utf-8").splitlines()]
    return {name: description for name, _, description in lines}


def name_differences(found: Mapping[str, str], expected: Mapping[str, str]) -> list[str]:
    """List the differences of two descriptions. The parts of a table that only one has are not listed again."""
    differences = []
    whole = {_table_of(name) for name in found.keys() ^ expected.keys() if name.startswith(_WHOLE)}
    for name in sorted(found.keys() | expected.keys()):
        if _table_of(name) in whole and not name.startswith(_WHOLE):
            continue
        if name not in found:
            differences.append(f"{name} is missing")
        elif name not in expected:
            differences.append(f"{name} should not be there")
        elif found[name] != expected[name]:
            differences.append(f"{name} is `{found[name]}` instead of `{expected[name]}`")
    return differences


def restamp(connection: Connection, versions: Path) -> None:
    """Change the revision of a database from the last before the squash to the first after it, if its schema matches.

    Raises `SetupProblem` with the differences otherwise. Nothing is changed then.
    """
    expected = read_description(versions / f"{FIRST_REVISION}.schema.txt")
    if differences := name_differences(describe_schema(connection), expected):
        more = len(differences) - _NAMED_DIFFERENCES
        named = "; ".join(differences[:_NAMED_DIFFERENCES]) + (f"; and {more} more" if more > 0 else "")
        raise SetupProblem(
            f"The database is at revision {LAST_REVISION_BEFORE_SQUASH}, but its schema is not the one of that "
            f"revision: {named}. Nothing was changed.",
            expected=f"the schema in alembic/versions/{FIRST_REVISION}.schema.txt; undo what differs and migrate again",
        )
    connection.execute(
        text("UPDATE alembic_version SET version_num = :new WHERE version_num = :old"),
        {"new": FIRST_REVISION, "old": LAST_REVISION_BEFORE_SQUASH},
    )


def _table_of(name: str) -> str:
    """The name of the table in `column table.name` and similar."""
    return name.partition(" ")[2].partition(".")[0]


def _one_line(description: str) -> str:
    """Join the lines, and normalize lists of strings, which differ after the restore of a dump.

    PostgreSQL prints `state IN ('a', 'b')` as `(ARRAY['a'::character varying, …])::text[]`, and after a restore as
    `ARRAY[('a'::character varying)::text, …]`, which is equivalent.
    """
    joined = re.sub(r"\s*\n\s*", " ", description.strip())
    return _WORD.sub(r"\1", _LIST_OF_WORDS.sub(r"ARRAY[\1]", joined))
