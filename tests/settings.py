"""Binôme's settings for tests: a home of its own, quick passwords, static files without a build."""

import os

from tests.fixtures.home import new_home, new_port

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "2"))
os.environ.setdefault("BINOME_HOME", str(new_home()))
os.environ.setdefault("BINOME_PUBLIC_URL", f"http://localhost:{new_port()}")
os.environ["BINOME_DEBUG"] = "false"
os.environ["BINOME_ENV_FILE"] = ""

from binome.config.settings import *  # noqa: F403
from binome.config.settings import STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
