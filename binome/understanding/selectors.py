"""What may be asked of the annotations."""

from collections.abc import Mapping, Sequence

from binome.understanding.models import Annotation


def annotations_of(messages: Sequence[int]) -> Mapping[int, Mapping[str, Annotation]]:
    """What the stages said of these messages: {message: {stage: annotation}}; one query."""
    found: dict[int, dict[str, Annotation]] = {}
    for annotation in Annotation.objects.filter(message__in=messages).order_by("pk"):
        found.setdefault(annotation.message_id, {})[annotation.stage] = annotation
    return found
