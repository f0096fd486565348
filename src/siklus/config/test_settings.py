"""Settings of the test suite: a throw-away data folder, cheap passwords, jobs run at once."""

import os
import tempfile

os.environ["SIKLUS_DATA"] = tempfile.mkdtemp(prefix="siklus-test-")
os.environ.setdefault("SIKLUS_SECRET_KEY", "a key for tests only")
os.environ["DATABASE_URL"] = os.environ.get("SIKLUS_TEST_DATABASE_URL", "")

from siklus.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
MAIL_PRIVATE_HOSTS = True  # servers of the tests stand on this machine
WEBSITE_PAUSE = 0.0
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
ALLOWED_HOSTS = ["*"]
DATABASES["default"].setdefault("TEST", {})  # noqa: F405
if DATABASES["default"]["ENGINE"].endswith("postgresql"):  # noqa: F405
    DATABASES["default"]["OPTIONS"].pop("pool", None)  # noqa: F405
