import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from binome.connectors.webhook.connector import Connector
from binome.connectors.webhook.tests.double import BODY, SECRET, Double, double
from binome.sdk.clock import stopped_at
from binome.sdk.errors import Malformed, Rejected
from binome.sdk.signing import sign
from binome.sdk.types import Attachment, IncomingDeletion, IncomingMessage, Payload, WebhookRequest


@pytest.fixture
def program() -> Iterator[Double]:
    with double() as one:
        yield one


def with_url(program: Double, url: str, **settings: object) -> Connector:
    return Connector(replace(program.account, settings={"reply_url": url, **settings}))


def test_a_reply_is_posted_signed_with_its_key(program: Double) -> None:
    assert Connector(program.account).reply(program.outgoing("k1")).external_id == "r-1"
    [request] = program.requests
    assert request.headers["idempotency-key"] == "k1"
    assert Webhook(SECRET).verify(request.content, dict(request.headers)) == {
        "type": "reply.created",
        "key": "k1",
        "thread": "t",
        "in_reply_to": "1",
        "recipient": "",
        "text": "Nous ouvrons à 9 h.",
        "by_machine": True,
    }


@pytest.mark.parametrize("hidden", [True, False])
def test_what_is_to_be_hidden_or_shown_is_posted_signed_with_its_key(program: Double, hidden: bool) -> None:
    Connector(program.account).moderate(program.moderation("k1", hidden=hidden))
    [request] = program.requests
    assert request.headers["idempotency-key"] == "k1"
    assert Webhook(SECRET).verify(request.content, dict(request.headers)) == {
        "type": "moderation",
        "key": "k1",
        "thread": "t",
        "message": "1",
        "hidden": hidden,
        "reason": "insults",
        "by_machine": True,
    }


@pytest.mark.parametrize(("given", "held"), [({}, False), ({"held": False}, False), ({"held": True}, True)])
def test_a_program_says_what_waits_for_approval(program: Double, given: dict[str, bool], held: bool) -> None:
    event = json.loads(BODY)
    event["data"] |= given
    [said] = Connector(program.account).parse(Payload(json.dumps(event).encode()))
    assert isinstance(said, IncomingMessage)
    assert said.held is held


def test_the_key_of_a_payload_is_the_event_whatever_its_body(program: Double) -> None:
    other = BODY.replace(b"Bonjour", b"Bonsoir")
    again = WebhookRequest("POST", sign(SECRET, message_id="evt_1", body=other), other)
    connector = Connector(program.account)
    assert connector.accept(again)[0].key == connector.accept(program.request())[0].key == "evt_1"


def test_an_event_with_an_endless_identifier_still_fits_the_ledger(program: Double) -> None:
    request = WebhookRequest("POST", sign(SECRET, message_id="e" * 900, body=BODY), BODY)
    assert len(Connector(program.account).accept(request)[0].key) == 64


@pytest.mark.parametrize("kind", ["created", "edited", "deleted"])
def test_each_kind_of_event_says_what_happened(program: Double, kind: str) -> None:
    data = json.loads(BODY)["data"] | {"deleted_at": "2026-03-07T10:00:00Z", "edited_at": "2026-03-07T09:20:00Z"}
    body = json.dumps({"type": f"message.{kind}", "data": data}).encode()
    [said] = Connector(program.account).parse(Payload(body))
    assert isinstance(said, IncomingDeletion) == (kind == "deleted")
    assert isinstance(said, IncomingDeletion) or (said.revised_at is not None) == (kind == "edited")
    assert isinstance(said, IncomingDeletion | IncomingMessage)


def test_an_edit_without_a_date_has_just_been_made(program: Double) -> None:
    body = json.dumps(json.loads(BODY) | {"type": "message.edited"}).encode()
    with stopped_at(datetime(2026, 3, 8, tzinfo=UTC)):
        [said] = Connector(program.account).parse(Payload(body))
    assert isinstance(said, IncomingMessage)
    assert said.revised_at == datetime(2026, 3, 8, tzinfo=UTC) > said.sent_at


@pytest.mark.parametrize("url", ["", "program", "http://program.example/", "ftp://program.example/"])
def test_a_channel_without_a_safe_address_is_refused(program: Double, url: str) -> None:
    connector = with_url(program, url)
    with pytest.raises(Rejected):
        connector.check()
    with pytest.raises(Rejected):
        connector.reply(program.outgoing("k1"))
    assert program.requests == []


def test_a_program_on_this_machine_needs_permission(program: Double) -> None:
    with pytest.raises(Rejected, match="private network"):
        with_url(program, "https://127.0.0.1:9/").check()
    with_url(program, "http://127.0.0.1:9/", private_networks=True).check()
    assert program.requests == []


def test_files_come_with_their_message(program: Double) -> None:
    event = json.loads(BODY)
    event["data"]["files"] = [{"name": "photo.png", "content_type": "image/png", "data": "iVBORw0KGgo="}]
    [said] = Connector(program.account).parse(Payload(json.dumps(event).encode()))
    assert isinstance(said, IncomingMessage)
    assert said.attachments == (Attachment("photo.png", "image/png", b"\x89PNG\r\n\x1a\n"),)


@pytest.mark.parametrize("file", [{"name": "a", "data": "not base64!"}, {"data": "AAAA"}, "a.png"])
def test_a_file_in_another_form_is_malformed(program: Double, file: object) -> None:
    event = json.loads(BODY)
    event["data"]["files"] = [file]
    with pytest.raises(Malformed):
        Connector(program.account).parse(Payload(json.dumps(event).encode()))
