"""What a problem left in the tables: every row that names it, read by the models' own fields.

Knows no table by name but the problem's own and the book's, so that columns and parts added to the models are
copied without a word here. Tables that are sums or indexes over many problems are not copied but rebuilt.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from bihuan.book.keys import RegionalModel
from bihuan.book.models import Chain, Entry
from bihuan.ledger.models import Problem

Rows = dict[str, list[dict[str, Any]]]


def kept_models() -> list[tuple[type[RegionalModel], str, str]]:
    """Every table with rows of single problems: its model, the column naming the problem, the order of rows."""
    found: list[tuple[type[RegionalModel], str, str]] = [(Problem, "id", "id")]
    for model in apps.get_app_config("ledger").get_models():
        names = {field.attname for field in model._meta.concrete_fields}
        if issubclass(model, RegionalModel) and "problem_id" in names:
            found.append((model, "problem_id", "id"))
    return [*found, (Chain, "id", "id"), (Entry, "subject", "seq")]


class Leavings:
    """Reads back what single problems left."""

    def __init__(self) -> None:
        self._models = kept_models()

    def of(self, problem: UUID) -> Rows:
        """The rows of `problem` by model label, each by column, entries in their order."""
        return {
            model._meta.label: list(
                model._base_manager.filter(**{column: problem}).order_by(order).values(*_columns(model))
            )
            for model, column, order in self._models
        }


def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]
