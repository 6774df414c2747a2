"""At night verdicts are learned from: tried on drawn ones only, kept only if better, applied the next day, dropped otherwise."""

from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
import pytest
from django.db import transaction

from binome.inbox.models import Message, Tag
from binome.journal.models import Entry
from binome.kit import clock
from binome.knowledge import services as knowledge
from binome.knowledge import topics as knowing
from binome.knowledge.services import Writing
from binome.sdk.stage import Annotation as Said
from binome.understanding import drawing, judging, lessons, own, running, selectors, services, teaching, terms
from binome.understanding.lessons import is_held_out
from binome.understanding.models import Lesson, ReadingVerdict, Schooling
from tests import community
from tests.understood import annotate

pytestmark = pytest.mark.django_db


class Flat:
    """A stage that knows nothing of irony: it says "literal" of everything."""

    name, version, cost, needs = "irony", "7", "LOCAL", ()

    def read(self, readings):
        return [Said("literal", 0.6) for _ in readings]


@pytest.fixture
def talk(monkeypatch):
    """A place where the stage is flat and vectors tell who says "bravo"."""
    monkeypatch.setattr(running, "stages", lambda: (Flat(),))
    for module in (lessons, own):
        monkeypatch.setattr(module.encoder, "encode", vectors)
    return community.conversation(community.channel(community.workspace(language="fr")))


def vectors(texts):
    rows = np.zeros((len(texts), 512), np.float32)
    for row, text in zip(rows, texts, strict=True):
        row["bravo" in text] = 1.0
    return rows


def judged(talk, count, *, right=lambda ironic, _at: "ironic" if ironic else "literal", drawn=True):
    """Messages with their verdicts; one in two says bravo."""
    for at in range(count):
        message = community.message(talk, f"{'bravo' if at % 2 else 'merci'} {at}")
        services.annotate([message.pk])
        ReadingVerdict.objects.create(
            workspace=talk.workspace, message=message, stage="irony", version="7", said="literal", confidence=0.6,
            right=right(at % 2, at), drawn=drawn,
        )  # fmt: skip


def learned(talk) -> Lesson:
    [lesson] = lessons.learn(talk.workspace)
    return lesson


def test_a_lesson_that_is_better_on_verdicts_it_has_not_seen_is_kept_and_corrects_what_is_read(talk):
    judged(talk, 120)
    lesson = learned(talk)
    assert (lesson.outcome, lesson.in_use, lesson.version) == ("kept", True, "7")
    assert lesson.after > 0.95 > 0.7 > lesson.before
    assert lesson.learned_from + lesson.tried_on == 120
    message = community.message(talk, "bravo, encore en retard")
    services.annotate([message.pk])
    said = selectors.annotations_of([message.pk])[message.pk]["irony"]
    assert (said.label, said.version) == ("ironic", f"7+{lesson.pk}")
    assert said.evidence == {"lesson": True, "otherwise": "literal"}
    assert Entry.objects.get(kind="LessonsLearned").about == {"tried": 1, "kept": 1}


def test_a_lesson_that_is_no_better_is_dropped_and_nothing_changes(talk):
    chance = np.random.default_rng(5)  # six in ten are literal, as the stage says: there is nothing to learn
    judged(talk, 120, right=lambda _ironic, _at: str(chance.choice(["ironic", "literal"], p=[0.4, 0.6])))
    lesson = learned(talk)
    assert (lesson.outcome, lesson.in_use) == ("dropped", False)
    assert own.taught_in([talk.workspace_id])[talk.workspace_id].corrections == {}


def test_what_people_contest_in_passing_teaches_and_tries_nothing(talk):
    judged(talk, 120, drawn=False)
    lesson = learned(talk)
    assert (lesson.outcome, lesson.tried_on) == ("too_few", 0)
    assert lesson.learned_from == sum(not is_held_out(one.text) for one in talk.messages.all())


def test_nothing_is_learned_twice_from_the_same_verdicts(talk):
    judged(talk, 4)
    assert learned(talk).outcome == "too_few"
    assert lessons.learn(talk.workspace) == []


def test_a_lesson_of_another_version_of_the_stage_is_not_used(talk, monkeypatch):
    judged(talk, 120)
    learned(talk)
    monkeypatch.setattr(Flat, "version", "8")
    assert own.taught_in([talk.workspace_id])[talk.workspace_id].corrections == {}


