"""The demo is loaded on somebody's first minute with the product: quickly, whole, and once."""

from collections import Counter
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test.utils import CaptureQueriesContext

from binome.assistant.models import Suggestion
from binome.autonomy.models import Audit, Verdict
from binome.console import demo
from binome.inbox.models import Conversation, HandOver, Message, Note
from binome.journal.models import Entry
from binome.knowledge.models import Gap, Source
from binome.members.models import Identity, Member

pytestmark = pytest.mark.django_db


def test_the_demo_is_loaded_in_few_queries_and_only_once() -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert demo.load()
    assert len(asked) < 600
    counts = [model.objects.count() for model in (Source, Conversation, Member, Entry)]
    assert not demo.load()
    assert [model.objects.count() for model in (Source, Conversation, Member, Entry)] == counts


@pytest.fixture(scope="module")
def loaded(django_db_setup: Any, django_db_blocker: Any) -> Any:
    """The demo, once for the tests below."""
    with django_db_blocker.unblock():
        from django.db import transaction

        with transaction.atomic():
            demo.load()
            yield
            transaction.set_rollback(True)


def test_what_is_told_is_there(loaded: Any) -> None:
    said = Message.objects.all()
    assert Conversation.objects.count() == 119 + 47
    assert Source.objects.count() == 94
    assert Gap.objects.count() >= 47
    assert Note.objects.exists()
    assert HandOver.objects.exists()
    assert said.filter(by="member", member=None).count() == 0
    assert said.filter(search=None).count() == 0


def test_a_member_is_one_whatever_their_conversations(loaded: Any) -> None:
    accounts = Identity.objects.values_list("channel", "external_id")
    assert len(accounts) == len(set(accounts)) == Member.objects.filter(identities__isnull=False).count()
    assert not Member.objects.filter(identities=None).exists()


def test_every_answer_given_alone_was_drawn_for_audit_at_its_instant_and_the_old_ones_were_judged(loaded: Any) -> None:
    acts = {act.pk: act for act in Suggestion.objects.filter(state="acted")}
    audits = list(Audit.objects.filter(suggestion__in=acts))
    assert len(audits) == len(acts) == 66
    assert all(audit.drawn_at == acts[audit.suggestion].reply.at for audit in audits)
    judged = [audit.verdict for audit in audits if audit.verdict]
    assert len(judged) == Verdict.objects.count() == 59
    assert {verdict.wrong for verdict in judged} == {True, False}
    assert all(verdict.at > acts[verdict.suggestion].reply.at for verdict in judged)


def test_each_thing_told_of_the_past_has_its_fact(loaded: Any) -> None:
    kinds = Counter(Entry.objects.values_list("kind", flat=True))
    assert kinds["ConversationRecorded"] == 166
    assert (kinds["AuditDrawn"], kinds["VerdictGiven"]) == (Audit.objects.count(), Verdict.objects.count())
    drawn = {entry.about["audit"]: entry.at for entry in Entry.objects.filter(kind="AuditDrawn")}
    assert drawn == dict(Audit.objects.values_list("pk", "drawn_at"))


def test_everybody_of_the_team_signs_in_with_the_password_shown(loaded: Any) -> None:
    address, password = demo.sign_in()
    assert authenticate(username=address, password=password)
    assert authenticate(username="ines@atelier-du-canal.example", password=password)
