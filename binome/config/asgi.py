"""The door through which a web server calls Binôme."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "binome.config.settings")
application = get_asgi_application()
