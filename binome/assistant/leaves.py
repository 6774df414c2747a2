"""What each lane lets the AI do alone at this moment: read once for a batch of decisions."""

from dataclasses import dataclass, field

from binome.assistant import versions
from binome.assistant.habits import Habits
from binome.autonomy import services as autonomy
from binome.autonomy.models import FAQ, Lane


@dataclass
class Leaves:
    """The lanes of a batch, their acts of today counted once, then those decided here."""

    habits: Habits = field(default_factory=Habits)
    lanes: dict[tuple[int, str, str], dict[str, Lane]] = field(default_factory=dict)
    today: dict[int, int] = field(default_factory=dict)
    blind_shares: dict[int, float] = field(default_factory=dict)

    def blind_share(self, lane: Lane) -> float:
        """How many verdicts are asked for blind in this lane's workspace."""
        if lane.workspace_id not in self.blind_shares:
            self.blind_shares[lane.workspace_id] = autonomy.rules_known(lane.workspace).blind_share
        return self.blind_shares[lane.workspace_id]

    def lane(self, workspace: int, act: str, language: str, topic: str) -> Lane:
        """The lane of this topic, or that of the whole act in the language."""
        here = self.lanes.setdefault((workspace, act, language), {})
        if not here:
            here.update(autonomy.lanes_for(workspace, act=act, language=language))
        if FAQ not in here:
            here[FAQ] = autonomy.lane(workspace, act=act, topic=FAQ, language=language)
        return here.get(topic, here[FAQ])

    def version(self, lane: Lane) -> str:
        """The version of the AI that would act there."""
        return versions.of(lane.act, self.habits, lane.workspace_id)

    def why(self, lane: Lane, confidence: float, threshold: float) -> str:
        """Whether an act may be done alone, or the rule that forbids it."""
        leader = lane.leader
        if leader.pk not in self.today and leader.level == Lane.Level.ACT:
            self.today[leader.pk] = autonomy.done_today(leader)
        today = self.today.get(leader.pk, 0)
        return autonomy.leave_to_act(lane, confidence, threshold=threshold, today=today, version=self.version(lane)).why

    def note(self, lane: Lane, *, acted: bool) -> None:
        """What was just decided counts in the day's limit."""
        self.today[lane.leader.pk] = self.today.get(lane.leader.pk, 0) + acted
