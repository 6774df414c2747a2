"""The pages: screens are found, each declares its own entry in the navigation."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "binome.web"

    def ready(self) -> None:
        from binome.web.ui import screens

        screens.declare_all()
