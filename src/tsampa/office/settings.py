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
    "tsampa.office.web",
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
    "tsampa.office.desk",
    "tsampa.office.publish",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
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
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
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
                "tsampa.office.web.context.frame",
            ]
        },
    }
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
# Pictures of figures are drawn by the same library in a bulletin and in a page: one copy of it, and of the Chinese font.
STATICFILES_DIRS = [("bulletin", Path(__file__).resolve().parents[1] / "bulletin" / "assets")]
# Files are served from where they are installed; there is nothing to collect.
WHITENOISE_USE_FINDERS = True

# --- who may sign in, and what their browser may do ---
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}}
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tsampa.office.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
# A whole office may stand behind one address; names are locked by axes, codes of the second factor here.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "60/m/ip,5/5m/key"}
MFA_ADAPTER = "tsampa.office.accounts.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tsampa"
MFA_TOTP_TOLERANCE = 1
"""Phones go half a minute wrong."""
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
"""Hours in which a name that was tried too often stays locked."""
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "tsampa.office.accounts.adapter.lock_name"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "web/locked.html"
AXES_VERBOSE = False
SESSION_COOKIE_AGE = 10 * 60 * 60
"""A working day; who leaves the browser open over night signs in again."""
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
