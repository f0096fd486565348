"""Settings of an installation. Everything that differs between installations comes from the environment.

SIKLUS_DATA      folder for database, files and the secret key      (default ./data)
DATABASE_URL     postgres://user:password@host:port/name            (default: SQLite in SIKLUS_DATA)
SIKLUS_HOSTS     comma-separated host names we answer to            (default localhost, 127.0.0.1)
SIKLUS_SECURE    1 behind HTTPS: secure cookies, HSTS
SIKLUS_MAIL_URL  smtp://user:password@host:port?tls=1               (default: mails are written to SIKLUS_DATA/mail)
SIKLUS_MAIL_PRIVATE_HOSTS  1 lets mailboxes use servers in private networks
SIKLUS_WEBHOOK_PRIVATE_HOSTS  1 lets webhooks go to servers in private networks
SIKLUS_CHAT_PRIVATE_HOSTS  1 lets WhatsApp lines use an API in private networks, and by http
SIKLUS_WEBSITE_PRIVATE_HOSTS  1 lets websites of companies be read in private networks
"""

import os
import secrets
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from siklus.config.database import database_from_url
from siklus.config.mail import mail_from_url

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("SIKLUS_DATA", "data")).resolve()
DATA.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """Read the key of this installation, or make one on the first start."""
    if given := os.environ.get("SIKLUS_SECRET_KEY"):
        return given
    path = DATA / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


SECRET_KEY = _secret_key()
DEBUG = False
SECURE = os.environ.get("SIKLUS_SECURE") == "1"
SIKLUS_URL = os.environ.get("SIKLUS_URL", "")  # where people outside reach us, such as https://sales.nusa.id
ALLOWED_HOSTS = os.environ.get("SIKLUS_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "siklus.platform.installation",
    "siklus.platform.money",
    "siklus.platform.i18n",
    "siklus.platform.jobs",
    "siklus.platform.files",
    "siklus.platform.web",
    "siklus.platform.accounts",
    "siklus.platform.journal",
    "siklus.platform.api",
    "siklus.platform.search",
    "siklus.platform.mail",
    "siklus.platform.chat",
    "siklus.platform.webhooks",
    "siklus.platform.imports",
    "siklus.records.fields",
    "siklus.records.tags",
    "siklus.records.quotas",
    "siklus.records.companies",
    "siklus.records.contacts",
    "siklus.records.products",
    "siklus.records.deals",
    "siklus.records.activities",
    "siklus.records.duplicates",
    "siklus.cycle.prospecting",
    "siklus.cycle.research",
    "siklus.cycle.outreach",
    "siklus.cycle.qualification",
    "siklus.cycle.demos",
    "siklus.cycle.objections",
    "siklus.cycle.closing",
    "siklus.team.incentives",
    "siklus.insight",
    "siklus.desk",
    "siklus.desk.automations",
    "siklus.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "siklus.platform.accounts.middleware.ViewerMiddleware",
    "siklus.platform.api.middleware.ApiMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "siklus.config.urls"
WSGI_APPLICATION = "siklus.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "NAME": "siklus",
        "BACKEND": "siklus.platform.web.jinja.Templates",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "siklus.platform.web.jinja.environment"},
    },
]

DATABASES = {"default": database_from_url(os.environ.get("DATABASE_URL"), DATA)}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["siklus.platform.accounts.sessions.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "siklus.platform.accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "siklus_session"
CSRF_COOKIE_NAME = "siklus_csrf"
CSRF_FAILURE_VIEW = "siklus.platform.web.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]
if SECURE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("id", "Bahasa Indonesia")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31_536_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

MAIL = mail_from_url(os.environ.get("SIKLUS_MAIL_URL"), DATA)
globals().update(MAIL)
DEFAULT_FROM_EMAIL = os.environ.get("SIKLUS_MAIL_FROM", "siklus@localhost")

# Mail servers that people name may stand in a private network only where whoever runs this allows it.
MAIL_PRIVATE_HOSTS = os.environ.get("SIKLUS_MAIL_PRIVATE_HOSTS") == "1"

# The same for the endpoints of webhooks.
WEBHOOK_PRIVATE_HOSTS = os.environ.get("SIKLUS_WEBHOOK_PRIVATE_HOSTS") == "1"

# The same for the API of WhatsApp lines (a gateway of one's own).
CHAT_PRIVATE_HOSTS = os.environ.get("SIKLUS_CHAT_PRIVATE_HOSTS") == "1"

# The same for the websites of companies; and how many seconds lie between two pages of one.
WEBSITE_PRIVATE_HOSTS = os.environ.get("SIKLUS_WEBSITE_PRIVATE_HOSTS") == "1"
WEBSITE_PAUSE = 1.0

PASSWORD_RESET_TIMEOUT = 60 * 60

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("SIKLUS_LOG", "WARNING")},
}
