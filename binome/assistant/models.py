"""What the AI proposes, and what became of it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from binome.accounts.models import User
from binome.assistant.touches import FOLLOW, TU, VOUS
from binome.autonomy.models import REPLIES, TRIAGE, Act, Lane
from binome.channels.models import Channel
from binome.inbox.models import Conversation, Message, SavedReply, Tag
from binome.kit import clock
from binome.kit.transitions import Transitions
from binome.knowledge.models import Source
from binome.workspaces.models import Workspace


class Suggestions(models.QuerySet["Suggestion"]):
    """What was proposed, by what kind of act."""

    def replies(self) -> "Suggestions":
        """Words for the member: an answer, a prepared reply, a draft. One waits in a conversation at a time."""
        return self.filter(lane__act__in=REPLIES)

    def triage(self) -> "Suggestions":
        """What puts the inbox in order without a word: tags, closing."""
        return self.filter(lane__act__in=TRIAGE)


class Suggestion(models.Model):
    """An act that the AI proposes on a message, with everything needed to say why."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for you")
        ACTED = "acted", _("done alone")
        ACCEPTED = "accepted", _("accepted")
        EDITED = "edited", _("edited")
        REFUSED = "refused", _("refused")
        LAPSED = "lapsed", _("no longer needed")

    MOVES = Transitions({"pending": {"acted", "accepted", "edited", "refused", "lapsed"}, "acted": {"lapsed"}})

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="suggestions")
    message = models.ForeignKey(Message, models.CASCADE, related_name="suggestions")
    lane = models.ForeignKey(Lane, models.CASCADE, related_name="suggestions")
    source = models.ForeignKey(Source, models.SET_NULL, null=True, related_name="suggestions")
    source_revision = models.PositiveIntegerField(default=1)
    """Of the entry, or of the saved reply, when it was proposed."""
    saved_reply = models.ForeignKey(SavedReply, models.SET_NULL, null=True, related_name="+")
    tag = models.ForeignKey(Tag, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(blank=True)
    """What would be said; the tag's name; empty for closing."""
    confidence = models.FloatField()
    why = models.JSONField(default=dict)
    """Inputs, annotations, matches, lane state, versions: enough to replay the decision."""
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    blind = models.BooleanField(default=False)
    """Shown to nobody until a person has answered, or said what they would do, by themselves; then compared with that."""
    final_text = models.TextField(blank=True)
    reply = models.OneToOneField(Message, models.SET_NULL, null=True, related_name="suggestion_sent")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = Suggestions.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "lane"], name="one_suggestion_each")]
        indexes = [
            models.Index(fields=["conversation", "state"], name="suggestion_of"),
            models.Index(
                fields=["workspace", "-created_at", "-id"],
                condition=models.Q(state="pending"),
                name="suggestion_pending",
            ),
        ]

    @property
    def is_draft(self) -> bool:
        """Whether a language model wrote it."""
        return self.lane.act == Act.DRAFT

    @property
    def about(self) -> str:
        """What its evidence is about: the entry's topic, the prepared reply's title, the tag's name."""
        if self.saved_reply:
            return self.saved_reply.title[:80]
        if self.tag or self.lane.act in TRIAGE:
            return self.text  # the tag's name, or the kind of harm
        return self.source.topic if self.source else ""


class Card(models.Model):
    """Why the AI did what it did with a message: kept with all that it depended on, so that it can be decided again."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="cards")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="cards")
    message = models.ForeignKey(Message, models.CASCADE, related_name="cards")
    suggestion = models.ForeignKey(Suggestion, models.SET_NULL, null=True, related_name="cards")
    do = models.CharField(max_length=10)
    reason = models.CharField(max_length=40)
    why = models.JSONField()
    """What the decision saw (see `Considered.why`), as JSON."""
    past_cases = models.JSONField(null=True, default=None)
    """The past cases that resemble it most (`PastCase.as_kept`): where they are remembered, no words; None: not looked up yet."""
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["conversation", "-id"], name="card_of"),
            models.Index(fields=["workspace", "-at"], name="card_recent"),
            models.Index(fields=["id"], condition=models.Q(past_cases__isnull=True), name="card_to_look_up"),
        ]


class Habit(models.Model):
    """What a team does with messages like this one, learned from what it did by itself: which tag, which prepared reply.

    The last of each act is the one in use; another is another version of the AI, which past verdicts are asked again.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="habits")
    act = models.CharField(max_length=20, choices=Act.choices)
    names = models.JSONField(default=list)
    """Ids of the tags, or of the saved replies, that it chooses among."""
    weights = models.BinaryField(default=bytes)
    """float32, one row a name and one for none of them (`understanding.topics.Topics`)."""
    threshold = models.FloatField(default=1.0)
    """The chance from which it says anything."""
    encoder = models.CharField(max_length=60)
    basis = models.CharField(max_length=64)
    """A digest of what there was to choose among."""
    learned_from = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)
    right = models.PositiveIntegerField(default=0)
    """Of texts left out, on how many it said something, and how often that was what the team did."""
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["workspace", "act", "-id"], name="habit_in_use")]

    @property
    def version(self) -> str:
        """What it is called where evidence is kept."""
        return f"habit={self.pk};seen={self.encoder}"


