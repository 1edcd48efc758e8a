"""How long it takes to find the twins of a text and of files among a million.

`python -m bench.twins [sqlite|postgresql] [N]` fills a database of its own with N requests for close-out and N
files (and nothing else), asks for the twins of one request with ten pictures, and prints a table. The bands are
drawn by lot; one in five is one of a thousand common ones, as set phrases and even walls make them.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from bench.homes import ROOT, Home

TARGET_MS = 15.0
TIMES = 40
SAID = (
    "枫林路东段二十三盏路灯已全部修复，更换损坏灯头十九个、电缆四十米，连续三晚巡查均正常亮灯，沿街商户表示满意。"
)
REGION = 1


def main(database: str, count: int) -> int:
    """Fill and measure in a process of its own, with the database running."""
    home = Home(database, count, ROOT / "twins")
    with home.environment() as environment:
        return subprocess.run(
            [sys.executable, "-m", "bench.twins", "inside", str(count)], env=environment
        ).returncode


def inside(count: int) -> int:
    """Fill the tables where they are empty, then measure."""
    from bench.waking import wake

    wake(new=True)
    from bihuan.ledger.models import Evidence

    if not Evidence.objects.filter(name="ours.jpg").exists():
        began = time.monotonic()
        _fill(count)
        print(f"filled with {count:,} requests and files in {time.monotonic() - began:.0f} s")
    return _measure(count)


def _measure(count: int) -> int:
    from django.db import connection

    from bihuan.ledger.models import Closeout, Evidence
    from bihuan.ledger.twins import file_twins, text_twins

    asked = Closeout(region_id=REGION, summary=SAID)
    first = Evidence.objects.filter(name="ours.jpg").first()
    assert first is not None, "the files of the problem asked about were put in last"
    files = list(Evidence.objects.filter(region_id=REGION, problem_id=first.problem_id))
    print(f"{connection.vendor}, {count:,} requests and files; middle of {TIMES}, milliseconds")
    over = 0
    for name, ask in (
        ("twins of a text", lambda: text_twins(asked)),
        (f"twins of {len(files)} pictures", lambda: file_twins(files)),
        ("twins of one picture", lambda: file_twins(files[:1])),
    ):
        found, wall, cpu = _timed(ask)
        over += wall > TARGET_MS
        print(
            f"{name:24} {wall:7.1f} ms   own processor time {cpu:6.1f} ms   target {TARGET_MS:.0f}   found {found}"
        )
    return 1 if over else 0


def _timed(ask: Callable[[], list[Any]]) -> tuple[int, float, float]:
    walls, cpus, found = [], [], 0
    for _time in range(TIMES):
        began, used = time.perf_counter(), time.process_time()
        found = len(ask())
        walls.append((time.perf_counter() - began) * 1000)
        cpus.append((time.process_time() - used) * 1000)
    return found, statistics.median(walls), statistics.median(cpus)


def _fill(count: int) -> None:
    from django.db import connection, transaction

    from bihuan.book.keys import Region

    Region.objects.get_or_create(id=REGION, defaults={"name": "城"})
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")  # the problems themselves are not there
        with transaction.atomic():
            for sql in _statements(connection.vendor, count):
                cursor.execute(sql)
            _plant()
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _statements(vendor: str, count: int) -> list[str]:
    """What fills the tables inside the database: ids from numbers, bands by lot."""
    if vendor == "postgresql":
        numbers = f"generate_series(1, {count}) AS t(n)"
        lot, common = "(random() * 9e18)::bigint", "(random() * 1000)::bigint"
        look, chance = "(random() * 65535)::int", "random()"
        key = "(lpad(to_hex({}::bigint), 32, '0'))::uuid"
        fresh, sha, now = "gen_random_uuid()", "md5({}::text) || md5({}::text)", "now()"
    else:
        numbers = (
            f"(WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < {count}) SELECT n FROM t)"
        )
        lot, common = "random()", "abs(random() % 1000)"
        look, chance = "abs(random() % 65536)", "(abs(random() % 1000) / 1000.0)"
        key = "printf('%032x', {})"
        fresh, sha, now = "lower(hex(randomblob(16)))", "printf('%064x', {} + 0 * {})", "'2026-11-01 10:00:00'"
    id_, problem = key.format("n + 4096"), key.format("n + 1099511627776")
    made = [
        "INSERT INTO ledger_closeout (id, region_id, problem_id, cycle, summary, rest, grade, flow, class_name, "
        "standards, signatures, state, frozen, filing_note) "
        f"SELECT {id_}, {REGION}, {problem}, 0, '第' || n || '处已经更换设施并逐处复看，没有再反映。', '', "
        f"'done', '{{}}', '', '[]', '[]', 'closed', '{{}}', '' FROM {numbers}",
        "INSERT INTO ledger_evidence (id, region_id, problem_id, name, size, sha256, media_type, added_at, looks) "
        f"SELECT {id_}, {REGION}, {problem}, '照片.jpg', 1, {sha.format('n', 'n')}, 'image/jpeg', {now}, "
        f"'{'5a' * 8}' FROM {numbers}",
    ]
    for place in range(7):
        band = f"CASE WHEN {chance} < 0.2 THEN {common} + {place * 1000} ELSE {lot} END"
        made.append(
            "INSERT INTO ledger_textprint (id, region_id, closeout_id, problem_id, band) "
            f"SELECT {fresh}, {REGION}, {id_}, {problem}, {band} FROM {numbers}"
        )
    for place in range(4):
        band = f"{place << 16} + CASE WHEN {chance} < 0.2 THEN {common} ELSE {look} END"
        made.append(
            "INSERT INTO ledger_imageprint (id, region_id, evidence_id, problem_id, band) "
            f"SELECT {fresh}, {REGION}, {id_}, {problem}, {band} FROM {numbers}"
        )
    return made


def _plant() -> None:
    """The problem asked about with ten pictures, and twins of its text and of its first picture."""
    from datetime import UTC, datetime

    from bihuan.book.keys import new_id
    from bihuan.ledger.models import Closeout, Evidence, ImagePrint, TextPrint
    from bihuan.ledger.prints import of_picture, of_text

    now, problem = datetime.now(UTC), new_id()
    told: dict[str, Any] = {"region_id": REGION, "size": 1, "media_type": "image/jpeg", "added_at": now}
    looks = [f"{(number + 3) * 0x123456789ABCDF1 % 2**64:016x}" for number in range(10)]
    files = [
        Evidence(id=new_id(), problem_id=problem, name="ours.jpg", sha256=f"{number:064d}", looks=look, **told)
        for number, look in enumerate(looks)
    ]
    files += [
        Evidence(id=new_id(), problem_id=new_id(), name="twin.jpg", sha256="0" * 64, looks=looks[0], **told)
        for _number in range(30)
    ]
    twins = [
        Closeout(id=new_id(), region_id=REGION, problem_id=new_id(), summary=SAID, grade="done", flow={})
        for _number in range(300)
    ]
    Evidence.objects.bulk_create(files)
    Closeout.objects.bulk_create(twins)
    ImagePrint.objects.bulk_create([band for row in files for band in of_picture(row)])
    TextPrint.objects.bulk_create([band for row in twins for band in of_text(row)])


if __name__ == "__main__":
    if sys.argv[1:2] == ["inside"]:
        sys.exit(inside(int(sys.argv[2])))
    sys.exit(main(sys.argv[1] if sys.argv[1:] else "sqlite", int((sys.argv[2:] or ["1000000"])[0])))
