"""What is put in order without a word, and saved replies, as people see and settle them."""

from typing import Any

import pytest
from django.test import Client

from binome.assistant import habits, triage
from binome.assistant import services as assistant
from binome.assistant.models import Card, Suggestion
from binome.autonomy import services as autonomy
from binome.autonomy.models import Audit, Lane, Verdict
from binome.inbox import services as inbox
from binome.inbox.models import Conversation, SavedReply, Tag
from binome.kit import clock
from binome.knowledge import finding
from binome.understanding.models import Annotation
from tests import community
from tests.integration.api.programs import program
from tests.integration.web.houses import House, house
from tests.understood import PLAIN

pytestmark = pytest.mark.django_db
PARCEL = "Mon colis a du retard, où est-il ?"


@pytest.fixture
def alpha(monkeypatch: pytest.MonkeyPatch) -> House:
    """A team that tags what is about parcels, and thanks for compliments with a saved reply."""
    monkeypatch.setattr(finding, "find", lambda questions: [[] for _one in questions])
    made = house("alpha")
    place = community.channel(made.workspace)
    for number in range(10):
        for name, text in (
            ("livraison", f"Colis {number} pas arrivé, livraison en retard"),
            ("", f"Bravo pour l'atelier {number}"),
        ):
            talk = community.conversation(place)
            community.message(talk, text)
            if name:
                inbox.tag(talk, name, user=made.owner)
            inbox.close(talk, user=made.owner)
    habit = habits.learn(made.workspace, "tag")
    assert habit is not None
    assert habit.names
    return made


def client_of(made: House, role: str = "owner") -> Client:
    client = Client()
    client.force_login(made.people[role])
    return client


def proposed(made: House) -> Suggestion:
    """A tag is proposed on a new conversation."""
    place = made.workspace.channels.get()
    one = community.message(community.conversation(place, waiting_since=clock.now()), PARCEL)
    for stage, label in PLAIN.items():
        Annotation.objects.create(
            workspace_id=one.workspace_id, message=one, stage=stage, version="1", label=label, confidence=0.9
        )
    assistant.respond([one.pk])
    return Suggestion.objects.get(message=one, lane__act="tag")


def at(suggestion: Suggestion, what: str = "") -> str:
    return f"/w/alpha/inbox/{suggestion.conversation_id}/{what}"


def opened(made: House) -> Lane:
    lane = autonomy.lane(made.workspace.pk, act="tag", topic="faq", language="fr")
    membership = made.workspace.memberships.get(user=made.owner)
    return autonomy.open_on_trial(lane, membership=membership, strictness=0.4)


def tags_of(suggestion: Suggestion) -> list[str]:
    return list(suggestion.conversation.tags.values_list("name", flat=True))


class TestInTheInbox:
    def test_what_is_proposed_is_shown_to_those_who_may_decide(self, alpha: House) -> None:
        suggestion = proposed(alpha)
        shown = client_of(alpha, "operator").get(at(suggestion)).content.decode()
        assert "Poser l’étiquette «\u00a0livraison\u00a0»" in shown or "Tag it “livraison”" in shown
        assert "put-in-order" not in client_of(alpha, "viewer").get(at(suggestion)).content.decode()

    @pytest.mark.parametrize(("do", "tags", "judged"), [("yes", ["livraison"], "accepted"), ("no", [], "refused")])
    def test_yes_does_it_and_no_does_not_and_both_are_verdicts(
        self, alpha: House, do: str, tags: list[str], judged: str
    ) -> None:
        suggestion = proposed(alpha)
        client_of(alpha, "operator").post(at(suggestion, f"suggestions/{suggestion.pk}/put-in-order/"), {"do": do})
        assert (tags_of(suggestion), Verdict.objects.get().judgement) == (tags, judged)

    @pytest.mark.parametrize("what", ["accept", "refuse", "show"])
    def test_a_tag_is_never_sent_as_a_reply(self, alpha: House, what: str) -> None:
        suggestion, client = proposed(alpha), client_of(alpha, "operator")
        assert client.post(at(suggestion, f"suggestions/{suggestion.pk}/{what}/")).status_code == 404
        assert client.post(at(suggestion, "reply/"), {"text": "x", "suggestion": suggestion.pk}).status_code == 404
        assert not suggestion.conversation.messages.filter(by="operator").exists()

    def test_done_alone_it_is_told_in_the_thread_and_undone_there(self, alpha: House) -> None:
        opened(alpha)
        suggestion, client = proposed(alpha), client_of(alpha, "operator")
        assert tags_of(suggestion) == ["livraison"]
        assert f'id="sorted-{suggestion.pk}"' in client.get(at(suggestion)).content.decode()
        client.post(at(suggestion, f"suggestions/{suggestion.pk}/judge/"), {"right": "no"})
        assert (tags_of(suggestion), Verdict.objects.get().wrong) == ([], True)


