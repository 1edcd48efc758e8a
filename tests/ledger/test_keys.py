"""What the database itself keeps: links on region and id, entries that never change, one number once."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from bihuan.book.keys import new_id
from bihuan.book.models import Entry
from bihuan.book.rows import insert, update_where
from bihuan.domain.case import Stage
from bihuan.ledger.models import Evidence, Measure, Problem, Reach, Span
from tests.world import World, days_later

POSTGRES = "postgresql"


def test_new_ids_sort_in_the_order_in_which_they_were_made():
    ids = [new_id() for _ in range(2000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert {identity.version for identity in ids} == {7}


@pytest.mark.parametrize(
    "query",
    [
        lambda: Problem.objects.filter(reaches__unit_id=1),
        lambda: Problem.objects.filter(measures__text="x"),
        lambda: Measure.objects.select_related("problem"),
        lambda: Evidence.objects.filter(measure__text="x"),
        lambda: Span.objects.filter(problem__number="x"),
        lambda: Problem.objects.filter(merged_into__number="x"),
    ],
)
def test_large_tables_are_joined_on_region_and_id(db, query):
    sql = str(query().query)
    joins = sql.split(" JOIN ")[1:]
    assert joins
    assert all('"region_id"' in join and '"id"' in join.split(" WHERE ")[0] for join in joins)


def test_a_link_leads_to_the_row(world: World):
    problem = world.through(Stage.CLOSEOUT_ASKED)
    measure = problem.measures.order_by("place").first()
    assert measure is not None
    assert measure.problem == problem
    assert measure.evidence.get().measure == measure
    assert problem.ledger == world.ledger


def test_a_number_exists_once_in_a_region(world: World):
    first, second = world.register(2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Problem.objects.filter(id=second.id).update(number=first.number)


@pytest.mark.parametrize("act", [lambda rows: rows.update(action="accept"), lambda rows: rows.delete()])
def test_an_entry_is_never_changed_or_deleted(world: World, act):
    problem = world.register()[0]
    with pytest.raises(DatabaseError, match="entries are never changed or deleted"), transaction.atomic():
        act(Entry.objects.filter(subject=problem.id))
    assert Entry.objects.filter(subject=problem.id, action="register").count() == 1


def test_two_entries_never_stand_in_one_place(world: World):
    entry = Entry.objects.get(subject=world.register()[0].id)
    entry.id = new_id()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([entry])


def test_postgres_refuses_an_orphan_and_a_link_into_another_region(world: World):
    if connection.vendor != POSTGRES:
        pytest.skip("SQLite cannot add these constraints; there verify finds orphans")
    measure = Measure.objects.filter(problem_id=world.register()[0].id).first()
    assert measure is not None
    measure.id, measure.problem_id = new_id(), new_id()

    @transaction.atomic
    def hang_on_nothing() -> None:
        insert([measure])
        connection.check_constraints()

    with pytest.raises(IntegrityError):
        hang_on_nothing()


def test_rows_are_inserted_as_the_orm_would_insert_them(world: World):
    problem = world.through(Stage.CLOSEOUT_ASKED)
    row = Problem.objects.get(id=problem.id)
    copies = []
    for number in ("A-1", "A-2"):
        row.pk, row.number = new_id(), number
        copies.append(row.pk)
        if number == "A-1":
            insert([row])
        else:
            Problem.objects.bulk_create([row])
    columns = [f.attname for f in Problem._meta.concrete_fields if f.attname not in ("id", "number")]
    table = Problem._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE number IN ('A-1', 'A-2')")
        first, second = cursor.fetchall()
    assert first == second
    insert([])


def test_an_update_holds_only_where_the_row_is_as_expected(world: World):
    rows = world.register(3)
    for row in rows:
        row.title, row.version = "新", row.version + 1
    expected = [(row, {"version": 0 if place else 7}) for place, row in enumerate(rows)]
    assert update_where(Problem, ["title", "version"], expected) == 2
    assert sorted(Problem.objects.values_list("title", "version")) == sorted(
        [("新", 1), ("新", 1), (Problem.objects.get(id=rows[0].id).title, 0)]
    )
    assert update_where(Problem, ["title"], []) == 0


def test_an_update_never_reaches_into_another_region(world: World):
    row = world.register()[0]
    row.title, row.region_id = "新", 2
    assert update_where(Problem, ["title"], [(row, {})]) == 0


def test_reach_and_spans_stand_once_per_unit_and_day(world: World):
    with days_later(0):
        problem = world.through(Stage.CLOSED)
    assert Reach.objects.filter(problem_id=problem.id).count() == 3
    spans = list(Span.objects.filter(problem_id=problem.id).order_by("begins"))
    assert [span.ends for span in spans[:-1]] == [span.begins for span in spans[1:]]
    assert spans[-1].ends == problem.state_from
