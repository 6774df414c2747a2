"""The assistant listens for what has been understood, for people who decide without it, and for what it leaned on."""

from collections.abc import Mapping, Sequence

from binome.accounts.selectors import user_of
from binome.assistant import habits, outcomes, triage, voiding
from binome.assistant import services as assistant
from binome.assistant.models import Habit
from binome.autonomy.models import Act
from binome.inbox.models import Message
from binome.journal.listening import listener
from binome.journal.models import Entry
from binome.workspaces.models import Workspace


@listener("MessageUnderstood")
def respond(entries: Sequence[Entry]) -> None:
    assistant.respond({entry.about["message"]: entry.position or 0 for entry in entries})


@listener("MessageReadCloser")
def reconsider(entries: Sequence[Entry]) -> None:
    assistant.reconsider([entry.about["message"] for entry in entries])


@listener("DeliverySettled")
def note_disclosures(entries: Sequence[Entry]) -> None:
    assistant.note_disclosures([entry.about["delivery"] for entry in entries if entry.about["state"] == "sent"])


@listener("DeliverySettled")
def take_back(entries: Sequence[Entry]) -> None:
    stopped = [entry.about for entry in entries if entry.about["state"] in ("failed", "cancelled")]
    assistant.take_back(
        {one["delivery"]: one["failure"] if one["state"] == "cancelled" else "Failed" for one in stopped}
    )


@listener("ReplyWritten", "MessageReceived", "Closed")
def withdraw(entries: Sequence[Entry]) -> None:
    """A person has answered, here or on the platform itself, or closed the conversation: what was proposed there is settled."""
    replies = _by_the_team(entries)
    for entry in entries:
        reply, talk = replies.get(entry.about.get("message", 0)), entry.about["conversation"]
        if reply and entry.kind == "MessageReceived":
            assistant.answered_otherwise({talk: (reply.at, None, reply.text)})
        elif reply or (entry.kind == "Closed" and entry.actor != "ai"):
            settled = (entry.at, user_of(entry.actor), reply.text if reply else "")
            assistant.answered_otherwise({talk: settled})


@listener("ReplyWritten", "MessageReceived")
def note_corrections(entries: Sequence[Entry]) -> None:
    outcomes.note_corrections(list(_by_the_team(entries)))


def _by_the_team(entries: Sequence[Entry]) -> Mapping[int, Message]:
    """The messages that these facts tell of, as far as somebody of the team wrote them."""
    told = [entry.about["message"] for entry in entries if "message" in entry.about]
    return Message.objects.filter(by=Message.By.OPERATOR).in_bulk(told)


@listener("DeliverySettled")
def take_back_triage(entries: Sequence[Entry]) -> None:
    triage.take_back([entry.about["delivery"] for entry in entries if entry.about["state"] in ("failed", "cancelled")])


@listener("Tagged", "Closed", "Reopened", "ReplyWritten", "MessageReceived", "MessageHidden", "MessageShown")
def note_triage(entries: Sequence[Entry]) -> None:
    """What a person does with a conversation by themselves is a verdict on what was proposed, or done alone, there."""
    replies = _by_the_team(entries)
    for entry in entries:
        user, talk = user_of(entry.actor), entry.about["conversation"]
        match entry.kind:
            case "Tagged" if user:
                triage.note_tag(talk, entry.about["tag"], present=entry.about["present"], user=user)
            case "Closed" if user:
                triage.note_closed(talk, user=user)
            case "Reopened" if user:
                triage.note_reopened(talk)
            case "MessageHidden" | "MessageShown" as kind if user:
                triage.note_moderated(entry.about["message"], hidden=kind == "MessageHidden", user=user)
            case "MessageShown":
                triage.note_shown(entry.about["message"])
            case "ReplyWritten" | "MessageReceived" if entry.about["message"] in replies:
                triage.note_reply(talk, user=user)


@listener("MessageDeleted")
def forget(entries: Sequence[Entry]) -> None:
    assistant.forget([entry.about["message"] for entry in entries])


@listener("SourceWritten", "SourceArchived")
def void(entries: Sequence[Entry]) -> None:
    voiding.void_what_leaned_on(list(dict.fromkeys(entry.about["source"] for entry in entries)))


@listener("SavedReplyWritten", "SavedReplyArchived")
def void_replies(entries: Sequence[Entry]) -> None:
    voiding.void_what_quoted(list(dict.fromkeys(entry.about["saved_reply"] for entry in entries)))


@listener("SavedReplyWritten", "SavedReplyArchived", studies=True)
def learn_replies(entries: Sequence[Entry]) -> None:
    """When a prepared reply serves is learned at once: its author has just said so."""
    for workspace in Workspace.objects.filter(pk__in={entry.workspace_id for entry in entries}):
        habits.learn(workspace, Act.PREPARED_REPLY)


@listener("HabitLearned", studies=True)
def ask_again(entries: Sequence[Entry]) -> None:
    """Another version of what was learned of a team: what it was judged on is asked again."""
    for habit in Habit.objects.filter(pk__in=[entry.about["habit"] for entry in entries]).order_by("pk"):
        while voiding.rescore_habit(habit):
            pass
