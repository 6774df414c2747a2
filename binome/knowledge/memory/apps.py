from django.apps import AppConfig


class MemoryConfig(AppConfig):
    name = "binome.knowledge.memory"
    label = "memory"
