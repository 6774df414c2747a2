"""What may be asked of the inbox: each conversation once, in a bounded number of questions to the database."""

import random
import re
import string
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from binome.accounts.models import User
from binome.channels.models import Channel, Thread
from binome.inbox import selectors
from binome.inbox import services as inbox
from binome.inbox.batches import searched
from binome.inbox.models import Conversation, Tag
from binome.inbox.selectors import Filters
from binome.inbox.services import NotInTheTeam
from binome.kit.paging import BadCursor
from binome.kit.text import fold
from binome.workspaces.models import Workspace
from tests.community import NOON, channel, conversation, message, teammate, workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Channel:
    return channel(workspace())


@pytest.fixture
def user(place: Channel) -> User:
    return teammate(place.workspace)


def found(place: Channel, user: User, **filters: Any) -> set[int]:
    return {one.pk for one in selectors.conversations(place.workspace, user, Filters(view="all", **filters)).rows}


def many(place: Channel, number: int) -> None:
    """Conversations by the hundred, several at the same instant."""
    threads = Thread.objects.bulk_create(
        Thread(workspace_id=place.workspace_id, channel=place, external_id=f"many-{n}") for n in range(number)
    )
    Conversation.objects.bulk_create(
        Conversation(
            workspace_id=place.workspace_id,
            channel=place,
            thread=thread,
            last_message_at=NOON + timedelta(minutes=n // 7),
        )
        for n, thread in enumerate(threads)
    )


def test_paging_through_three_thousand_visits_each_once_while_new_ones_arrive(place: Channel, user: User) -> None:
    many(place, 3_000)
    before = set(Conversation.objects.values_list("pk", flat=True))
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = selectors.conversations(place.workspace, user, Filters(view="all"), cursor)
        seen += [one.pk for one in page.rows]
        conversation(place, last_message_at=NOON + timedelta(days=1))
        cursor = page.next
    assert len(seen) == len(set(seen)) == 3_000
    assert set(seen) == before


def test_paging_back_through_a_conversation_visits_each_message_once(place: Channel) -> None:
    talk = conversation(place)
    said = [message(talk, str(n), at=NOON + timedelta(minutes=n // 5)).pk for n in range(150)]
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = selectors.messages_of(talk, cursor)
        seen = [one.pk for one in page.rows] + seen
        cursor = page.next
    assert seen == said


@pytest.mark.parametrize("cursor", ["x", "e30", "WyJub3ciLCAxXQ", "🙂"])
def test_a_page_address_that_is_not_ours_is_refused(place: Channel, user: User, cursor: str) -> None:
    with pytest.raises(BadCursor):
        selectors.conversations(place.workspace, user, Filters(), cursor)


@pytest.mark.parametrize("search", ["velo", "vélo", "VÉLO", "Vélo cassé"])
def test_words_said_are_found_whatever_their_accents(place: Channel, user: User, search: str) -> None:
    talk = conversation(place)
    message(talk, "Mon vélo est cassé")
    message(conversation(place), "Mon tandem")
    assert found(place, user, search=search) == {talk.pk}


@pytest.mark.parametrize("search", ["node", "js", "rouge", "alerte rouge", "4g", "code"])
def test_words_are_found_whatever_signs_they_stand_among(place: Channel, user: User, search: str) -> None:
    text = "«node.js» en wifi/4g ou wi-fi🚨alerte — «rouge» <code promo>"
    talk = conversation(place)
    message(talk, text)
    assert found(place, user, search=search) == {talk.pk}


@pytest.mark.parametrize("seed", range(3))
def test_postgresql_parts_words_as_we_do_unless_the_words_stand_before(seed: int) -> None:
    chance = random.Random(seed)
    bits = [*string.punctuation, *" \n\tab7éœ", " ", "Ab", "1e5", "http", "www", "com", "amp", "«", "’", "🚨", "\u200b"]
    texts = ["".join(chance.choices(bits, k=chance.randint(1, 14))) for _ in range(20_000)]
    words = [re.findall(r"\w+", fold(text)) for text in texts]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT text FROM unnest(%s::text[], %s::text[]) AS new (text, words)"
            " WHERE NOT to_tsvector('simple', text) @@ phraseto_tsquery('simple', words)"
            " AND numnode(phraseto_tsquery('simple', words)) > 0",
            [[searched(text) for text in texts], [" ".join(some) for some in words]],
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize("search", ["elodie", "Élodie", "ELODIE", "elo"])
def test_members_and_subjects_are_found_whatever_their_accents(place: Channel, user: User, search: str) -> None:
    named, titled = conversation(place), conversation(place, subject="À propos d’Élodie")
    assert named.member is not None
    named.member.name = "Élodie Lefèvre"
    named.member.save()
    conversation(place)
    assert found(place, user, search=search) == {named.pk, titled.pk}


@pytest.mark.parametrize("search", ["%", "_", "'", "\\", '"', "a & b | !", ":*", "<->"])
def test_signs_that_mean_something_to_postgresql_are_only_signs(place: Channel, user: User, search: str) -> None:
    message(conversation(place), "Bonjour")
    assert found(place, user, search=search) == set()


def test_nothing_of_another_workspace_is_shown_or_found(place: Channel, user: User) -> None:
    theirs = conversation(channel(workspace()), subject="secret")
    message(theirs, "secret")
    assert found(place, user) == found(place, user, search="secret") == set()
    assert selectors.conversation_in(place.workspace, theirs.pk) is None


def test_a_page_of_conversations_is_a_fixed_number_of_questions(
    place: Channel, user: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(45):
        inbox.tag(conversation(place), "urgent", user=user)
    with django_assert_max_num_queries(1):
        page = selectors.conversations(place.workspace, user, Filters(view="all"))
        shown = [
            (one.channel.name, str(one.member), str(one.assignee), one.last_text, one.needs_person, one.tag_names)  # type: ignore[attr-defined]
            for one in page.rows
        ]
    assert len(shown) == 40


def test_the_messages_of_a_conversation_are_a_fixed_number_of_questions(
    place: Channel, user: User, django_assert_max_num_queries: Any
) -> None:
    talk = conversation(place)
    for _ in range(30):
        message(talk)
        inbox.reply(talk, "Yes", user=user)
    with django_assert_max_num_queries(3):
        page = selectors.messages_of(talk)
        shown = [
            (str(m.member), m.operator, m.delivery, list(m.attachments.all()), list(m.revisions.all()))
            for m in page.rows
        ]
    assert len(shown) == 60


class TestOtherWorkspaces:
    def test_nobody_outside_the_team_is_assigned(self, place: Channel, user: User) -> None:
        talk, stranger = conversation(place), teammate(workspace())
        with pytest.raises(NotInTheTeam):
            inbox.assign(talk, to=stranger, user=user)
        talk.refresh_from_db()
        assert talk.assignee is None

    def test_a_tag_of_the_same_name_elsewhere_is_another_tag(self, place: Channel, user: User) -> None:
        other: Workspace = workspace()
        theirs = Tag.objects.create(workspace=other, name="urgent")
        talk = conversation(place)
        inbox.tag(talk, "urgent", user=user)
        assert talk.tags.get() != theirs
        assert talk.tags.get().workspace == place.workspace

    def test_taking_off_a_tag_that_is_not_there_makes_none(self, place: Channel, user: User) -> None:
        inbox.tag(conversation(place), "urgent", user=user, present=False)
        assert not Tag.objects.exists()


class TestTheTurn:
    def test_what_waits_still_needs_a_person_when_it_is_given_back(self, place: Channel, user: User) -> None:
        talk = conversation(place, waiting_since=NOON, needs_person=True)
        inbox.take_over(talk, user=user)
        inbox.give_back(talk, user=user)
        talk.refresh_from_db()
        assert (talk.needs_person, talk.assignee, talk.thread.held_by_person) == (True, None, False)

    def test_what_was_answered_needs_nobody_when_it_is_given_back(self, place: Channel, user: User) -> None:
        talk = conversation(place, waiting_since=NOON, needs_person=True)
        inbox.reply(talk, "Yes", user=user)
        assert Thread.objects.get(pk=talk.thread_id).held_by_person
        inbox.give_back(talk, user=user)
        talk.refresh_from_db()
        assert (talk.needs_person, talk.waiting_since) == (False, None)

    def test_a_page_some_minutes_old_does_not_hide_what_came_since(self, place: Channel, user: User) -> None:
        talk = conversation(place)
        old = Conversation.objects.get(pk=talk.pk)
        Conversation.objects.filter(pk=talk.pk).update(waiting_since=NOON)
        inbox.take_over(old, user=user)
        talk.refresh_from_db()
        assert talk.needs_person

    def test_who_writes_from_an_old_page_takes_the_pen_again(self, place: Channel, user: User) -> None:
        talk = conversation(place)
        inbox.take_over(talk, user=user)
        old = Conversation.objects.select_related("thread").get(pk=talk.pk)
        inbox.give_back(talk, user=user)
        inbox.reply(old, "One more thing", user=user)
        assert Thread.objects.get(pk=talk.thread_id).held_by_person
