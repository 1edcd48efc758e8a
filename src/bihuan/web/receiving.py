"""Uploads on their way into a form: a full disk becomes an error of that form, not of the server.

Django writes an upload aside while it reads the request, long before a view or an action is asked. What cannot
be written there is handed to the form all the same, and fails as soon as it is read: where it is stored, by the
code that knows how to say so.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class Unsaved(UploadedFile):  # type: ignore[type-arg]
    """An upload that the disk did not take."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield self.read()  # fails when it is stored, not when it is asked for

    def read(self, *args: Any) -> bytes:
        raise OSError(errno.ENOSPC, "the upload could not be written")

    def close(self) -> None:
        """There is nothing to close."""


class CarefulUploadHandler(TemporaryFileUploadHandler):
    """Writes uploads aside, no further than the largest file that anything here takes."""

    _written = 0
    _failed = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self._written, self._failed = 0, False
        try:
            super().new_file(*args, **kwargs)
        except OSError:
            self._failed = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        most = max(settings.EVIDENCE_MAX_BYTES, settings.LEDGER_MAX_BYTES)
        if self._failed or self._written > most:
            return
        try:
            super().receive_data_chunk(raw_data, start)
            self._written += len(raw_data)
        except OSError:
            self._failed = True
            self._free()

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        if not self._failed:
            try:
                return super().file_complete(file_size)
            except OSError:
                self._free()
        return Unsaved(file=None, name=self.file_name, content_type=self.content_type, size=file_size)

    def _free(self) -> None:
        """Give the disk back what was written so far; closing tries to write the rest, and may fail again."""
        with suppress(OSError):
            self.file.close()