def test_each_workspace_learns_once_a_night_at_its_own(talk, monkeypatch):
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: noon)
    assert lessons.learn_tonight() == 0
    assert Schooling.objects.get().next_at == datetime(2026, 3, 3, 2, tzinfo=UTC)  # three o'clock in Paris
    monkeypatch.setattr(clock, "now", lambda: noon + timedelta(hours=15))
    assert [lessons.learn_tonight(), lessons.learn_tonight()] == [1, 0]
    assert Schooling.objects.get().next_at == datetime(2026, 3, 4, 2, tzinfo=UTC)


def test_topics_are_learned_from_entries_and_told_of_messages():
    team = community.workspace(language="fr")
    hours = [
        "Quels sont vos horaires ?",
        "À quelle heure ouvrez-vous ?",
        "Ouvert le dimanche ?",
        "Fermez-vous à midi ?",
    ]
    prices = ["Combien coûte l’adhésion ?", "Quel est le tarif étudiant ?", "Est-ce gratuit ?", "Combien ça coûte ?"]
    for topic, (first, *others) in {"horaires": hours, "prix": prices}.items():
        entry = Writing(first, "Voici.", "fr", alternatives=others, topic=topic)
        knowledge.write_sources(team, [(entry, None)], actor="test")
    knowing.teach([team.pk])
    lesson = Lesson.objects.get(workspace=team, stage="topic")
    assert (lesson.outcome, sorted(lesson.labels), lesson.learned_from) == ("kept", ["horaires", "prix"], 8)
    message = community.message(community.conversation(community.channel(team)), "Vous ouvrez à quelle heure samedi ?")
    services.annotate([message.pk])
    said = selectors.annotations_of([message.pk])[message.pk]["topic"]
    assert (said.label, said.kind, said.version) == ("horaires", "topic:horaires", f"own:{lesson.pk}")


def test_a_tag_named_as_a_topic_teaches_it_and_one_that_only_says_a_language_teaches_nothing():
    team = community.workspace(language="fr")
    place = community.channel(team)
    for tag, language, text in (("Horaires", "fr", "Ouvert quand"), ("in English", "en", "Hello, are you open")):
        made = Tag.objects.create(workspace=team, name=tag)
        for number in range(8):
            talk = community.conversation(place, language=language)
            talk.tags.add(made)
            community.message(talk, f"{text} {number} ?")
    examples = [(f"Vous ouvrez à {at} h ?", "horaires") for at in range(6)]
    examples += [(f"Quel prix pour {at} personnes ?", "prix") for at in range(2, 8)]
    lesson = teaching.teach_topics(team, examples)
    assert (lesson.labels, lesson.learned_from) == (["horaires", "prix"], 20)


def test_what_people_say_is_about_none_of_the_topics_teaches_too(talk):
    user = community.teammate(talk.workspace)
    examples = [(f"Vous ouvrez à {at} h ?", "horaires") for at in range(6)]
    examples += [(f"Quel prix pour {at} personnes ?", "prix") for at in range(2, 8)]
    lesson = teaching.teach_topics(talk.workspace, examples)
    messages = [community.message(talk, f"Quel prix Goncourt lisez-vous, le {at} ?") for at in range(3)]
    services.annotate([one.pk for one in messages])
    for message in messages:
        said = selectors.annotations_of([message.pk])[message.pk]["topic"].label
        if said != "unknown":
            judging.judge(message, "topic", "unknown", user=user)
    again = teaching.teach_topics(talk.workspace, examples)
    assert again.learned_from == lesson.learned_from  # of the topics; the others stand against them
    services.annotate([one.pk for one in messages])
    fresh = community.message(talk, "Quel prix Goncourt lisez-vous ?")
    services.annotate([fresh.pk])
    assert selectors.annotations_of([fresh.pk])[fresh.pk]["topic"].label == "unknown"


def test_a_place_without_topics_learns_them_soon_after_its_entries_and_reads_its_latest_messages_again():
    team = community.workspace()
    message = community.message(community.conversation(community.channel(team)), "Vous ouvrez à 15 h ?")
    services.annotate([message.pk])
    lessons.learn_soon([team.pk])
    soon = Schooling.objects.get(workspace=team).next_at
    assert soon <= clock.now() + lessons.SOON
    examples = [(f"Vous ouvrez à {at} h ?", "horaires") for at in range(6)]
    teaching.teach_topics(team, [*examples, *((f"Quel prix pour {at} personnes ?", "prix") for at in range(2, 8))])
    while terms.go_on_rereading():
        pass
    assert selectors.annotations_of([message.pk])[message.pk]["topic"].label == "horaires"
    Schooling.objects.update(next_at=clock.now() + timedelta(hours=9))
    lessons.learn_soon([team.pk])
    assert Schooling.objects.get(workspace=team).next_at > clock.now() + timedelta(hours=8)


