"""Two workspaces that know nothing of each other, and one of every thing that an address can name."""

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from binome.accounts.models import User
from binome.assistant.deciding import Case, Reading
from binome.assistant.models import Card, Rehearsal, Suggestion
from binome.autonomy.models import Digest, Lane, Opening
from binome.channels.models import Channel, Delivery, Thread
from binome.inbox.models import Attachment, Conversation, Message, SavedReply, Tag
from binome.kit import clock
from binome.knowledge.memory.models import Intake, Problem
from binome.knowledge.models import Gap, Import, Source
from binome.members.models import Member
from binome.understanding.models import Term
from binome.workspaces import services as workspaces
from binome.workspaces.models import Invitation, Membership, Role, Workspace
from binome.workspaces.selectors import digest_of

PASSWORD = "une phrase assez longue"
CASE = Case(Reading({}), "fr", None, 0.9, "lane_suggest")
WEEK = {
    "alone": 0, "proposed": 0, "verdicts": 0, "wrong": 0, "audits": {"number": 0, "wrong": 0, "low": 0, "high": 1},
    "blind": [0, 0], "seen": [0, 0], "opened": [], "closed": [], "handovers": {"needed": 0, "needless": 0, "missed": 0},
}  # fmt: skip


@dataclass
class House:
    """A workspace, its people by role, and its things by the name that addresses give them."""

    workspace: Workspace
    owner: User
    people: dict[str, User] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)


def person(email: str, name: str = "") -> User:
    user = User.objects.create_user(email, PASSWORD, name=name or email.split("@")[0].title())
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


def house(name: str) -> House:
    """An owner, and one person for each other role."""
    owner = person(f"owner@{name}.example")
    made = House(workspaces.create_workspace(name, owner=owner).workspace, owner, {"owner": owner})
    for role in (Role.MANAGER, Role.OPERATOR, Role.VIEWER):
        made.people[role.value] = person(f"{role.value}@{name}.example")
        Membership.objects.create(workspace=made.workspace, user=made.people[role.value], role=role)
    return made


def furnished(name: str) -> House:
    """A house with one thing of each kind; *things* maps the names used in addresses to values."""
    made = house(name)
    here, owner = made.workspace, made.owner
    channel = Channel.objects.create(workspace=here, connector="playground", name="Place")
    thread = Thread.objects.create(workspace=here, channel=channel, external_id="t1")
    member = Member.objects.create(workspace=here, name="Lou")
    conversation = Conversation.objects.create(workspace=here, channel=channel, thread=thread, member=member)
    message = Message.objects.create(
        workspace=here, conversation=conversation, channel=channel, by="member", member=member, text="Bonjour"
    )
    delivery = Delivery.objects.create(
        workspace=here, channel=channel, thread=thread, key="k1", text="Voilà", authorisation={}, state="unknown"
    )
    lane = Lane.objects.create(workspace=here, act="answer", topic="hours", language="fr")
    source = Source.objects.create(workspace=here, question="Quand ?", answer="Demain.", language="fr")
    why = {"case": asdict(CASE), "decision": {"do": "suggest", "reason": "lane_suggest", "vetoes": [], "gap": False}}
    card = Card.objects.create(
        workspace=here, conversation=conversation, message=message, do="suggest", reason="", why=why
    )
    made.things = {
        "card": card.pk,
        "opening": Opening.objects.create(
            lane=lane, life=1, risk=0.02, doubt=0.05, threshold=0.9, evidence={}, version="1", opened_by="user:1",
            closed_at=clock.now(), closed_by="ai", why="broken",
        ).pk,
        "digest": Digest.objects.create(workspace=here, begins_on=clock.now().date(), content=WEEK).pk,
        "rehearsal": Rehearsal.objects.create(
            workspace=here, by="user:1", risk=0.05, doubt=0.05, since=clock.now(), until=clock.now(), state="done",
        ).pk,
        "slug": here.slug,
        "channel": channel.pk,
        "public_id": channel.public_id,
        "member": member.pk,
        "conversation": conversation.pk,
        "message": message.pk,
        "delivery": delivery.pk,
        "lane": lane.pk,
        "source": source.pk,
        "entry": source.pk,
        "attachment": Attachment.objects.create(message=message, name="a.txt", content_type="text/plain", size=1).pk,
        "suggestion": Suggestion.objects.create(
            workspace=here, conversation=conversation, message=message, lane=lane, source=source, text="Demain.", confidence=0.9
        ).pk,
        "gap": Gap.objects.create(workspace=here, message=message, text="Quand ?", language="fr", vector=[0.0] * 512).pk,
        "pending": Import.objects.create(workspace=here, name="faq.csv", by="user:1").pk,
        "intake": Intake.objects.create(workspace=here, name="past.csv", by="user:1", state="preview").pk,
        "problem": Problem.objects.create(workspace=here, title="Quand ?", mean=[0.0] * 1024, looked_at=clock.now()).pk,
        "tag": Tag.objects.create(workspace=here, name="retard").pk,
        "saved_reply": SavedReply.objects.create(workspace=here, title="Merci", text="Merci !").pk,
        "membership": Membership.objects.get(workspace=here, user=owner).pk,
        "invitation": Invitation.objects.create(
            workspace=here, email="new@example.org", role=Role.OPERATOR, invited_by=owner,
            token_digest=digest_of("a-token"), expires_at=clock.now() + timedelta(days=1),
        ).pk,
        "token": "a-token",
        "connector": "playground",
        "stage": "irony",
        "term": Term.objects.create(workspace=here, text="grave", folded="grave", meaning=Term.Meaning.MEANS).pk,
        "pk": Authenticator.objects.create(user=owner, type="webauthn", data={"name": "Clé", "credential": {}}).pk,
        "uidb36": "1",
        "key": "nothing",
    }  # fmt: skip
    return made
