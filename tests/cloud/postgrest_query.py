"""PostgREST's language of queries, as SQL: columns, filters, order. Values stay untyped, so the column decides."""

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl

from psycopg import sql

from tests.cloud.postgrest_errors import RefusedError

_OPERATORS = {
    "eq": "=",
    "neq": "<>",
    "gt": ">",
    "gte": ">=",
    "lt": "<",
    "lte": "<=",
    "like": "LIKE",
    "ilike": "ILIKE",
    "match": "~",
    "imatch": "~*",
    "cs": "@>",
    "cd": "<@",
    "ov": "&&",
}
_SEARCHES = {
    "fts": "to_tsquery",
    "plfts": "plainto_tsquery",
    "phfts": "phraseto_tsquery",
    "wfts": "websearch_to_tsquery",
}
_CLAIMS = ("null", "not_null", "true", "false", "unknown")
_RESERVED = ("select", "order", "limit", "offset", "on_conflict", "columns")
_ITEM = re.compile(r'"((?:[^"\\]|\\.)*)"|([^,]+)')
_FIELD = re.compile(r"^(?:(?P<alias>\w+):(?!:))?(?P<path>[^:]+)(?:::(?P<cast>\w+))?$")
_TREE = re.compile(r"^(not\.)?(and|or)(\(.*\))$", re.DOTALL)


class Query(NamedTuple):
    """The part of an address after the question mark."""

    pairs: Sequence[tuple[str, str]]

    @classmethod
    def of(cls, text: str) -> "Query":
        """Read it."""
        return cls(parse_qsl(text, keep_blank_values=True))

    def get(self, name: str, default: str = "") -> str:
        """Return a parameter that stands there once."""
        return dict(self.pairs).get(name, default)

    @property
    def limit(self) -> int | None:
        return int(self.get("limit")) if self.get("limit") else None

    @property
    def offset(self) -> int:
        return int(self.get("offset") or 0)

    @property
    def columns(self) -> list[str] | None:
        """Return the names in `columns`, which come quoted and in any order."""
        return _list(f"({self.get('columns')})") if self.get("columns") else None

    @property
    def selected(self) -> sql.Composable:
        """Return what stands between SELECT and FROM."""
        wanted = self.get("select", "*")
        return sql.SQL(", ").join(_field(one) for one in wanted.split(","))

    @property
    def where(self) -> sql.Composable:
        """Return all filters."""
        filters = [
            _tree(name.endswith("or"), value, is_negated=name.startswith("not."))
            if name.removeprefix("not.") in {"and", "or"}
            else _filter(name, value)
            for name, value in self.pairs
            if name not in _RESERVED
        ]
        return sql.SQL(" WHERE ") + sql.SQL(" AND ").join(filters) if filters else sql.SQL("")

    @property
    def order(self) -> sql.Composable:
        """Return the order, if one is asked for."""
        if not self.get("order"):
            return sql.SQL("")
        return sql.SQL(" ORDER BY ") + sql.SQL(", ").join(_term(one) for one in self.get("order").split(","))


def _term(text: str) -> sql.Composable:
    name, *words = text.split(".")
    nulls = {"nullsfirst": " NULLS FIRST", "nullslast": " NULLS LAST"}
    told = (" DESC" if "desc" in words else " ASC") + "".join(nulls.get(word, "") for word in words)
    return _path(name) + sql.SQL(told)


def _field(text: str) -> sql.Composable:
    """Return one selected column: [alias:]name[->key][->>key][::type]."""
    if text.strip() == "*":
        return sql.SQL("*")
    found = _FIELD.match(text.strip())
    if not found:
        raise RefusedError(400, "PGRST100", f'"failed to parse select parameter ({text})"')
    alias = found["alias"] or re.split(r"->>?", found["path"])[-1].strip('"')
    cast = sql.SQL("::") + sql.Identifier(found["cast"]) if found["cast"] else sql.SQL("")
    return _path(found["path"]) + cast + sql.SQL(" AS ") + sql.Identifier(alias)


def _path(text: str) -> sql.Composable:
    """Return a column, or what lies under a key of a JSON one."""
    name, *steps = re.split(r"(->>|->)", text)
    made: sql.Composable = sql.Identifier(name.strip('"'))
    for arrow, key in zip(steps[::2], steps[1::2], strict=True):
        made += sql.SQL(arrow) + (sql.SQL(key) if key.isdigit() else sql.Literal(key))
    return made


def _filter(name: str, text: str) -> sql.Composable:
    """Return one condition, `[not.]operator[(config)].value`."""
    expression = text.removeprefix("not.")
    operator, _, value = expression.partition(".")
    found = re.match(r"^(\w+)(?:\((\w+)\))?$", operator)
    if not found:
        raise RefusedError(400, "PGRST100", f'"failed to parse filter ({text})"')
    made = _condition(_path(name), found[1], found[2], value)
    return sql.SQL("NOT ({})").format(made) if text.startswith("not.") else made


def _condition(column: sql.Composable, operator: str, config: str | None, value: str) -> sql.Composable:
    if operator == "is" and value in _CLAIMS:
        return column + sql.SQL(f" IS {value.replace('_', ' ').upper()}")
    if operator == "in":
        quoted = (item.replace("\\", "\\\\").replace('"', '\\"') for item in _list(value))
        return column + sql.SQL(" = ANY({})").format(
            sql.Literal("{" + ",".join(f'"{item}"' for item in quoted) + "}")
        )
    if operator in _SEARCHES:
        asked = sql.SQL(", ").join([*([sql.Literal(config)] if config else []), sql.Literal(value)])
        return column + sql.SQL(f" @@ {_SEARCHES[operator]}(") + asked + sql.SQL(")")
    if operator in _OPERATORS:
        meant = value.replace("*", "%") if operator in {"like", "ilike"} else value
        return column + sql.SQL(f" {_OPERATORS[operator]} ") + sql.Literal(meant)
    raise RefusedError(400, "PGRST100", f'"failed to parse filter ({operator}.{value})"')


def _tree(is_or: bool, text: str, *, is_negated: bool = False) -> sql.Composable:
    """Return `(a.eq.1,not.and(b.gt.2,c.is.null))` as a condition."""
    parts = []
    for part in _top_level(text.strip()[1:-1]):
        if found := _TREE.match(part):
            parts.append(_tree(found[2] == "or", found[3], is_negated=bool(found[1])))
        else:
            name, _, condition = part.partition(".")
            parts.append(_filter(name, condition))
    made = sql.SQL("({})").format(sql.SQL(" OR " if is_or else " AND ").join(parts))
    return sql.SQL("NOT {}").format(made) if is_negated else made


def _top_level(text: str) -> list[str]:
    """Split at the commas that stand outside brackets and quotes."""
    parts, depth, is_quoted = [""], 0, False
    for sign in text:
        is_quoted ^= sign == '"'
        depth += 0 if is_quoted else (sign == "(") - (sign == ")")
        if sign == "," and not depth and not is_quoted:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _list(text: str) -> list[str]:
    """Read `(a,"b,c")`."""
    return [plain or re.sub(r"\\(.)", r"\1", quoted) for quoted, plain in _ITEM.findall(text.strip()[1:-1])]