def test_a_place_without_topics_learns_none():
    assert teaching.teach_topics(community.workspace(), [("Quels horaires ?", "horaires")]) is None
    assert not Lesson.objects.exists()


def test_messages_are_drawn_from_both_sides(talk):
    ironic = [community.message(talk, f"bravo {at}") for at in range(2)]
    plain = [community.message(talk, f"merci {at}") for at in range(8)]
    for message in ironic:
        annotate(message, irony=("ironic", 0.9))
    for message in plain:
        annotate(message)
    chance = Random(1)
    drawn = [drawing.draw(talk.workspace, "irony", chance) for _ in range(120)]
    assert set(drawn) == {*ironic, *plain}
    assert 40 <= sum(one in ironic for one in drawn) <= 80
    assert drawing.draw(community.workspace(), "irony") is None


def read_what_is_drawn(talk, right, most=1_000) -> int:
    """Draw until nothing is left (or *most*), and say of each what *right* gives for its text."""
    user, count = community.teammate(talk.workspace), 0
    while count < most and (message := drawing.draw(talk.workspace, "irony", Random(count))):
        judging.judge(message, "irony", right(message.text), user=user, drawn=True)
        count += 1
    return count


def test_what_was_corrected_in_passing_is_drawn_too_and_measures(talk):
    messages = [community.message(talk, f"{'bravo' if at % 2 else 'merci'} {at}") for at in range(8)]
    for message in messages:
        annotate(message, irony=("ironic", 0.9))
    for message in messages[::2]:
        judging.judge(message, "irony", None, user=community.teammate(talk.workspace))
    assert read_what_is_drawn(talk, lambda text: "ironic" if "bravo" in text else "literal") == 8
    agreement = selectors.agreements(talk.workspace)["irony"]
    assert (agreement.telling, agreement.silent, agreement.contested) == ((4, 8), (0, 0), 0)


def test_a_reading_too_unsure_to_be_shown_said_nothing(talk):
    user = community.teammate(talk.workspace)
    for label, confidence in (("derailing", 0.6), ("derailing", 0.95), ("calm", 0.95)):
        message = community.message(talk)
        annotate(message, conflict=(label, confidence))
        judging.judge(message, "conflict", "calm", user=user, drawn=True)
    agreement = selectors.agreements(talk.workspace)["conflict"]
    assert (agreement.telling, agreement.silent) == ((0, 1), (1, 2))


def test_a_side_that_was_read_whole_counts_for_no_more_than_it_is(talk):
    for at in range(100):
        annotate(
            community.message(talk, f"{'bravo' if at < 5 else 'merci'} {at}"),
            irony=("ironic" if at < 5 else "literal", 0.9),
        )
    assert read_what_is_drawn(talk, lambda _text: "literal", most=60) == 60
    drawn = list(ReadingVerdict.objects.filter(drawn=True))
    weights = drawing.weights(talk.workspace, "irony", drawn)
    telling = [weight for one, weight in zip(drawn, weights, strict=True) if one.said == "ironic"]
    assert len(telling) == 5
    assert sum(weights) == pytest.approx(60)
    assert sum(telling) / sum(weights) == pytest.approx(0.05)


def test_what_was_held_out_is_weighed_as_messages_are(talk, monkeypatch):
    """One message in ten is called ironic, always wrongly; a third of what is judged are those."""

    def read(_self, readings):
        return [Said("ironic" if "bravo" in one.text else "literal", 0.9) for one in readings]

    monkeypatch.setattr(Flat, "read", read)
    messages = [community.message(talk, f"{'bravo' if at % 10 == 0 else 'merci'} {at}") for at in range(300)]
    services.annotate([one.pk for one in messages])
    user = community.teammate(talk.workspace)
    for at, message in enumerate(messages):
        if at % 10 in (0, 1, 2):
            judging.judge(message, "irony", "literal", user=user, drawn=True)
    assert learned(talk).before == pytest.approx(0.9)


