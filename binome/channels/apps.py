from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ChannelsConfig(AppConfig):
    name = "binome.channels"

    def ready(self) -> None:
        autodiscover_modules("sending")
