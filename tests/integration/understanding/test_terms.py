"""Words that mean something here: given to the stages, ruling after them, apart in each workspace, messages read again."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.postgres.search import SearchVector
from django.db import connection
from django.db.models import Value
from django.test.utils import CaptureQueriesContext

from binome.inbox import threads
from binome.inbox.batches import searchable
from binome.inbox.models import Message
from binome.journal.models import Entry
from binome.kit import clock
from binome.kit.text import fold
from binome.understanding import lexicon, selectors, services, terms
from binome.understanding.models import Rereading, Term
from binome.understanding.terms import AlreadyKnown, NotAWord, ValueMissing
from tests import community

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    return community.conversation(community.channel(community.workspace(language="fr")))


def write(talk, text="Code rouge", meaning="urgent", value=""):
    user = community.teammate(talk.workspace)
    return terms.write_term(talk.workspace, text=text, meaning=meaning, value=value, user=user)


def said_of(message, stage):
    return selectors.annotations_of([message.pk])[message.pk].get(stage)


def test_a_code_word_makes_a_message_urgent_and_the_evidence_says_so(talk):
    write(talk)
    message = community.message(talk, "on est en CODE ROUGE à l’accueil")
    services.annotate([message.pk])
    said = said_of(message, "urgency")
    assert (said.label, said.confidence, said.evidence, said.kind) == (
        "urgent",
        0.99,
        {"lexicon": ["Code rouge"]},
        "urgency",
    )


def test_a_word_rules_in_its_own_workspace_alone(talk):
    write(talk)
    other = community.message(community.conversation(community.channel(community.workspace())), "code rouge")
    services.annotate([other.pk])
    assert said_of(other, "lexicon") is None


def test_a_word_tells_the_topic(talk):
    write(talk, "brouette", "topic", "vélos-cargos")
    message = community.message(talk, "la Brouette est libre samedi ?")
    services.annotate([message.pk])
    said = said_of(message, "topic")
    assert (said.label, said.kind, said.version) == ("vélos-cargos", "topic:vélos-cargos", "own")
    assert selectors.labels_of(talk.workspace_id, "topic") == ["vélos-cargos", "unknown"]


def test_a_name_that_sounds_like_an_insult_is_none_here_and_another_insult_still_is(talk):
    message, insult = (
        community.message(talk, "j’adore la Connard"),
        community.message(talk, "la Connard, espèce d’abruti"),
    )
    services.annotate([message.pk, insult.pk])
    assert said_of(message, "sensitive").label == "insult"
    write(talk, "connard", "harmless")
    services.annotate([message.pk, insult.pk])
    assert said_of(message, "sensitive").label == "none"
    assert said_of(insult, "sensitive").label == "insult"


def test_messages_that_hold_the_word_are_read_again_and_only_they(talk):
    held = [community.message(talk, f"{words} {number}") for number, words in enumerate(("code rouge", "Codes Rouges"))]
    other = community.message(talk, "le code de la porte est rouge")
    services.annotate([*(one.pk for one in held), other.pk])
    term = write(talk)
    while terms.go_on_rereading():
        pass
    assert {said_of(one, "urgency").evidence.get("lexicon")[0] for one in held} == {"Code rouge"}
    assert "lexicon" not in said_of(other, "urgency").evidence
    assert not Rereading.objects.exists()
    terms.remove_term(term, user=community.teammate(talk.workspace))
    while terms.go_on_rereading():
        pass
    assert ["lexicon" in said_of(one, "urgency").evidence for one in held] == [False] * 2


@pytest.mark.parametrize("text", ["node.js", "v2.0", "3.5", "n°7", "Été/hiver", "code.rouge", "l’alerte", "wi-fi"])
def test_messages_that_hold_a_term_written_with_signs_are_read_again(talk, text):
    held, other = community.message(talk, f"attention, {text}, ici"), community.message(talk, "attention, rien ici")
    services.annotate([held.pk, other.pk])
    write(talk, text)
    assert terms.go_on_rereading() == 1
    assert said_of(held, "urgency").evidence == {"lexicon": [text]}


GLUED = [
    ("node", "j’aime «node.js»"), ("js", "j’aime «node.js»"), ("node.js", "(node.js)"), ("Node.JS", "🚀node.js🚀"),
    ("rouge", "l’alerte—rouge !"), ("rouge", "…rouge…"), ("rouge", "vert/rouge"), ("rouge", "www.exemple.fr/rouge.html"),
    ("alerte rouge", "l’alerte-rouge-vif"), ("wi fi", "une wi-fi lente"), ("lente", "wi-fi«lente»"), ("code", "<code rouge>"),
    ("rouge", "code-rouge@exemple.fr"), ("alerte wi", "alerte wi-fi"), ("33", "+33/6"), ("rouge", "code « rouge »"),
    ("code rouge", "code « rouge »"), ("porte", "a.La porte;la.Porte"),
]  # fmt: skip
"""A term, and a text in which PostgreSQL alone would not find it."""


@pytest.mark.parametrize(("term", "text"), GLUED)
def test_messages_that_hold_a_term_among_signs_are_read_again(talk, term, text):
    held, other = community.message(talk, text), community.message(talk, "attention, rien ici")
    services.annotate([held.pk, other.pk])
    write(talk, term)
    assert terms.go_on_rereading() == 1
    assert said_of(held, "urgency").evidence == {"lexicon": [term]}


def test_messages_of_before_are_found_too_once_they_are_indexed_again(talk):
    index_again = import_module("binome.inbox.migrations.0004_words_within_signs").index_again
    texts = ["j’aime «node.js»", "node, oui", "rien", "taken back «node.js»"]
    *kept, gone = [
        community.message(talk, text, search=SearchVector(Value(fold(text)), config="simple")) for text in texts
    ]
    Message.objects.filter(pk=gone.pk).update(deleted_at=clock.now(), search=None)
    words = ["node"], ["js"]
    assert threads.holding(talk.workspace_id, words, gone.pk, 9) == []
    plain = Message.objects.values_list("search", flat=True).get(pk=kept[1].pk)
    for _again in range(2):
        with connection.schema_editor() as editor:
            index_again(apps, editor)
        assert threads.holding(talk.workspace_id, words, gone.pk, 9) == [kept[0].pk]
    assert Message.objects.values_list("search", flat=True).get(pk=kept[1].pk) == plain
    assert Message.objects.get(pk=gone.pk).search is None


def test_messages_that_hold_a_word_are_found_by_the_index_in_one_query(talk):
    texts = [f"rien de neuf {number}" for number in range(2_000)]
    Message.objects.bulk_create(
        Message(
            workspace=talk.workspace, conversation=talk, channel=talk.channel, by="member", text=text, search=searchable(text)
        )
        for text in texts
    )  # fmt: skip
    held = community.message(talk, "j’aime «node.js»")
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('message_search'::regclass)")  # as autovacuum does
        cursor.execute("ANALYZE inbox_message")
    with CaptureQueriesContext(connection) as queries:
        assert threads.holding(talk.workspace_id, lexicon.spellings("node.js"), held.pk + 1, 128) == [held.pk]
    assert len(queries) == 1
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {queries[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "message_search" in plan
    assert "Seq Scan" not in plan


def test_a_batch_asks_as_much_of_the_database_however_many_messages_it_reads_again(talk):
    asked = []
    for number in (2, 20):
        for _ in range(number):
            community.message(talk, f"vert/rouge-{number}.js")
        services.annotate(list(Message.objects.values_list("pk", flat=True)))
        write(talk, f"rouge {number}")
        with CaptureQueriesContext(connection) as queries:
            assert terms.go_on_rereading() == number
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_batch_is_read_again_at_a_time(talk, monkeypatch):
    monkeypatch.setattr(terms, "BATCH", 2)
    for number in range(5):
        community.message(talk, f"code rouge {number}")
    write(talk)
    assert [terms.go_on_rereading() for _ in range(4)] == [2, 2, 1, 0]


@pytest.mark.parametrize(
    ("text", "meaning", "refusal"),
    [("!!!", "urgent", NotAWord), ("", "urgent", NotAWord), ("x", "means", ValueMissing)],
)
def test_a_word_without_letters_or_without_its_meaning_is_refused(talk, text, meaning, refusal):
    with pytest.raises(refusal):
        write(talk, text, meaning)
    assert not Term.objects.exists()
    assert not Rereading.objects.exists()


def test_a_word_has_one_meaning_however_it_is_spelled(talk):
    write(talk, "Code Rouge")
    with pytest.raises(AlreadyKnown):
        write(talk, "code  rouge", "harmless")
    assert Term.objects.count() == 1
    assert Entry.objects.filter(kind="TermWritten").count() == 1