class TestQueue:
    def test_proposals_are_settled_one_by_one_the_oldest_first(self, alpha: House) -> None:
        first, second = proposed(alpha), proposed(alpha)
        client = client_of(alpha, "operator")
        assert client.get("/w/alpha/audits/order/").context["suggestion"] == first
        assert client.get(f"/w/alpha/audits/order/?after={first.pk}").context["suggestion"] == second
        client.post(f"/w/alpha/audits/order/{first.pk}/", {"do": "yes"})
        assert tags_of(first) == ["livraison"]
        assert client.get("/w/alpha/audits/order/").context["suggestion"] == second
        client.post(f"/w/alpha/audits/order/{second.pk}/", {"do": "no"})
        assert tags_of(second) == []
        assert client.get("/w/alpha/audits/order/").context["suggestion"] is None

    def test_a_proposal_that_somebody_settled_first_is_told_and_changes_nothing(self, alpha: House) -> None:
        suggestion = proposed(alpha)
        triage.refuse(suggestion, user=alpha.owner)
        client_of(alpha, "operator").post(f"/w/alpha/audits/order/{suggestion.pk}/", {"do": "yes"})
        assert tags_of(suggestion) == []

    def test_what_was_done_alone_waits_among_audits_and_wrong_undoes_it(self, alpha: House) -> None:
        opened(alpha)
        suggestion, client = proposed(alpha), client_of(alpha, "operator")
        shown = client.get("/w/alpha/audits/")
        assert shown.context["sorted"] is True
        assert shown.context["choices"] == []
        client.post(f"/w/alpha/audits/{suggestion.pk}/wrong/")
        assert tags_of(suggestion) == []
        assert Audit.objects.get().verdict == Verdict.objects.get()


