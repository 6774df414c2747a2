"""The main job on real input: a public body's pages, imported, then asked about on the web and by e-mail."""

import gzip
import json
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from imapclient import IMAPClient

from binome.accounts.models import User
from binome.autonomy import services as autonomy
from binome.channels import services as channels
from binome.channels.models import Arrival, Channel, Delivery
from binome.connectors.email.place import Place
from binome.connectors.email.submission import submit
from binome.inbox.models import HandOver, Message
from binome.journal.models import Entry, Setback
from binome.kit import clock
from binome.knowledge.models import Import, Passage, Source
from binome.sdk.types import Account
from binome.workspaces import services as workspaces
from binome.workspaces.models import Workspace
from tests.e2e.real_questions import QUESTIONS
from tests.fixtures.site import PROJECT, Site
from tests.fixtures.site import _environment as environment
from tests.servers.mail.servers import PASSWORD, Servers, missing, running
from tests.workers import all_decided, wait_until

pytestmark = pytest.mark.data
PAGES = 1_350
US, ANAIS = "contact@asso.example", "anais@example.org"


@pytest.fixture
def pages(data: Path) -> Path:
    file = (data / "fr_faq_service_public.jsonl.gz").resolve()
    if not file.exists():
        pytest.skip(f"{file.name} is not in {data}: the pages of the public body cannot be imported")
    return file


@pytest.fixture
def empty(site: Site) -> Workspace:
    """A workspace without any entry; French may be answered alone, on trial."""
    owner = User.objects.create_user("sam@office.example", name="Sam Roche", language="fr")
    place = workspaces.create_workspace("Office", owner=owner, language="fr")
    lane = autonomy.lane(place.workspace.pk, act="answer", topic="faq", language="fr")
    autonomy.open_on_trial(lane, membership=place)
    return place.workspace


@pytest.fixture
def office(empty: Workspace, pages: Path) -> Workspace:
    """The same, with all the pages, imported by the command."""
    assert _import(pages).wait(300) == 0
    assert empty.sources.count() == PAGES
    return empty


