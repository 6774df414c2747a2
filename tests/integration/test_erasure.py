"""A member who is forgotten is found nowhere: every column of every table, and every stored file, is looked through."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from binome.assistant.models import Suggestion
from binome.autonomy import services as autonomy
from binome.channels import services as channels
from binome.channels.models import Arrival, Channel
from binome.console.loops import work_until_idle
from binome.inbox import services as inbox
from binome.inbox.models import Conversation, Message
from binome.journal import services as journal
from binome.journal.models import Entry
from binome.knowledge import services as knowledge
from binome.knowledge.services import Writing
from binome.members import services as members
from binome.members.models import Identity, Member
from binome.sdk.types import Payload
from binome.understanding import judging, selectors
from binome.understanding.models import ReadingVerdict
from binome.workspaces.models import Role, Workspace
from tests.community import channel, said, teammate, workspace

pytestmark = pytest.mark.django_db(transaction=True)

PERSON = {"author": "Zéphyrine Quatrebarbes", "thread": "zephyrine-1"}
OTHER = {"author": "Anatole", "thread": "anatole-1"}
TRACES = (
    "zephyrine",
    "Zéphyrine",
    "Z\\u00e9phyrine",
    "quatrebarbes",
    "Quatrebarbes",
    "tandem à hélice",
    "tandem \\u00e0 h",
)
"""Words that only she wrote, or that name her, also as JSON may write them."""


@pytest.fixture
def atelier() -> Workspace:
    place = workspace(name="Atelier", language="fr")
    owner = teammate(place, Role.OWNER).memberships.get()
    entries = [
        Writing("Ouvrez-vous le dimanche ?", "Oui, de 10 h à 18 h.", "fr"),
        Writing("Où êtes-vous ?", "12, quai du Canal.", "fr"),
        Writing("Combien coûte l’adhésion ?", "30 € par an.", "fr"),
    ]
    knowledge.write_sources(place, [(one, None) for one in entries], actor="test")
    autonomy.open_on_trial(autonomy.lane(place.pk, act="answer", topic="faq", language="fr"), membership=owner)
    return place


def write(place: Channel, key: str, text: str, who: dict[str, str], minute: float) -> None:
    body = said(key, text, minute=minute, **who).body
    channels.receive(place, [Payload(body, sha256(body).hexdigest())])
    work_until_idle()


def places_of(*words: str) -> Iterator[tuple[str, str]]:
    """Table and column where one of these is found, in text, in JSON or in bytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'character varying', 'jsonb', 'json', 'bytea', 'tsvector', 'ARRAY')"
        )
        for table, column, kind in cursor.fetchall():
            name = connection.ops.quote_name
            for word in words:
                if kind == "bytea":
                    asked, value = f"position(%s in {name(column)}) > 0", word.encode()
                else:
                    asked, value = f"position(lower(%s) in lower({name(column)}::text)) > 0", word
                cursor.execute(f"SELECT count(*) FROM {name(table)} WHERE {asked}", [value])
                if cursor.fetchone()[0]:
                    yield f"{table}.{column}", word


