"""A row by its key, with a statement that is compiled once: what every page asks need not be built for every page."""

from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


class ByKey(Generic[M]):
    """Reads one object of a model by its primary key."""

    def __init__(self, model: type[M]) -> None:
        self.model = model
        self._statement = ""
        self._names: list[str] = []
        self._converters: Any = None

    def get(self, key: Any) -> M | None:
        """The object, with all its fields, or None."""
        if not self._statement:
            self._compile()
        with connection.cursor() as cursor:
            cursor.execute(self._statement, [self.model._meta.pk.get_db_prep_value(key, connection)])
            row = cursor.fetchone()
        if row is None:
            return None
        values = list(row)
        for place, (converters, expression) in self._converters.items():
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        return self.model.from_db(DEFAULT_DB_ALIAS, self._names, values)

    def _compile(self) -> None:
        query = self.model._base_manager.filter(pk=0).query
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        statement, _params = compiler.as_sql()
        self._names = [column.target.attname for column, _sql, _alias in compiler.select]
        self._converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        self._statement = statement