class Address(models.TextChoices):
    """How members are spoken to in French."""

    FOLLOW = FOLLOW, _("as each member does")
    TU = TU, _("always “tu”")
    VOUS = VOUS, _("always “vous”")


class Voice(models.Model):
    """How approved answers are put in a workspace: which touches of the closed list (`assistant.touches`)."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, related_name="voice")
    greets = models.BooleanField(_("begin letters with a greeting"), default=True)
    names = models.BooleanField(_("greet by name"), default=True)
    by_hour = models.BooleanField(_("greet by the hour"), default=False)
    address = models.CharField(_("“tu” or “vous”"), max_length=8, choices=Address.choices, default=Address.FOLLOW)
    signature_fr = models.CharField(_("signature in French"), max_length=200, blank=True)
    signature_en = models.CharField(_("signature in English"), max_length=200, blank=True)
    links = models.BooleanField(_("give the page’s address in letters"), default=False)
    products = models.JSONField(_("products"), default=list)
    changed_by = models.CharField(max_length=60, default="system")
    changed_at = models.DateTimeField(default=clock.now)


class ChannelVoice(models.Model):
    """Where one channel speaks to its members otherwise."""

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="voice")
    address = models.CharField(max_length=8, choices=Address.choices)


class DraftRequest(models.Model):
    """A draft that somebody asked for, or that the AI owes by itself: from the wish to the words, or to why there are none."""

    class State(models.TextChoices):
        WANTED = "wanted", _("waiting to be written")
        WRITING = "writing", _("being written")
        WRITTEN = "written", _("written")
        FAILED = "failed", _("could not be written")

    MOVES = Transitions({"wanted": {"writing", "failed"}, "writing": {"written", "failed"}})

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="draft_requests")
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    """None: nothing approved answered, and the workspace wants drafts there."""
    state = models.CharField(max_length=8, choices=State.choices, default=State.WANTED)
    failure = models.CharField(max_length=20, default="")
    suggestion = models.ForeignKey(Suggestion, models.SET_NULL, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message"], condition=models.Q(state__in=["wanted", "writing"]), name="one_draft_at_a_time"
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state__in=["wanted", "writing"]), name="draft_to_write"),
            models.Index(fields=["conversation", "-id"], name="draft_of"),
        ]


class Rehearsal(models.Model):
    """The past run again under other rules, to see what would have happened; nothing of it is ever sent."""

    class Mind(models.TextChoices):
        """What is known, and how sure one is."""

        LEARNING = "learning", _("entries and the team’s answers")
        ENTRIES = "entries", _("entries alone, as today")
        PAST = "past", _("the team’s answers alone")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="rehearsals")
    by = models.CharField(max_length=60)
    risk = models.FloatField()
    doubt = models.FloatField()
    vetoes = models.BooleanField(default=True)
    """Whether the readings leave to people what they would leave to them in reality."""
    mind = models.CharField(max_length=8, choices=Mind.choices, default=Mind.LEARNING)
    language = models.CharField(max_length=5, blank=True)
    """That of the only lane rehearsed; empty: all."""
    topic = models.CharField(max_length=80, blank=True)
    """Of the only lane shown, among those in this language; empty: all."""
    since = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    runner = models.CharField(max_length=32, default="")
    """The worker that runs it, and when it last did: another takes over when it is silent for too long."""
    basis = models.CharField(max_length=64, default="")
    """A digest of all that the run depends on: whoever takes over goes on from what was guessed if it is still the same."""
    ran_at = models.DateTimeField(null=True)
    done_cases = models.PositiveIntegerField(default=0)
    cases = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)

    @property
    def lane(self) -> str:
        """The only lane that was asked for, as the engine names it; "" for all."""
        return " · ".join(filter(None, ["answer", self.language, self.topic])) if self.language else ""


class RehearsedItem(models.Model):
    """One past message in a rehearsal: what would have been done with it, beside what people did."""

    rehearsal = models.ForeignKey(Rehearsal, models.CASCADE, related_name="items")
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    place = models.PositiveIntegerField()
    lane = models.CharField(max_length=120)
    """That of its topic, whether it grew or not."""
    source = models.ForeignKey(Source, models.SET_NULL, null=True, related_name="+")
    given = models.TextField(blank=True)
    """The answer that would have been given, when it is no entry's."""
    expected = models.TextField(blank=True)
    """What people answered; "" when they did not."""
    confidence = models.FloatField()
    alone = models.BooleanField()
    wrong = models.BooleanField()
    reason = models.CharField(max_length=40)
    signs = ArrayField(models.FloatField(), default=list)
    """What its confidence was read from, until the rehearsal has ended: enough to go on from here in another process."""

    class Meta:
        indexes = [models.Index(fields=["rehearsal", "alone", "wrong", "place"], name="rehearsed_shown")]
