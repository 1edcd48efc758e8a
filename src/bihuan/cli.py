"""The command line: puts the groups of commands together. Loads neither Django nor any reader by itself."""

from __future__ import annotations

import sys

import click

from bihuan import __version__
from bihuan.commands import (
    casefiles,
    checking,
    exporting,
    following,
    founding,
    importing,
    keeping,
    people,
    policies,
    proving,
    reading,
    redrawing,
    serving,
    setupfiles,
)
from bihuan.commands.frame import Group, run
from bihuan.commands.words import _

HELP = _("闭环：问题整改台账。数据在 BIHUAN_HOME 指定的目录（默认 ./.bihuan）；DATABASE_URL 可指定 PostgreSQL。")


@click.group(cls=Group, help=HELP, context_settings={"max_content_width": 110})
@click.version_option(__version__, prog_name="bihuan", help=_("显示版本。"))
def bihuan() -> None:
    """All commands."""


for command in (
    serving.serve,
    serving.worker,
    founding.setup,
    founding.init,
    founding.demo,
    reading.read,
    importing.import_file,
    exporting.export,
    casefiles.case_file,
    proving.verify,
    proving.checkpoint,
    redrawing.redraw,
    following.recolour,
    following.rebuild,
    keeping.backup,
    keeping.restore,
    people.user,
    policies.policy,
    setupfiles.settings,
    checking.check,
):
    bihuan.add_command(command)


def main() -> None:
    """Run the command that the process was called with."""
    run(bihuan, sys.argv[1:])
