"""The small office on a fixed day, with some more counties and bureaus whose names are easily confused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bihuan.book import clock, home
from bihuan.organisations.actions import create_unit
from tests.world import START, World, build_world

MORE = (
    ("linze", "临泽县", "government", "city", ()),
    ("linze_education", "临泽县教育局", "bureau", "linze", ("县教育局",)),
    ("linze_housing", "临泽县住房和城乡建设局", "bureau", "linze", ()),
    ("wangjiang", "望江区", "government", "city", ()),
    ("wangjiang_education", "教育局", "bureau", "wangjiang", ()),
    ("qinghe", "清河镇", "township", "linze", ()),
    ("dongmen", "东门街道", "township", "wangjiang", ()),
    ("reform", "市发展和改革委员会", "bureau", "city", ()),
    ("finance", "云汀市财政局", "bureau", "city", ()),
    ("buses", "市公共交通集团有限公司", "enterprise", "city", ()),
)


@pytest.fixture
def world(db: None, settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The office of tests.world on START, in a home of its own: files of the same content share their place."""
    settings.BIHUAN_HOME = tmp_path_factory.mktemp("home")
    (settings.BIHUAN_HOME / home.DEMO_MARK).touch()
    with clock.moved_to(clock.moment_on(START)):
        yield build_world()


@pytest.fixture
def city(world: World) -> World:
    """The office with the units of MORE."""
    for key, name, kind, parent, short_names in MORE:
        world.units[key] = create_unit(name=name, kind=kind, parent=world.units[parent], short_names=short_names)
    return world