class TestBlind:
    """What is to be judged blind is told nowhere, and asked in the queue."""

    @pytest.fixture
    def kept_back(self, alpha: House) -> Suggestion:
        autonomy.change_rules(alpha.workspace, actor="test", blind_share=1.0)
        return proposed(alpha)

    @pytest.mark.parametrize("role", ["owner", "operator", "viewer"])
    def test_no_page_tells_it(self, alpha: House, kept_back: Suggestion, role: str) -> None:
        client, card = client_of(alpha, role), Card.objects.get(message=kept_back.message)
        pages = [at(kept_back), "/w/alpha/inbox/rows/?view=all", f"/w/alpha/autonomy/why/{card.pk}/"]
        for page in pages:
            assert "Poser l’étiquette" not in client.get(page).content.decode(), page
        thread = client.get(at(kept_back)).content.decode()
        assert "put-in-order" not in thread
        assert f"/why/{card.pk}/" not in thread

    def test_the_card_is_shown_once_it_is_judged(self, alpha: House, kept_back: Suggestion) -> None:
        client, card = client_of(alpha), Card.objects.get(message=kept_back.message)
        client.post(f"/w/alpha/audits/order/{kept_back.pk}/", {"do": "nothing"})
        assert "Poser l’étiquette" in client.get(f"/w/alpha/autonomy/why/{card.pk}/").content.decode()

    def test_the_queue_asks_and_offers_without_telling(self, alpha: House, kept_back: Suggestion) -> None:
        shown = client_of(alpha, "operator").get("/w/alpha/audits/order/")
        assert [(one.value, one.key) for one in shown.context["choices"]] == [("tag:livraison", "1"), ("close", "E")]
        words = shown.content.decode()
        assert "checked" not in words
        assert f"{round(kept_back.confidence * 100)}\u00a0%" not in words
        assert 'data-key="1"' in words

    def test_a_viewer_is_offered_nothing(self, alpha: House, kept_back: Suggestion) -> None:
        assert 'name="would"' not in client_of(alpha, "viewer").get("/w/alpha/audits/order/").content.decode()

    @pytest.mark.parametrize(
        ("said", "tags", "state", "same"),
        [
            ({"do": "would", "would": ["tag:livraison"]}, ["livraison"], "open", True),
            ({"do": "would", "would": ["tag:livraison", "close"]}, ["livraison"], "closed", True),
            ({"do": "would", "would": ["close"]}, [], "closed", False),
            ({"do": "nothing"}, [], "open", False),
            ({"do": "nothing", "would": ["tag:livraison"]}, [], "open", False),
        ],
    )
    def test_what_one_would_do_is_done_and_then_one_is_told(
        self, alpha: House, kept_back: Suggestion, said: dict[str, Any], tags: list[str], state: str, same: bool
    ) -> None:
        answer = client_of(alpha, "operator").post(f"/w/alpha/audits/order/{kept_back.pk}/", said, follow=True)
        kept_back.conversation.refresh_from_db()
        assert (tags_of(kept_back), kept_back.conversation.state) == (tags, state)
        verdict = Verdict.objects.get()
        assert (verdict.blind, verdict.wrong, verdict.by) == (True, not same, alpha.people["operator"])
        words = answer.content.decode()
        assert "livraison" in words
        assert ("dites la même chose" in words, "aurait proposé" in words) == (same, not same)

    @pytest.mark.parametrize("said", [{"do": "would"}, {"do": "yes"}, {"do": "no"}, {}, {"do": "would", "would": "x"}])
    def test_anything_else_is_refused_and_changes_nothing(
        self, alpha: House, kept_back: Suggestion, said: dict[str, str]
    ) -> None:
        client = client_of(alpha, "operator")
        client.post(f"/w/alpha/audits/order/{kept_back.pk}/", said)
        client.post(at(kept_back, f"suggestions/{kept_back.pk}/put-in-order/"), {"do": said.get("do", "no")})
        kept_back.refresh_from_db()
        assert (kept_back.state, kept_back.blind, tags_of(kept_back)) == ("pending", True, [])
        assert not Verdict.objects.exists()

    def test_the_lane_s_page_counts_it_among_the_blind(self, alpha: House, kept_back: Suggestion) -> None:
        client = client_of(alpha, "operator")
        here = f"/w/alpha/autonomy/{kept_back.lane_id}/"
        client.post(f"/w/alpha/audits/order/{kept_back.pk}/", {"do": "would", "would": "tag:livraison"})
        [kind] = client.get(here).context["kinds"]
        assert (kind["seen"], kind["blind"], kind["wrong"]) == (0, 1, 0)
        assert "à l’aveugle : rien ne dit" not in client.get(here).content.decode()

    def test_programs_are_not_told(self, alpha: House, kept_back: Suggestion) -> None:
        asked = program(alpha.workspace)
        assert asked.get("triage").json()["suggestions"] == []
        assert "livraison" not in asked.get(f"conversations/{kept_back.conversation_id}").content.decode()
        for what in ("accept", "refuse"):
            answer = asked.post(f"triage/{kept_back.pk}/{what}")
            assert (answer.status_code, "livraison" in answer.content.decode()) == (409, False)
        assert not Verdict.objects.exists()


class TestLanes:
    def test_each_act_has_its_row_and_can_be_opened_by_an_owner(self, alpha: House) -> None:
        proposed(alpha)
        lane = Lane.objects.get(act="tag")
        client = client_of(alpha)
        assert {row.lane.act for row in client.get("/w/alpha/autonomy/").context["rows"]} >= {"tag"}
        assert client.get(f"/w/alpha/autonomy/{lane.pk}/trial/").context["sorts"] is True
        client.post(f"/w/alpha/autonomy/{lane.pk}/trial/", {"strictness": 60, "daily_cap": 20, "understood": "on"})
        lane.refresh_from_db()
        assert (lane.level, lane.on_trial) == ("act", True)

    def test_answers_and_what_is_put_in_order_are_counted_apart(self, alpha: House) -> None:
        opened(alpha)
        proposed(alpha)
        content = client_of(alpha).get("/w/alpha/autonomy/").context
        assert (content["alone"], content["sorted_alone"]) == (0, 1)


