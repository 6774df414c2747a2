from binome.sdk.manifest import Manifest, Setting, host_of
from binome.sdk.types import Account

NAMES = {"en": "X", "fr": "X"}


def manifest(*hosts: str) -> Manifest:
    settings = [Setting(name="place", label=NAMES), Setting(name="other", label=NAMES, default="by.default.example")]
    return Manifest(id="x", name=NAMES, summary=NAMES, capabilities=[], hosts=list(hosts), settings=settings)


def test_hosts_are_filled_in_from_settings_be_they_hosts_or_addresses() -> None:
    account = Account({"place": "https://Program.Example:8443/hook"})
    assert manifest("api.example", "{place}", "{other}").hosts_of(account) == {
        "api.example", "program.example", "by.default.example",
    }  # fmt: skip


def test_a_host_not_entered_is_no_host() -> None:
    assert manifest("{place}").hosts_of(Account({})) == set()


def test_what_is_no_address_has_no_host() -> None:
    assert [host_of(place) for place in ("", "http://[::1", "///", "mail.example.org:993")] == [
        "",
        "",
        "",
        "mail.example.org",
    ]


def test_settings_are_read_as_forms_and_json_write_them() -> None:
    account = Account({"a": "", "b": 5, "c": "true", "d": True, "e": "false", "f": None})
    assert [account.text(name, "?") for name in "abf"] == ["?", "5", "?"]
    assert [account.flag(name) for name in "cdefz"] == [True, True, False, False, False]
