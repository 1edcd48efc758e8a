"""What all commands share: exit codes, how help looks, and how a failure is told.

0: done, or nothing wrong was found. 1: refused, failed, or something does not add up. 2: called in a wrong way
(options, files, a home in the wrong state). 130: interrupted.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from bihuan.commands.words import _, note, told
from bihuan.domain.refusals import Refused

FAILED = 1
MISUSED = 2
INTERRUPTED = 130


class Stopped(click.ClickException):
    """The command cannot go on; says why in plain words and ends with `code`."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


class _Help(click.Command):
    """Help in the language of the command line."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=_("用法："))

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option:
            option.help = _("显示这段说明。")
        return option

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        rows = [row for row in (option.get_help_record(ctx) for option in options) if row]
        with formatter.section(_("选项")):
            formatter.write_dl(rows)


class Command(_Help):
    """A command of bihuan."""


class Group(_Help, click.Group):
    """A group of commands of bihuan."""

    command_class = Command
    group_class = type

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        with formatter.section(_("命令")):
            formatter.write_dl([(name, self._line(ctx, name)) for name in self.list_commands(ctx)])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def _line(self, ctx: click.Context, name: str) -> str:
        command = self.get_command(ctx, name)
        return command.get_short_help_str(limit=110) if command else ""


def run(group: click.Group, arguments: Sequence[str] | None = None) -> NoReturn:
    """Run `bihuan` with the arguments of the process and end it with an exit code that means something."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal in GBK lacks some signs
    try:
        code = group.main(args=arguments, prog_name="bihuan", standalone_mode=False)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:
        code = _told(error)
    sys.exit(code if isinstance(code, int) else 0)


def _told(error: BaseException) -> int:
    """Tell why the command failed; its exit code. What is nobody's mistake but ours is shown whole."""
    ways: tuple[tuple[Any, Callable[[Any], int]], ...] = (
        (Stopped, _stopped),
        (click.UsageError, _misused),
        (Refused, _refused),
        ((click.Abort, KeyboardInterrupt), _interrupted),
        (BrokenPipeError, _unread),
        (OSError, _disk),
        (_database_errors(), _database),
    )
    for kinds, tell in ways:
        if isinstance(error, kinds):
            return tell(error)
    raise error


def _stopped(error: Stopped) -> int:
    note(error.message)
    return error.code


def _refused(error: Refused) -> int:
    note(told(error.denied))
    return FAILED


def _interrupted(error: BaseException) -> int:
    note(_("已中断。"))
    return INTERRUPTED


def _unread(error: BrokenPipeError) -> int:
    """Whoever read the answer had enough of it; nothing more can be written, not even at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


def existing(path: Path) -> Path:
    """`path` where it is a file that can be read; raises `Stopped` for anything else."""
    if not path.is_file() or not os.access(path, os.R_OK):
        raise Stopped(_("没有这个文件，或没有读取权限：%(path)s") % {"path": path}, MISUSED)
    return path


def _misused(error: click.UsageError) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        note(error.message)
        return MISUSED
    if error.ctx is not None:
        note(error.ctx.get_usage())
    note(_complaint(error))
    return MISUSED


def _complaint(error: click.UsageError) -> str:
    if isinstance(error, click.exceptions.NoSuchCommand):
        return _("没有 %(name)s 这个命令。") % {"name": error.command_name}
    if isinstance(error, click.NoSuchOption):
        return _("没有 %(name)s 这个选项。") % {"name": error.option_name}
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return _("缺少 %(name)s。") % {
            "name": error.param.make_metavar(error.ctx) if error.ctx else error.param.name
        }
    if isinstance(error, click.BadParameter) and error.param is not None:
        return _("%(name)s 的值不对：%(why)s") % {"name": error.param.opts[-1], "why": error.message}
    return error.format_message()


def _disk(error: OSError) -> int:
    name = error.filename or ""
    if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
        note(_("磁盘空间不足，没有写完：%(name)s。请清理后再试。") % {"name": name})
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        note(_("没有读写权限：%(name)s。") % {"name": name})
    else:
        note(_("文件读写出错：%(why)s") % {"why": error})
    return FAILED


def _database_errors() -> tuple[type[Exception], ...]:
    loaded = sys.modules.get("django.db.utils")
    return (loaded.Error,) if loaded else ()


def _database(error: Exception) -> int:
    note(_("数据库没有完成这项操作：%(why)s") % {"why": str(error).strip()})
    return FAILED