def test_an_import_killed_in_the_middle_and_run_again_loses_and_doubles_no_entry(empty, pages):
    with gzip.open(pages, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert len(rows) == PAGES
    _interrupted_import(pages)
    assert _import(pages).wait(300) == 0
    entries = Source.objects.filter(workspace=empty)
    assert sorted(entries.values_list("external_id", flat=True)) == sorted(row["id"] for row in rows)
    assert set(entries.values_list("revision", "archived_at")) == {(1, None)}
    assert set(Passage.objects.values_list("source", flat=True)) == set(entries.values_list("pk", flat=True))
    assert set(Import.objects.values_list("state", flat=True)) == {Import.State.DONE}
    assert not Setback.objects.exists()


@pytest.mark.usefixtures("worker")
def test_each_question_asked_on_the_web_is_answered_or_handed_over_once(office, site):
    widget = channels.connect_channel(office, connector="widget", name="Site", values={}, actor="test")
    home = f"{site.url}/widget/{widget.public_id}"
    with httpx.Client(headers={"origin": site.url}) as client:
        for text in QUESTIONS:
            visitor = client.post(f"{home}/visitors/").json()["visitor"]
            body = {"id": str(uuid4()), "text": text, "sent_at": clock.now().isoformat(), "language": "fr"}
            for _again in range(2):  # browsers repeat what they are not sure of
                client.post(f"{home}/messages/", json=body, headers={"x-visitor": visitor}).raise_for_status()
        wait_until(lambda: _all_is_done(widget, len(QUESTIONS)), 120)
    outcomes = _outcomes(widget)
    print(f"\non the web: {dict(outcomes)}")
    assert sum(outcomes.values()) == len(QUESTIONS)
    _answers_quote_entries(widget)
    told = Message.objects.filter(channel=widget, by="ai")
    assert Counter(told.values_list("conversation").distinct()).total() == len(QUESTIONS)  # each visitor heard back
    assert told.count() == Delivery.objects.filter(channel=widget, state="sent").count() == len(QUESTIONS)


@pytest.mark.servers
@pytest.mark.usefixtures("worker", "reader")
def test_each_question_asked_by_mail_is_answered_or_handed_over_once(office, mail):
    box = _connect(office, mail)
    wait_until(lambda: Channel.objects.get(pk=box.pk).cursor, 30)
    for text in QUESTIONS:
        _send(mail, text)
    _send(mail, "Je suis absente jusqu’à lundi. Peut-on voter par internet ?", automatic=True)
    wait_until(lambda: _all_is_done(box, len(QUESTIONS) + 1), 200)
    outcomes = _outcomes(box)
    print(f"\nby mail: {dict(outcomes)}")
    assert sum(outcomes.values()) == len(QUESTIONS)
    _answers_quote_entries(box)
    assert Delivery.objects.filter(channel=box).count() == outcomes["answered"]
    absent = Message.objects.get(channel=box, automatic=True)
    assert not absent.conversation.messages.exclude(pk=absent.pk).exists()
    assert not absent.conversation.handovers.exists()
    letters = _mailbox(mail, ANAIS)
    assert len(letters) == outcomes["answered"]
    assert all(b"auto-replied" in letter.lower() for letter in letters)
    disclosed = Entry.objects.filter(kind="AiDisclosed")
    assert [one.about["how"] for one in disclosed] == ["words"] * outcomes["answered"]


@pytest.fixture
def mail() -> Iterator[Servers]:
    if missing():
        pytest.fail(f"not installed: {', '.join(missing())} (tests/servers/mail/install.sh)")
    with running() as servers:
        yield servers


@pytest.fixture
def reader(site: Site) -> Iterator[None]:
    """Somebody who reads the channels, in a thread, as long as the test lasts."""
    from binome.console import loops

    stop = threading.Event()
    thread = threading.Thread(target=loops.run_listen, args=(stop,))
    thread.start()
    yield
    stop.set()
    thread.join(60)
    assert not thread.is_alive()


def _import(pages: Path) -> "subprocess.Popen[bytes]":
    given = {**environment(), "DJANGO_SETTINGS_MODULE": "binome.config.settings"}
    return subprocess.Popen([sys.executable, "-m", "binome", "import", "faq", str(pages)], cwd=PROJECT, env=given)


def _interrupted_import(pages: Path) -> None:
    """Killed when a part is in, and the rest is not."""
    process = _import(pages)
    try:
        wait_until(lambda: Source.objects.count() >= 200, 120)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert 200 <= Source.objects.count() < PAGES


def _outcomes(channel: Channel) -> Counter[str]:
    """What became of each question, by kind; each has exactly one outcome, and a hand-over has its reason."""
    asked = set(Message.objects.filter(channel=channel, by="member", automatic=False).values_list("pk", flat=True))
    ends = [(pk, "answered") for pk in _told("ActedAlone")]
    ends += [(pk, "left in peace") for pk in _told("LeftInPeace")]
    ends += list(HandOver.objects.filter(message__in=asked).exclude(reason="").values_list("message", "reason"))
    mine = [(pk, end) for pk, end in ends if pk in asked]
    assert sorted(pk for pk, _end in mine) == sorted(asked)
    return Counter(end for _pk, end in mine)


def _told(kind: str) -> list[int]:
    return [entry.about["message"] for entry in Entry.objects.filter(kind=kind)]


def _answers_quote_entries(channel: Channel) -> None:
    replies = [entry.about["reply"] for entry in Entry.objects.filter(kind="ActedAlone")]
    for reply in Message.objects.filter(pk__in=replies, channel=channel):
        [cited] = reply.sources
        source = Source.objects.get(pk=cited["source"])
        assert source.answer in reply.text
        assert (cited["title"], cited["url"]) == (source.question, source.url)


def _all_is_done(channel: Channel, messages: int) -> bool:
    """All has come, was sealed and decided, and what leaves has left."""
    if not all_decided(messages) or Arrival.objects.exclude(problem="").exists():
        return False
    return not Delivery.objects.filter(channel=channel, state__in=["due", "sending"]).exists()


def _connect(office: Workspace, mail: Servers) -> Channel:
    values = {**mail.settings(US), "password": PASSWORD}
    return channels.connect_channel(office, connector="email", name=US, values=values, actor="test")


def _send(mail: Servers, text: str, *, automatic: bool = False) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"] = f"Anaïs Le Goff <{ANAIS}>", US
    letter["Subject"], letter["Message-ID"] = "Question", make_msgid(domain="example.org")
    if automatic:
        letter["Auto-Submitted"] = "auto-replied"
    letter.set_content(text)
    account = Account(mail.settings(ANAIS), {"password": PASSWORD})
    submit(Place.of(account), US, letter.as_bytes(policy=letter.policy.clone(linesep="\r\n")))


def _mailbox(mail: Servers, address: str) -> list[bytes]:
    """What lies in somebody's mailbox, once nothing more comes."""
    time.sleep(2)
    with IMAPClient("127.0.0.1", mail.imap, ssl=False) as client:
        client.login(address, PASSWORD)
        client.select_folder("INBOX", readonly=True)
        found = client.fetch(client.search(), ["RFC822"])
    return [content[b"RFC822"] for content in found.values()]
