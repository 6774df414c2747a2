"""A foreign key named by a string leaves no import: here models are held to the same floors."""

from django.apps import apps

from tests.architecture.house import floors


def test_every_relation_points_down_or_stays_at_home():
    upwards = [
        f"{model.__name__}.{field.name} ({home}) → {field.related_model.__name__} ({target})"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        for home, target in [(_package(model), _package(field.related_model))]
        if home in floors() and target in floors() and home != target and floors()[target] <= floors()[home]
    ]
    assert upwards == []


def test_the_models_seen_are_ours():
    assert {_package(model) for model in apps.get_models()} >= {"accounts", "channels", "inbox", "journal", "knowledge"}


def _package(model) -> str:
    first, *rest = model.__module__.split(".")
    return rest[0] if first == "binome" else first