def test_after_an_edit_a_correction_in_passing_measures_nothing(talk):
    user = community.teammate(talk.workspace)
    message = community.message(talk, "bravo")
    annotate(message, irony=("ironic", 0.9))
    judging.judge(message, "irony", "ironic", user=user, drawn=True)
    assert judging.judge(
        message, "irony", None, user=user
    ).drawn  # the same words: who read them blind has thought again
    edit(message, "merci")
    annotate(message, irony=("ironic", 0.95))
    assert drawing.draw(talk.workspace, "irony") == message
    assert not judging.judge(message, "irony", None, user=user).drawn


def edit(message, text):
    Message.objects.filter(pk=message.pk).update(text=text, edited_at=clock.now())


def test_a_verdict_on_words_edited_since_teaches_nothing(talk):
    judged(talk, 12)
    topics = ReadingVerdict(workspace=talk.workspace, stage="topic", version="own", said="unknown", confidence=0.6)
    for at, message in enumerate(talk.messages.order_by("pk")[:12]):
        topics.pk, topics.message, topics.right = None, message, "horaires" if at % 2 else "prix"
        topics.save(force_insert=True)
    for message in talk.messages.order_by("pk")[:4]:
        edit(message, f"{message.text}, vraiment")
    lesson = learned(talk)
    assert lesson.learned_from + lesson.tried_on == 8
    assert teaching.teach_topics(talk.workspace, []).learned_from == 8


def test_a_verdict_for_a_label_that_is_no_more_teaches_nothing_and_the_others_do(talk):
    judged(talk, 120, right=lambda ironic, at: "sarcastic" if at < 9 else "ironic" if ironic else "literal")
    lesson = learned(talk)
    assert lesson.learned_from + lesson.tried_on == 111
    assert lesson.outcome == "kept"


def test_a_workspace_that_cannot_learn_holds_up_no_other(talk, monkeypatch, caplog):
    def learn(workspace):
        Lesson.objects.create(workspace=workspace, stage="irony", version="7", outcome="kept")
        if workspace == talk.workspace:
            raise ValueError("nothing to be made of it")

    monkeypatch.setattr(lessons, "learn", transaction.atomic(learn))
    other = community.workspace()
    assert lessons.learn_tonight() == 0  # they are enrolled
    for hours, workspace in ((2, talk.workspace), (1, other)):
        Schooling.objects.filter(workspace=workspace).update(next_at=clock.now() - timedelta(hours=hours))
    assert [lessons.learn_tonight() for _ in range(3)] == [1, 1, 0]
    assert all(one.next_at > clock.now() for one in Schooling.objects.all())
    assert Lesson.objects.get().workspace == other  # what failed half way left nothing
    assert f"workspace {talk.workspace_id} could not learn" in caplog.text


def test_the_copies_of_a_text_are_held_out_together(talk, monkeypatch):
    """What is right is chance, each text is met three times: a lesson that only knows them by heart is no better."""

    def by_heart(texts):
        seeds = [int(text.split()[1].rstrip("!")) for text in texts]
        rows = np.array([np.random.default_rng(seed).normal(size=512) for seed in seeds], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    for module in (lessons, own):
        monkeypatch.setattr(module.encoder, "encode", by_heart)
    chance = np.random.default_rng(1)
    for at in range(80):
        right = str(chance.choice(["ironic", "literal"]))
        for copy in (f"Très {at}", f"très  {at}", f"TRES {at}"):
            ReadingVerdict.objects.create(
                workspace=talk.workspace, message=community.message(talk, copy), stage="irony", version="7", said="ironic",
                confidence=0.6, right=right, drawn=True,
            )  # fmt: skip
    lesson = learned(talk)
    assert lesson.learned_from + lesson.tried_on == 240
    assert lesson.tried_on % 3 == 0
    assert lesson.outcome == "dropped"


def test_many_copies_of_few_texts_try_nothing(talk):
    texts = [f"{'bravo' if at % 2 else 'merci'} {at}" for at in range(60)]
    held_out = [text for text in texts if is_held_out(text)][:14]
    for text in [*(one for one in texts if not is_held_out(one)), *held_out, *held_out]:
        message = community.message(talk, text)
        ReadingVerdict.objects.create(
            workspace=talk.workspace, message=message, stage="irony", version="7", said="literal", confidence=0.6,
            right="ironic" if "bravo" in text else "literal", drawn=True,
        )  # fmt: skip
    lesson = learned(talk)
    assert (lesson.outcome, lesson.tried_on) == ("too_few", 28)
    assert lesson.learned_from >= 30
