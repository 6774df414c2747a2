"""What the AI would do with a question, told without doing it: nothing is kept, nothing is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from binome.assistant.considering import as_found
from binome.assistant.deciding import LANGUAGES, Case, Decision, Reading, decide
from binome.assistant.foreseeing import foreign_in, questions_in
from binome.autonomy import services as autonomy
from binome.autonomy.models import Lane
from binome.channels.models import Channel
from binome.knowledge import finding
from binome.knowledge.finding import Answer, Asked
from binome.sdk.stage import Annotation
from binome.sdk.stage import Reading as Read
from binome.understanding import running
from binome.workspaces.models import Workspace


@dataclass(frozen=True)
class Tried:
    """The decision on a question, the answers found (likeliest first), and from where on one would leave alone."""

    question: str
    language: str
    lane: Lane
    decision: Decision
    answers: Sequence[Answer]
    threshold: float


def try_question(workspace: Workspace, text: str, *, language: str = "", channel: Channel | None = None) -> Tried:
    """Read, look up and decide as if a member had just written this, in a conversation that nobody holds.

    *language*: the one known of the member, if any.
    """
    hints = {"language": language, "home": workspace.language}
    said = running.run_stages([Read(text=text, hints=hints)])[0].annotations
    questions, language = questions_in(said), _language(language, said, workspace)
    asked = questions[0] if len(questions) == 1 else text
    answers = finding.find([Asked(workspace.pk, asked, language, channel.pk if channel else None)])[0]
    best = answers[0] if answers else None
    topic = best.source.topic if best else ""
    lane = autonomy.lane_for(workspace.pk, act="answer", topic=topic, language=language)
    threshold = finding.threshold(autonomy.threshold_of(lane))
    case = Case(
        reading=Reading({stage: (one.label, one.confidence) for stage, one in said.items()}),
        language=foreign_in(said) or language,
        found=as_found(best),
        threshold=threshold,
        leave=autonomy.leave_to_act(
            lane, best.confidence if best else 0.0, threshold=threshold, version=finding.version()
        ).why,
        questions=len(questions) or 1,
    )
    return Tried(asked, language, lane, decide(case), answers, threshold)


def _language(known: str, said: Mapping[str, Annotation], workspace: Workspace) -> str:
    label = said["language"].label if "language" in said else ""
    return next((language for language in (known, label, workspace.language) if language in LANGUAGES), LANGUAGES[0])
