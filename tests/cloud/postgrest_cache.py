"""What PostgREST knows of the schema `public`: tables with their columns, functions with their arguments."""

from collections.abc import KeysView, Mapping, Sequence
from typing import NamedTuple

from psycopg.rows import namedtuple_row

from tests.cloud.cluster import API, Database
from tests.cloud.postgrest_errors import RefusedError

_COLUMNS = """
SELECT t.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
  pg_get_expr(d.adbin, d.adrelid) AS "default", a.attnum = ANY(coalesce(k.conkey, '{}')) AS is_key
FROM pg_class t
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
LEFT JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'p'
WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'v', 'm', 'p')
ORDER BY t.relname, a.attnum
"""
_FUNCTIONS = """
SELECT p.proname AS name, coalesce(p.proargnames[:p.pronargs], '{}') AS names,
  ARRAY(SELECT format_type(one, NULL) FROM unnest(p.proargtypes) AS one) AS types,
  p.pronargs - p.pronargdefaults AS required, p.proretset AS is_set, p.provolatile = 'v' AS writes,
  r.typname = 'void' AS is_void, r.typtype = 'c' OR p.proargmodes IS NOT NULL AS is_composite
FROM pg_proc p JOIN pg_type r ON r.oid = p.prorettype
WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'
"""


class Column(NamedTuple):
    """One column of a table; `default` is an expression."""

    table: str
    name: str
    type: str
    default: str | None
    is_key: bool


class Function(NamedTuple):
    """One function; `required` says how many of the arguments have no default."""

    name: str
    names: Sequence[str]
    types: Sequence[str]
    required: int
    is_set: bool
    writes: bool  # VOLATILE; the others run in a transaction that is read only
    is_void: bool
    is_composite: bool


class SchemaCache:
    """Read once, as PostgREST does; what is made later is unknown until `reload`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.reload()

    def reload(self) -> None:
        """Read the catalogues anew."""
        with self._database.connect(API) as db, db.cursor(row_factory=namedtuple_row) as rows:
            columns = [Column(*row) for row in rows.execute(_COLUMNS)]
            self._functions = [Function(*row) for row in rows.execute(_FUNCTIONS)]
        self._tables: dict[str, dict[str, Column]] = {}
        for column in columns:
            self._tables.setdefault(column.table, {})[column.name] = column

    def table(self, name: str) -> Mapping[str, Column]:
        """Return a table's columns by name."""
        if name not in self._tables:
            raise RefusedError(
                404, "PGRST205", f"Could not find the table 'public.{name}' in the schema cache"
            )
        return self._tables[name]

    def function(self, name: str, given: KeysView[str]) -> Function:
        """Return the one function whose required arguments are all given, and that knows all that are."""
        fit = [
            one
            for one in self._functions
            if one.name == name and given <= set(one.names) and set(one.names[: one.required]) <= given
        ]
        told = f"public.{name}({', '.join(sorted(given))})" if given else f"public.{name}"
        if not fit:
            message = f"Could not find the function {told} without parameters in the schema cache"
            if given:
                message = f"Could not find the function {told} in the schema cache"
            raise RefusedError(
                404, "PGRST202", message, f"Searched for the function {told}, but no matches were found."
            )
        if len(fit) > 1:
            both = ", ".join(f"public.{name}({', '.join(one.names)})" for one in fit)
            raise RefusedError(
                300, "PGRST203", f"Could not choose the best candidate function between: {both}"
            )
        return fit[0]
