"""Open a zip file without trusting it: sizes are checked before inflating and again while inflating.

Only this module inflates parts; whoever reads the file afterwards may rely on every part being as long as
the directory declares. Nothing is ever written to disk, so names with .. or / in them do no harm.
"""

from __future__ import annotations

import copy
import io
import zipfile
import zlib
from collections.abc import Iterator

from bihuan.documents.messages import Unreadable, say
from bihuan.documents.reading.limits import Limits

_CHUNK = 1 << 18
_ENCRYPTED = 0x1


class Archive:
    """A checked zip; raises Unreadable on opening when it is broken, encrypted or a bomb."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise damaged() from error
        self._parts = {info.filename: info for info in self._zip.infolist()}
        self._check(limits)

    def _check(self, limits: Limits) -> None:
        listed = self._zip.infolist()
        if len(listed) > limits.parts or sum(info.file_size for info in listed) > limits.inflated:
            raise bomb()
        if len(self._parts) != len(listed):
            raise damaged()
        for info in listed:
            if info.flag_bits & _ENCRYPTED:
                raise encrypted()
            if info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1):
                raise bomb()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parts in the order of the directory."""
        return tuple(self._parts)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Inflate one part piece by piece; Unreadable as soon as it is longer than declared or damaged."""
        declared = self._parts[name]
        # zipfile stops silently at the declared size; one byte more makes a lie visible.
        generous = copy.copy(declared)
        generous.file_size = declared.file_size + 1
        done = 0
        try:
            with self._zip.open(generous) as part:
                while chunk := part.read(_CHUNK):
                    done += len(chunk)
                    if done > declared.file_size:
                        raise bomb()
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise damaged() from error


def bomb() -> Unreadable:
    """The refusal of an archive that inflates out of all proportion."""
    return Unreadable(
        say("文件解压后过大，可能是压缩炸弹，已拒绝读取。请用 Excel、Word 或 WPS 打开原文件，另存为新文件再上传。")
    )


def damaged() -> Unreadable:
    """The refusal of a file whose container is broken."""
    return Unreadable(say("文件已损坏，无法读取。请用 Excel、Word 或 WPS 打开检查，另存为新文件再上传。"))


def encrypted() -> Unreadable:
    """The refusal of a file with a password."""
    return Unreadable(say("文件设有打开密码，无法读取。请去掉密码后再上传。"))