class TestSavedReplies:
    def test_one_is_written_changed_archived_and_brought_back(self, alpha: House) -> None:
        client = client_of(alpha, "manager")
        said = {
            "title": "Merci",
            "text": "Merci à vous !",
            "language": "fr",
            "serves": "Bravo !\n\nSuper journée\nBravo !",
        }
        client.post("/w/alpha/knowledge/replies/new/", said)
        saved = SavedReply.objects.get()
        assert (saved.serves, saved.revision) == (["Bravo !", "Super journée"], 1)
        client.post(f"/w/alpha/knowledge/replies/{saved.pk}/", {**said, "text": "Merci beaucoup !"})
        client.post(f"/w/alpha/knowledge/replies/{saved.pk}/archive/")
        saved.refresh_from_db()
        assert (saved.text, saved.revision, saved.archived_at is not None) == ("Merci beaucoup !", 2, True)
        client.post(f"/w/alpha/knowledge/replies/{saved.pk}/restore/")
        saved.refresh_from_db()
        assert saved.archived_at is None

    def test_an_empty_one_is_refused_in_place(self, alpha: House) -> None:
        answer = client_of(alpha, "manager").post("/w/alpha/knowledge/replies/new/", {"title": "", "text": ""})
        assert answer.status_code == 422
        assert not SavedReply.objects.exists()

    def test_who_operates_uses_them_and_does_not_write_them(self, alpha: House) -> None:
        """They may be sent alone, as entries may."""
        saved = inbox.save_reply(alpha.workspace, title="Merci", text="Merci !", actor="test")
        client, said = client_of(alpha, "operator"), {"title": "Autre", "text": "Gratuit pour tous !", "serves": ""}
        for page in ("new/", f"{saved.pk}/", f"{saved.pk}/archive/"):
            assert client.post(f"/w/alpha/knowledge/replies/{page}", said).status_code == 403
        assert SavedReply.objects.get().text == "Merci !"
        assert client.get("/w/alpha/knowledge/replies/").status_code == 200

    def test_an_archived_one_is_not_offered_where_one_writes(self, alpha: House) -> None:
        saved = inbox.save_reply(alpha.workspace, title="Vieille formule", text="…", actor="test")
        talk, client = Conversation.objects.latest("pk"), client_of(alpha, "operator")
        assert "Vieille formule" in client.get(f"/w/alpha/inbox/{talk.pk}/").content.decode()
        inbox.archive_reply(saved, actor="test")
        assert "Vieille formule" not in client.get(f"/w/alpha/inbox/{talk.pk}/").content.decode()


def test_a_tag_that_no_longer_exists_is_still_told(alpha: House) -> None:
    opened(alpha)
    suggestion = proposed(alpha)
    Tag.objects.all().delete()
    client = client_of(alpha, "operator")
    assert f'id="sorted-{suggestion.pk}"' in client.get(at(suggestion)).content.decode()
    assert client.get("/w/alpha/audits/").status_code == 200
    client.post(f"/w/alpha/audits/{suggestion.pk}/wrong/")
    assert Verdict.objects.get().wrong is True


def test_what_harms_is_hidden_at_a_word_and_its_lane_says_who_sees_it(alpha: House) -> None:
    place = community.channel(alpha.workspace, can_moderate="on")
    one = community.message(community.conversation(place, waiting_since=clock.now()), "Gagnez 500 € par jour")
    for stage, label in {
        "question": "no",
        "person_wanted": "no",
        "sensitive": "none",
        "language": "fr",
        "spam": "spam",
    }.items():
        Annotation.objects.create(
            workspace_id=one.workspace_id, message=one, stage=stage, version="1", label=label, confidence=0.95
        )
    assistant.respond([one.pk])
    suggestion, client = Suggestion.objects.get(lane__act="hide"), client_of(alpha)
    shown = client.get("/w/alpha/audits/order/").content.decode()
    assert "indésirable" in shown or "spam" in shown
    assert client.get(f"/w/alpha/autonomy/{suggestion.lane_id}/trial/").context["moderates"] is True
    client.post(at(suggestion, f"suggestions/{suggestion.pk}/put-in-order/"), {"do": "yes"})
    one.refresh_from_db()
    assert one.hidden_at is not None
    assert Verdict.objects.get().topic == "spam"