def test_a_member_who_is_forgotten_is_found_nowhere_and_the_numbers_stay(atelier: Workspace) -> None:
    place, operator = channel(atelier, can_moderate="on"), teammate(atelier)
    write(place, "a", "Bonjour, ouvert le dimanche ?", PERSON, 0)
    write(place, "b", "Mon tandem à hélice grince, combien pour le réparer ?", PERSON, 1)
    write(place, "c", "Bonjour, où êtes-vous ?", OTHER, 2)
    talk = Conversation.objects.get(member__name=PERSON["author"])
    inbox.reply(talk, "Bonjour Zéphyrine, passez avec votre tandem à hélice.", user=operator)
    [number] = [one for one in talk.messages.all() if "tandem" in one.text and one.by == Message.By.MEMBER]
    read = selectors.annotations_of([number.pk])[number.pk]
    assert "tandem" in str(read["question"].evidence)
    judging.judge(number, "question", None, user=operator)
    inbox.write_note(talk, "Zéphyrine Quatrebarbes est venue hier", user=operator)
    inbox.hide(talk.messages.earliest("pk"), user=operator, reason="Zéphyrine se répète")
    work_until_idle()
    inbox.close(talk, user=operator)
    work_until_idle()
    found = {column for column, _word in places_of(*TRACES)}
    assert found >= {
        "channels_arrival.body", "channels_delivery.recipient", "inbox_message.text", "inbox_note.text", "memory_line.text",
        "members_identity.external_id", "understanding_readingverdict.evidence",
    }  # fmt: skip
    numbers = (
        Message.objects.count(),
        Suggestion.objects.count(),
        Conversation.objects.count(),
        Member.objects.count(),
        ReadingVerdict.objects.count(),
    )

    members.erase(talk.member, actor="test")
    work_until_idle()

    assert sorted(places_of(*TRACES)) == []
    assert not [file for file in Path(settings.MEDIA_ROOT).rglob("*") if file.is_file()]
    assert numbers == (
        Message.objects.count(), Suggestion.objects.count(), Conversation.objects.count(), Member.objects.count(),
        ReadingVerdict.objects.count(),
    )  # fmt: skip
    assert Message.objects.filter(text="Bonjour, où êtes-vous ?").exists()
    assert journal.verify() == Entry.objects.exclude(position=None).count()
    write(place, "d", "Bonjour, c’est encore moi", PERSON, 9)
    assert Message.objects.latest("pk").member_id != talk.member_id


def test_payloads_that_name_them_and_that_nobody_can_read_are_emptied_too(atelier: Workspace) -> None:
    place = channel(atelier)
    write(place, "a", "Bonjour", PERSON, 0)
    write(place, "b", "Salut", OTHER, 1)
    channels.receive(place, [Payload(f'{{"not": "a message", "of": "{PERSON["author"]}"}}'.encode(), "odd")])
    work_until_idle()
    assert Arrival.objects.exclude(problem="").count() == 1
    members.erase(Member.objects.get(name=PERSON["author"]), actor="test")
    assert [bool(bytes(one.body)) for one in Arrival.objects.order_by("pk")] == [False, True, False]


def test_somebody_is_forgotten_also_on_a_channel_whose_connector_is_gone(atelier: Workspace) -> None:
    place = channel(atelier)
    write(place, "a", "Bonjour", PERSON, 0)
    Channel.objects.filter(pk=place.pk).update(connector="gone")
    members.erase(Member.objects.get(name=PERSON["author"]), actor="test")
    assert bytes(Arrival.objects.get().body) == b""
    assert not Identity.objects.exists()


def test_the_place_of_somebody_forgotten_is_nobody_elses(atelier: Workspace) -> None:
    place = channel(atelier)
    write(place, "a", "Bonjour", PERSON, 0)
    talk = Conversation.objects.get()
    members.erase(talk.member, actor="test")
    work_until_idle()
    write(place, "b", "Salut", {"author": "Anatole", "thread": f"erased-{talk.thread_id}"}, 1)
    write(place, "c", "Salut", {"author": "Anatole", "thread": PERSON["thread"]}, 2)
    assert not Message.objects.filter(conversation=talk, member__name="Anatole").exists()


def test_a_mail_is_forgotten_whatever_capitals_its_address_was_written_in() -> None:
    settings = {"address": "us@asso.example", "password": "x", "imap_host": "localhost", "smtp_host": "localhost"}
    place = channel(workspace(), "email", **settings)
    mails = [
        f"From: {who}\nMessage-ID: <{n}@x.example>\n\nMon tandem"
        for n, who in enumerate(("Nour@X.Example", "o@x.example"))
    ]
    channels.receive(place, [Payload(one.encode(), str(n), "message/rfc822") for n, one in enumerate(mails)])
    work_until_idle()
    members.erase(Member.objects.get(identities__external_id="nour@x.example"), actor="test")
    work_until_idle()
    assert [bytes(one.body) for one in Arrival.objects.order_by("pk")] == [b"", mails[1].encode()]
