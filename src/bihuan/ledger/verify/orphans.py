"""Links that lead nowhere: every `RegionKey` and every foreign key of the project's tables.

PostgreSQL keeps them by constraint, SQLite keeps only those on one column, and neither stops an administrator.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from bihuan.book.keys import RegionKey
from bihuan.ledger.models import Problem
from bihuan.ledger.verify.findings import Findings, What
from bihuan.ledger.verify.reading import Stored, fetched, quoted

PROJECT = "bihuan."


def links() -> Iterator[tuple[type[models.Model], Any]]:
    """Every link between two tables of the project, with the model that carries it."""
    for config in apps.get_app_configs():
        if config.name.startswith(PROJECT):
            for model in config.get_models():
                for field in (*model._meta.private_fields, *model._meta.fields):
                    if isinstance(field, RegionKey | models.ForeignKey):
                        yield model, field


def check(findings: Findings) -> None:
    """Report every row with a link that leads nowhere."""
    for model, field in links():
        via = field.via if isinstance(field, RegionKey) else field.column
        for key, problem in fetched(_sql(model, field, via)):
            findings.add(What.ORPHAN, _where(problem), row=f"{model._meta.model_name}:{key}", column=via)


def _sql(model: type[models.Model], field: Any, via: str) -> str:
    target = field.remote_field.model._meta
    near = {own.column: remote.column for own, remote in field.related_fields}
    joined = " AND ".join(f"t.{quoted(there)} = s.{quoted(here)}" for here, there in near.items())
    names = {f.attname for f in model._meta.concrete_fields}
    problem = "s.id" if model is Problem else "s.problem_id" if "problem_id" in names else "NULL"
    first = next(iter(near.values()))
    return (
        f"SELECT s.{quoted(str(model._meta.pk.column))}, {problem} FROM {quoted(model._meta.db_table)} s "  # noqa: S608
        f"LEFT JOIN {quoted(target.db_table)} t ON {joined} "
        f"WHERE s.{quoted(via)} IS NOT NULL AND t.{quoted(first)} IS NULL"
    )


def _where(problem: Any) -> str:
    """The number of the problem that the row belongs to."""
    if problem is None:
        return "link"
    numbers = Stored(Problem, ("number",)).rows("id = %s", [problem])
    return str(next(numbers, ("link",))[0])
