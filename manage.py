"""Django's own commands, for contributors; operators use `binome`."""

import os
import sys

from django.core.management import execute_from_command_line

WITHOUT_DATABASE = {"check", "collectstatic", "compilemessages", "help", "makemessages", "makemigrations", "version"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "binome.config.settings")
    if len(sys.argv) < 2 or sys.argv[1] in WITHOUT_DATABASE:
        execute_from_command_line(sys.argv)
        return
    from binome.console import database

    with database.available():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
