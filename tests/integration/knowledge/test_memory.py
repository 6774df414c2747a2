"""The memory of replies: files taken in once, problems learnt from them, what people decide, what is forgotten."""

import io
import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from django.core.files.storage import default_storage

from binome.console.loops import work_until_idle
from binome.inbox import services as inbox
from binome.inbox.models import Message
from binome.journal.models import Entry
from binome.kit import encoder
from binome.knowledge import services as knowledge
from binome.knowledge.memory import bulk, learning, looking, selectors, services, taking
from binome.knowledge.memory.gathering import joint
from binome.knowledge.memory.models import Case, Intake, Line, Problem, Reply, Waiting, Wording
from binome.knowledge.memory.said import Unreadable
from binome.knowledge.models import Source
from binome.knowledge.services import Writing
from binome.members import services as members
from binome.members.models import Member
from binome.workspaces.models import Workspace
from tests import community

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def place(settings: Any, tmp_path: Any) -> Workspace:
    settings.MEDIA_ROOT = tmp_path
    return community.workspace(language="fr")


def thread(
    number: int, *said: str, author: str = "Léa", member: str = "", channel: str = "chat"
) -> list[dict[str, Any]]:
    """Member and team in turn, a minute apart; the thread ends closed."""
    return [
        {
            "id": f"{number}-{turn}",
            "thread": f"t{number}",
            "at": (START + timedelta(days=number, minutes=turn)).isoformat(),
            "by": "team" if turn % 2 else "member",
            "author": author if turn % 2 else member or f"Visiteur {number}",
            "text": text,
            "channel": channel,
            "language": "fr",
        }
        for turn, text in enumerate(said)
    ]


PAST = [
    *thread(1, "Bonjour, combien coûte l’adhésion ?", "L’adhésion coûte 25 € par an.", "Merci beaucoup !"),
    *thread(2, "C’est combien l’adhésion à l’atelier ?", "L’adhésion est à 30 € par an.", "parfait merci", author="Ali", channel="mail"),
    *thread(3, "Quel est le prix de l’adhésion ?", "Elle coûte 30 € par an.", author="Ali"),
    *thread(4, "Où peut-on garer son vélo la nuit ?", "Dans la cour, jusqu’au 31 janvier 2026.", member="Mina"),
    *thread(5, "Le café est-il ouvert le dimanche ?", "Oui, le dimanche de 10 h à 17 h.", "super, à dimanche"),
]  # fmt: skip


