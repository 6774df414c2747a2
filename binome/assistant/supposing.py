"""What would be answered to a question, if it were asked now: the same readings, engine and rule, and nothing is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from binome.assistant.considering import found_in
from binome.assistant.deciding import Case, Decision, Reading, decide
from binome.autonomy import services as autonomy
from binome.knowledge import finding
from binome.knowledge.finding import Answer, Asked
from binome.sdk import stage
from binome.understanding import services as understanding
from binome.workspaces.models import Workspace


@dataclass(frozen=True)
class Supposed:
    """The decision that would be taken, and what it would rest on."""

    language: str
    decision: Decision
    threshold: float
    answers: Sequence[Answer]


def suppose(workspace: Workspace, question: str, *, language: str = "", channel_id: int | None = None) -> Supposed:
    """What would become of this question as the first message of a conversation."""
    hints = {"language": language} if language else {}
    said = understanding.run_stages([stage.Reading(text=question, hints=hints)])[0].annotations
    read = said["language"].label if "language" in said else ""
    spoken = next((one for one in (language, read, workspace.language) if one in ("fr", "en")), "fr")
    asks = list(said["question"].evidence.get("questions", [])) if "question" in said else []
    answers = finding.find([Asked(workspace.pk, asks[0] if len(asks) == 1 else question, spoken, channel_id)])[0]
    lane = autonomy.lane(workspace.pk, act="answer", topic="faq", language=spoken)
    threshold = finding.threshold(lane.strictness)
    leave = autonomy.leave_to_act(lane, answers[0].confidence if answers else 0.0, threshold=threshold)
    case = Case(
        reading=Reading({name: (one.label, one.confidence) for name, one in said.items()}),
        language=spoken,
        found=found_in(answers[0] if answers else None),
        threshold=threshold,
        leave=leave.why,
        questions=len(asks) or 1,
    )
    return Supposed(spoken, decide(case), threshold, answers)
