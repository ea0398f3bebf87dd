"""Django's settings, all from the environment: ``TSAMPA_…``. Without any, a county on SQLite in ``./office`` for trying.

TSAMPA_HOME       folder of the database, files, seals and backups (default ``office`` in the current folder)
TSAMPA_DATABASE   ``sqlite:///PATH`` or ``postgresql://USER:PASSWORD@HOST/NAME`` (default: SQLite in TSAMPA_HOME)
TSAMPA_PROGRAMME  a programme's name or folder (default ``bailang``)
TSAMPA_PRODUCTION ``1`` refuses development keys and demands host names
TSAMPA_SECRET_KEY, TSAMPA_IDENTITY_KEY   secrets; development ones stand in where production is not asked for
TSAMPA_SEAL_KEY   signs seals; by default a key made and kept in TSAMPA_HOME
TSAMPA_DEMONSTRATION  ``1`` marks a database, when it is made, as a demonstration whose clock can be set
TSAMPA_HOSTS      host names, separated by commas
TSAMPA_INTAKE_MB, TSAMPA_INTAKE_UNPACKED_MB   the largest file taken in (100), and how large it may unpack (1000)
TSAMPA_EVIDENCE_MB  the largest file of evidence (20)
"""

from __future__ import annotations

import os
from pathlib import Path

from tsampa.office.environment import (
    database,
    demonstration,
    identity_key,
    megabytes,
    production,
    seal_key,
    secret_key,
)
from tsampa.office.logs import LOGGING as LOGGING
from tsampa.schema import find_programme, read_programme

HOME = Path(os.environ.get("TSAMPA_HOME", "office")).resolve()
PROGRAMME = find_programme(os.environ.get("TSAMPA_PROGRAMME", "bailang"))

DEBUG = False
PRODUCTION = production(os.environ)
SECRET_KEY = secret_key(os.environ)
IDENTITY_KEY = identity_key(os.environ)
"""Encrypts identity numbers, and in another derivation hashes them so that they can be found."""
SEAL_KEY = seal_key(os.environ)
DEMONSTRATION = demonstration(os.environ)
INTAKE_BYTES = megabytes(os.environ, "TSAMPA_INTAKE_MB", 100)
INTAKE_UNPACKED_BYTES = megabytes(os.environ, "TSAMPA_INTAKE_UNPACKED_MB", 1000)
EVIDENCE_BYTES = megabytes(os.environ, "TSAMPA_EVIDENCE_MB", 20)
ALLOWED_HOSTS = (
    os.environ.get("TSAMPA_HOSTS", "").split(",") if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)  # fmt: skip

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "tsampa.office.accounts",
    "tsampa.office.history",
    "tsampa.office.areas",
    "tsampa.office.register",
    "tsampa.office.intake",
    "tsampa.office.bridge",
    "tsampa.office.jobs",
    "tsampa.office.operations",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "tsampa.office.urls"
DATABASES = {"default": database(os.environ, HOME)}
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Jobs wait in the database itself. Asked for inside a change they begin when it is committed.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

USE_TZ = True
TIME_ZONE = read_programme(PROGRAMME).time_zone
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
STATIC_URL = "/static/"
