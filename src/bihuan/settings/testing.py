"""Settings for the tests: a home of their own that may move the clock, and a fast password hash."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_home = Path(os.environ.get("BIHUAN_TEST_HOME") or tempfile.mkdtemp(prefix="bihuan-test-"))
os.environ["BIHUAN_HOME"] = str(_home)
_home.mkdir(parents=True, exist_ok=True)
(_home / ".demo").touch()

from bihuan.settings.base import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {  # noqa: F405  files as they lie in the package, none gathered before
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_USE_FINDERS = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    # A file, as in service: connections of several threads meet there as those of several people do.
    DATABASES["default"]["TEST"] = {"NAME": _home / "test.sqlite3"}  # noqa: F405
