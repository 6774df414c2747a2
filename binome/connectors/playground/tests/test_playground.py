import json

import pytest

from binome.connectors.playground.connector import Connector
from binome.connectors.playground.room import room
from binome.connectors.playground.tests.double import BODY, Double
from binome.sdk.errors import AccessRevoked, OutcomeUnknown, Unavailable
from binome.sdk.types import Account, Moderation


def test_a_reply_in_doubt_arrived_or_was_lost_as_played() -> None:
    double = Double()
    connector = Connector(double.account)
    room(double.account.text("room")).failures.extend(["OutcomeUnknown", "Lost"])
    for key in ("k1", "k2"):
        with pytest.raises(OutcomeUnknown):
            connector.reply(double.outgoing(key))
    assert connector.find(double.outgoing("k1")) is not None
    assert connector.find(double.outgoing("k2")) is None


def test_the_room_says_what_is_shown_hidden_and_waiting() -> None:
    double = Double()
    connector, here = Connector(double.account), room(double.account.text("room"))
    for number in range(1, 5):
        here.say(json.dumps({**json.loads(BODY), "id": f"m{number}", "held": number > 2}).encode())
    here.say(json.dumps({**json.loads(BODY), "id": "m2", "kind": "deleted"}).encode())
    connector.moderate(double.moderation("k1", hidden=True))
    connector.moderate(Moderation("k2", "t1", "m4", hidden=False))
    assert here.seen() == {"m1": "hidden", "m2": "shown", "m3": "waiting", "m4": "shown"}


def test_a_failure_can_be_set_for_the_whole_channel() -> None:
    double = Double()
    account = Account({**double.account.settings, "fail_next": "Unavailable"}, double.account.secrets)
    with pytest.raises(Unavailable):
        Connector(account).reply(double.outgoing("k1"))
    assert double.arrived("k1") == 0


def test_channels_of_one_room_see_the_same_messages_and_others_none() -> None:
    one, other = Double(), Double()
    one.put()
    assert len(Connector(one.account).read("").payloads) == len(Connector(one.account).read("").payloads) == 1
    assert Connector(other.account).read("").payloads == ()


def test_a_long_feed_is_read_in_pages() -> None:
    double = Double()
    for _ in range(120):
        double.put()
    connector, cursor = Connector(double.account), ""
    sizes: list[int] = []
    for _ in range(4):
        batch = connector.read(cursor)
        cursor, sizes = batch.cursor, [*sizes, len(batch.payloads)]
    assert sizes == [50, 50, 20, 0]


def test_the_same_body_has_the_same_key_pushed_or_read() -> None:
    double = Double()
    room(double.account.text("room")).say(BODY.encode())
    connector = Connector(double.account)
    assert connector.read("").payloads[0].key == connector.accept(double.request())[0].key


def test_check_wants_a_token() -> None:
    Connector(Double().account).check()
    with pytest.raises(AccessRevoked):
        Connector(Account({"room": "x"})).check()