def content(rows: list[dict[str, Any]]) -> io.BytesIO:
    return io.BytesIO("\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode())


def import_history(place: Workspace, rows: list[dict[str, Any]], **how: Any) -> Intake:
    intake = taking.prepare(place, "history.jsonl", content(rows), actor="test")
    while taking.read_through():
        pass
    intake.refresh_from_db()
    taking.confirm(intake, **how)
    while taking.advance():
        pass
    intake.refresh_from_db()
    return intake


def work() -> None:
    while learning.learn() or looking.look():
        pass


def problem(place: Workspace, word: str) -> Problem:
    return Problem.objects.filter(workspace=place, wordings__text__icontains=word).distinct().get()


def told(place: Workspace) -> list[Any]:
    """All that was learnt, but for the ids."""
    cases = Case.objects.filter(workspace=place).order_by("asked_at", "wording__text")
    return list(cases.values_list("wording__text", "reply__text", "author", "thanked", "again", "reopened"))


def test_a_file_is_read_through_before_anything_is_taken(place):
    intake = taking.prepare(place, "history.jsonl", content(PAST), actor="test")
    assert (intake.state, intake.kind) == ("reading", "jsonl")
    while taking.read_through():
        pass
    intake.refresh_from_db()
    assert intake.state == "preview"
    assert {name: intake.counts[name] for name in ("messages", "threads", "members", "bad")} == {
        "messages": len(PAST), "threads": 5, "members": 8, "bad": 0,
    }  # fmt: skip
    assert not Line.objects.exists()
    assert taking.advance() == 0


def test_what_is_taken_is_learnt_and_the_file_is_thrown_away(place, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        intake = import_history(place, PAST)
    work()
    assert (intake.state, intake.taken, intake.counts["new"], intake.file) == ("done", len(PAST), len(PAST), "")
    assert default_storage.listdir(f"history/{place.pk}")[1] == []
    price = problem(place, "prix de l’adhésion")
    assert (price.cases_number, price.colleagues, price.wordings.count()) == (3, 2, 3)
    assert Problem.objects.filter(workspace=place).count() == 3
    fact = Entry.objects.get(kind="HistoryTaken")
    assert fact.about == {"intake": intake.pk, "messages": len(PAST), "new": len(PAST)}


def test_the_same_file_again_adds_nothing(place):
    import_history(place, PAST)
    work()
    before = told(place)
    again = import_history(place, PAST)
    assert (again.state, again.counts["new"]) == ("done", 0)
    assert not Waiting.objects.exists()
    work()
    assert told(place) == before


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_rows_and_how_they_are_cut_into_files_change_nothing(place, seed):
    other = community.workspace(language="fr")
    import_history(other, PAST)
    work()
    draw = random.Random(seed)
    mixed = draw.sample(PAST, len(PAST))
    cut = draw.randrange(1, len(PAST))
    for part in (mixed[:cut], mixed[cut:] + mixed[:3]):
        import_history(place, part)
        work()
    assert told(place) == told(other)


def test_bad_rows_are_named_and_nothing_is_taken_unless_somebody_says_to_leave_them_out(place):
    rows = [*PAST, {"id": "x", "thread": "t9", "at": "hier", "by": "member", "text": "?"}]
    with pytest.raises(Unreadable):
        import_history(place, rows)
    intake = Intake.objects.get()
    assert [one["row"] for one in intake.problems] == [len(rows)]
    assert not Line.objects.exists()
    taking.confirm(intake, leave_out_bad=True)
    while taking.advance():
        pass
    assert Line.objects.count() == len(PAST)


def test_taking_goes_on_where_it_stopped_in_another_process(place, monkeypatch):
    monkeypatch.setattr(taking, "PART", 4)
    intake = taking.prepare(place, "history.jsonl", content(PAST), actor="test")
    while taking.read_through():
        pass
    taking.confirm(intake)
    taking.advance()
    taking._readings.clear()
    assert Line.objects.count() == 4
    while taking.advance():
        taking._readings.clear()
    intake.refresh_from_db()
    assert (intake.state, intake.taken, Line.objects.count()) == ("done", len(PAST), len(PAST))


def test_a_file_stopped_keeps_what_is_in(place, monkeypatch):
    monkeypatch.setattr(taking, "PART", 4)
    intake = taking.prepare(place, "history.jsonl", content(PAST), actor="test")
    while taking.read_through():
        pass
    taking.confirm(intake)
    taking.advance()
    taking.abandon(intake)
    assert taking.advance() == 0
    assert Line.objects.count() == 4


def test_problems_are_looked_at_once_the_file_is_in_or_stopped(place, monkeypatch):
    monkeypatch.setattr(taking, "PART", 4)
    intake = taking.prepare(place, "history.jsonl", content(PAST), actor="test")
    while taking.read_through():
        pass
    taking.confirm(intake)
    taking.advance()
    assert learning.learn()
    assert not Waiting.objects.exists()
    assert looking.look() == 0
    taking.abandon(intake)
    assert looking.look() == Problem.objects.count() > 0


def test_a_file_that_is_gone_holds_up_nothing(place, monkeypatch):
    monkeypatch.setattr(taking, "PART", 4)
    intake = taking.prepare(place, "history.jsonl", content(PAST), actor="test")
    while taking.read_through():
        pass
    taking.confirm(intake)
    taking.advance()
    taking._readings.clear()
    default_storage.delete(intake.file)
    assert taking.advance() == 1
    work()
    intake.refresh_from_db()
    assert (intake.state, intake.taken, Line.objects.count()) == ("refused", 4, 4)
    assert not Problem.objects.filter(looked_at=None).exists()


def test_vectors_come_out_of_the_database_as_they_went_in(place):
    given = np.random.default_rng(0).normal(size=(3, 512)).astype(np.float32)
    rows = [Reply(workspace=place, digest=uuid4(), text=f"{n}", vector=its) for n, its in enumerate(given)]
    Reply.objects.bulk_create(rows)
    ids, vectors = bulk.vectors(Reply.objects.filter(pk__in=[one.pk for one in rows]).order_by("-pk"), "vector")
    found = dict(zip(ids.tolist(), vectors, strict=True))
    assert all(np.array_equal(found[one.pk], its) for one, its in zip(rows, given, strict=True))
    assert [len(part) for part in bulk.vectors(Reply.objects.filter(pk__in=[]), "vector")] == [0, 0]
    kept = bulk.vectors(Problem.objects.filter(workspace=place), "mean")
    assert (len(kept[0]), kept[1].shape) == (0, (0, 1024))


def test_rows_come_out_of_the_database_as_django_gives_them(place):
    import_history(place, PAST)
    lines = Line.objects.filter(workspace=place).order_by("pk")
    names = ("pk", "key", "thread", "at", "by", "author", "asker", "text", "closed")
    assert bulk.select(lines.values_list(*names)) == list(lines.values_list(*names))
    assert bulk.select(lines.filter(pk__in=[]).values_list(*names)) == []


def test_two_answers_at_odds_are_shown_with_who_said_what_and_the_best_first(place):
    import_history(place, PAST)
    work()
    price = problem(place, "prix de l’adhésion")
    assert [(one["kind"], one["older"], one["newer"]) for one in price.contradictions] == [("money", "25 €", "30 €")]
    seen = selectors.examined(price)
    assert [(one.best.answer, one.authors, len(one.uses)) for one in seen.solutions] == [
        ("L’adhésion est à 30 € par an.", ["Ali"], 2),
        ("L’adhésion coûte 25 € par an.", ["Léa"], 1),
    ]
    assert next(iter(selectors.problems(place))) == price
    assert problem(place, "garer").out_of_date == 1
    assert selectors.numbers(place).contradicting == 1


def test_what_an_approved_entry_says_otherwise_makes_an_answer_out_of_date_as_soon_as_it_is_written(place):
    import_history(place, [one for number in (1, 5) for one in PAST if one["thread"] == f"t{number}"])
    work()
    assert not Case.objects.filter(out_of_date=True).exists()
    knowledge.write_source(
        place, Writing("Combien coûte l’adhésion ?", "L’adhésion coûte 40 € par an.", "fr"), actor="test"
    )
    work_until_idle()
    assert [case.reply.text for case in Case.objects.filter(out_of_date=True)] == ["L’adhésion coûte 25 € par an."]
    price = problem(place, "adhésion")
    ((age,),) = selectors.examined(price).ages.values()
    assert (age.kind, age.what, age.now) == ("changed", "25 €", "40 €")


def test_past_cases_are_those_that_a_question_resembles(place):
    import_history(place, PAST)
    work()
    (first, *_others) = selectors.past_cases(place, "Bonjour, le prix pour adhérer ?")
    assert (first.problem, first.author) == (problem(place, "prix de l’adhésion").pk, "Ali")
    assert len({one.problem for one in (first, *_others)}) == 1 + len(_others)
    assert selectors.past_cases(community.workspace(), "Bonjour, le prix pour adhérer ?") == []


def test_a_problem_set_aside_is_leant_on_no_more_until_it_is_brought_back(place):
    import_history(place, PAST)
    work()
    price = problem(place, "prix de l’adhésion")
    services.set_aside(price, actor="test")
    assert price.pk not in [one.problem for one in selectors.past_cases(place, "prix de l’adhésion")]
    services.set_aside(price, actor="test", aside=False)
    assert selectors.past_cases(place, "prix de l’adhésion")[0].problem == price.pk


def test_approving_makes_an_entry_that_says_where_it_comes_from(place):
    import_history(place, PAST)
    work()
    price = problem(place, "prix de l’adhésion")
    source = services.approve(price, Writing(price.title, "30 € par an.", "fr"), actor="test")
    price.refresh_from_db()
    assert (price.state, price.source) == ("approved", source)
    assert selectors.past_cases(place, "prix de l’adhésion")[0].approved == source.pk


def test_merging_and_splitting_move_wordings_and_look_again(place):
    import_history(place, PAST)
    work()
    price, cafe = problem(place, "prix de l’adhésion"), problem(place, "café")
    services.merge(price, [cafe], actor="test")
    price.refresh_from_db()
    assert (price.cases_number, Problem.objects.filter(pk=cafe.pk).exists()) == (4, False)
    moved = price.wordings.get(text__icontains="café")
    made = services.split(price, [moved.pk], actor="test")
    price.refresh_from_db()
    assert (price.cases_number, made.cases_number) == (3, 1)
    with pytest.raises(services.Impossible):
        services.split(made, [moved.pk], actor="test")
    with pytest.raises(services.Impossible):
        services.merge(
            price, [Problem.objects.create(workspace=community.workspace(), mean=[0.01] * 1024)], actor="test"
        )


def test_a_member_forgotten_leaves_no_word_and_no_vector(place):
    import_history(place, [*PAST, *thread(6, "Quel est le prix de l’adhésion ?", "30 €.", member="Mina")])
    work()
    parking, price = problem(place, "garer"), problem(place, "prix de l’adhésion")
    entry = Writing(
        "Garer son vélo ?", "Dans la cour.", "fr", alternatives=["Où peut-on garer son vélo la nuit ?", "parking ?"]
    )
    source = services.approve(parking, entry, actor="test")
    assert services.forget_author(place, names=["  MINA "], actor="test") == 2
    assert not Line.objects.filter(text__icontains="garer").exists()
    assert not Wording.objects.filter(text__icontains="garer").exists()
    assert not Problem.objects.filter(pk=parking.pk).exists()
    assert Source.objects.get(pk=source.pk).alternatives == ["parking ?"]
    price.refresh_from_db()
    assert price.cases_number == 3
    assert {one.problem for one in selectors.past_cases(place, "Où peut-on garer son vélo la nuit ?")} <= {
        price.pk,
        problem(place, "café").pk,
    }
    assert Entry.objects.get(kind="AuthorForgotten").about == {"threads": 2}
    assert services.forget_author(place, names=["Mina"], actor="test") == 0


def test_the_mean_of_a_problem_is_that_of_what_is_left(place):
    import_history(place, PAST)
    work()
    price = problem(place, "prix de l’adhésion")
    services.forget_author(place, names=["Visiteur 1", "Visiteur 2"], actor="test")
    price.refresh_from_db()
    left = joint(encoder.encode(["Quel est le prix de l’adhésion ?"]), encoder.encode(["Elle coûte 30 € par an"]))[0]
    assert float(learning.as_array([price.mean])[0] @ left) == pytest.approx(1, abs=1e-3)
    assert set(Reply.objects.values_list("text", flat=True)) & {"L’adhésion coûte 25 € par an."} == set()


def test_forgetting_in_one_community_leaves_others_alone(place):
    other = community.workspace()
    for where in (place, other):
        import_history(where, PAST)
    work()
    services.forget_author(place, names=["Mina"], actor="test")
    assert Line.objects.filter(workspace=other).count() == len(PAST)
    assert Problem.objects.filter(workspace=other).count() == 3


def test_a_conversation_that_ends_is_learnt_and_what_is_taken_back_is_forgotten(place):
    user = community.teammate(place)
    conversation = community.conversation(community.channel(place))
    asked = community.message(conversation, "Où se trouve la pompe à vélo ?")
    inbox.reply(conversation, "Derrière l’atelier, à gauche.", user=user)
    inbox.close(conversation, user=user)
    work_until_idle()
    assert [(one[0], one[1]) for one in told(place)] == [
        ("Où se trouve la pompe à vélo ?", "Derrière l’atelier, à gauche.")
    ]
    services.forget_messages([asked.pk])
    work()
    assert told(place) == []
    assert not Wording.objects.exists()
    assert not Line.objects.filter(text__icontains="pompe").exists()
    conversation.refresh_from_db()


def test_the_machines_own_words_are_not_learnt_nor_what_they_answered(place):
    """Nor is a word that a person will come; a correction by somebody of the team is."""
    user, channel = community.teammate(place), community.channel(place)
    said = {"by": "ai", "member": None, "external_id": "", "sources": [{"source": 1}]}
    alone, passed_on, corrected = (community.conversation(channel) for _talk in range(3))
    community.message(alone, "Où se trouve la pompe à vélo ?")
    community.message(alone, "Au fond de la cour.", **said)
    community.message(alone, "Combien coûte le gonflage ?")
    inbox.reply(alone, "Rien, servez-vous.", user=user)
    community.message(passed_on, "Réparez-vous les montgolfières ?")
    community.message(passed_on, "Une personne de l’équipe vous répondra.", **{**said, "sources": []})
    community.message(corrected, "Le musée ouvre-t-il le lundi ?")
    community.message(corrected, "Oui, dès 9 h.", **said)
    inbox.reply(corrected, "Pardon : fermé le lundi.", user=user)
    for talk in (alone, passed_on, corrected):
        inbox.close(talk, user=user)
    work_until_idle()
    assert sorted((one[0], one[1]) for one in told(place)) == [
        ("Combien coûte le gonflage ?", "Rien, servez-vous."),
        ("Le musée ouvre-t-il le lundi ?", "Pardon : fermé le lundi."),
    ]


def test_a_file_that_is_no_export_is_refused_and_not_kept(place):
    with pytest.raises(Unreadable):
        taking.prepare(place, "a.json", io.BytesIO(b"{}"), actor="test")
    assert not Intake.objects.exists()


def test_after_a_member_is_erased_no_word_of_theirs_is_left_in_the_memory_or_the_inbox(place):
    user, channel = community.teammate(place), community.channel(place)
    erased, other = community.conversation(channel), community.conversation(channel)
    for talk, question in ((erased, "Ma selle grince, que faire ?"), (other, "Où est la pompe à vélo ?")):
        community.message(talk, question)
        inbox.reply(talk, "Passez à l’atelier.", user=user)
        inbox.close(talk, user=user)
    work_until_idle()
    assert Wording.objects.filter(text__icontains="selle").count() == 1
    members.erase(erased.member, actor="test")
    work_until_idle()
    for model in (Line, Wording, Message):
        assert not model.objects.filter(text__icontains="selle").exists()
    assert not Problem.objects.filter(title__icontains="selle").exists()
    assert [wording.text for wording in Wording.objects.all()] == ["Où est la pompe à vélo ?"]
    assert Message.objects.filter(text="Où est la pompe à vélo ?").exists()
    gone = Member.objects.get(pk=erased.member_id)
    assert (gone.name, gone.identities.count()) == ("", 0)
    assert Entry.objects.get(kind="MemberErased").about == {"member": gone.pk}
    services.remember([erased.pk])
    work()
    assert Wording.objects.count() == 1
