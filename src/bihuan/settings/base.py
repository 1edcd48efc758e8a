"""Settings for every installation. What an office may change comes from the environment:

`BIHUAN_HOME` (folder with database, files and keys), `DATABASE_URL` (PostgreSQL instead of SQLite), `PORT`,
`BIHUAN_HOSTS` (host names, comma-separated), `BIHUAN_HTTPS=1` (behind TLS), `BIHUAN_TIME_ZONE`,
`BIHUAN_PROXIES` (number of trusted reverse proxies in front), `BIHUAN_ONE_TIME_DAYS` (how long a one-time password
waits to be used), `BIHUAN_URL` (the address of the service, for links in mails), `BIHUAN_MAIL_URL` and
`BIHUAN_MAIL_FROM` (docs/operations.md).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key

from bihuan.book.home import secret

PACKAGE = Path(__file__).resolve().parent.parent

BIHUAN_HOME = Path(os.environ.get("BIHUAN_HOME", ".bihuan")).absolute()
SECRET_KEY = secret(BIHUAN_HOME / "keys" / "secret_key", get_random_secret_key().encode()).decode()

DEBUG = False
HTTPS = os.environ.get("BIHUAN_HTTPS") == "1"
ALLOWED_HOSTS = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    *filter(None, os.environ.get("BIHUAN_HOSTS", "").split(",")),
]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS[3:]]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "bihuan.book",
    "bihuan.organisations",
    "bihuan.ledger",
    "bihuan.intake",
    "bihuan.notices",
    "bihuan.web",  # before allauth, whose templates it replaces
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "django_q",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bihuan.web.gate.SignedInMiddleware",
]

ROOT_URLCONF = "bihuan.web.urls"
WSGI_APPLICATION = "bihuan.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bihuan.web.frame.frame",
            ],
        },
    }
]


def database(url: str | None) -> dict[str, Any]:
    """The database settings for `url`, or for the SQLite file in the home folder where there is none."""
    if url and not url.startswith("sqlite"):
        return dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BIHUAN_HOME / "bihuan.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # Each of the eight threads has a connection with a cache of its own, which only the pages of a long
            # write outgrow: written out before their time, they were read back again and again. The file is not
            # mapped into memory as well; that made no page faster.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-24576;"
                "PRAGMA temp_store=MEMORY; PRAGMA cache_spill=FALSE;"
            ),
        },
    }


DATABASES = {"default": database(os.environ.get("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Failed sign-ins are counted here: at Django's 300 entries, failures for many names would drive out the counts
    # of others, and with them their locks.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # The worker notes its state twice a second; in the database that would be a write with fsync each time.
    "worker": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

AUTH_USER_MODEL = "organisations.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "bihuan.organisations.passwords.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "bihuan.organisations.passwords.NotOneTime"},
    {"NAME": "bihuan.organisations.passwords.NotThePresentOne"},
]
ONE_TIME_DAYS = int(os.environ.get("BIHUAN_ONE_TIME_DAYS", "14"))

ACCOUNT_ADAPTER = "bihuan.web.signin.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "5/30m/key", "change_password": "5/m/user"}
TRUSTED_PROXIES = int(os.environ.get("BIHUAN_PROXIES", "0"))
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = 30 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "bihuan.web.errors.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("BIHUAN_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "static/"
STATIC_ROOT = BIHUAN_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Names with a hash of the content, gathered and compressed by `bihuan serve` when a file has changed.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 86400

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = ["bihuan.web.receiving.CarefulUploadHandler"]
FILE_UPLOAD_TEMP_DIR = None
EVIDENCE_MAX_BYTES = int(os.environ.get("BIHUAN_EVIDENCE_MB", "20")) * 1024 * 1024
LEDGER_MAX_BYTES = int(os.environ.get("BIHUAN_LEDGER_MB", "50")) * 1024 * 1024

MAIL_URL = os.environ.get("BIHUAN_MAIL_URL", "")
MAIL_FROM = os.environ.get("BIHUAN_MAIL_FROM", "")
PUBLIC_URL = os.environ.get("BIHUAN_URL", "").rstrip("/")
DIGEST_HOUR = int(os.environ.get("BIHUAN_DIGEST_HOUR", "8"))
"""The digests of a working day are made from this hour on."""
MAILS_PER_HOUR = int(os.environ.get("BIHUAN_MAILS_PER_HOUR", "4"))
"""So many mails with direct orders a person gets within an hour at most."""
MAILS_PER_RUN = int(os.environ.get("BIHUAN_MAILS_PER_RUN", "500"))
"""So many mails with direct orders are put together at once at most."""

Q_CLUSTER = {
    "name": "bihuan",
    "orm": "default",
    "workers": 1,
    "poll": 1.0,
    "timeout": 600,
    "retry": 1200,
    "max_attempts": 3,
    "catch_up": False,
    "save_limit": 200,
    "cache": "worker",
    "guard_cycle": 2,
    "log_level": "WARNING",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
