import traceback
from importlib import import_module
from typing import Any

from binome.sdk.double import Double
from binome.sdk.errors import ConnectorError, OutcomeUnknown
from binome.sdk.registry import Installed


def test_a_message_is_hidden_and_shown_again(moderator: Installed, connector: Any, double: Double) -> None:
    seen = [double.hidden()]
    for number, hidden in enumerate((True, False, True)):
        assert connector.moderate(double.moderation(f"k{number}", hidden=hidden)) is None
        seen.append(double.hidden())
    assert seen == [False, True, False, True]


def test_asking_twice_changes_nothing(moderator: Installed, connector: Any, double: Double) -> None:
    for hidden in (True, False):
        for key in ("k1", "k1", "k2"):
            connector.moderate(double.moderation(f"{key}-{hidden}", hidden=hidden))
            assert double.hidden() is hidden


def test_each_failure_is_told_as_what_it_is(moderator: Installed, double: Double) -> None:
    """A yes that cannot be read is a yes all the same."""
    met = {name: _played(moderator, name) for name in double.failures}
    told = {name: error for name, (error, _hidden) in met.items() if error}
    hidden = {name for name, (_error, hidden) in met.items() if hidden}
    in_doubt = {name for name, wanted in double.failures.items() if wanted is OutcomeUnknown}
    assert told == {name: wanted for name, wanted in double.failures.items() if name in told}
    assert met.keys() - told.keys() <= in_doubt & hidden
    assert hidden <= in_doubt


def _played(moderator: Installed, name: str) -> tuple[type[ConnectorError] | None, bool]:
    """The error met when this failure is played, if any, and whether the message is hidden then."""
    error, double = _attempted(moderator, name)
    return (type(error) if error else None), double.hidden()


def _attempted(moderator: Installed, name: str) -> tuple[ConnectorError | None, Double]:
    with import_module(f"{moderator.package}.tests.double").double() as double:
        double.fail(name)
        try:
            moderator.connect(double.account).moderate(double.moderation("k1", hidden=True))
        except ConnectorError as error:
            return error, double
        return None, double


def test_it_is_declared_to_be_so_by_those_alone_who_can(moderator: Installed, double: Double) -> None:
    """Where a setting decides, an account without it cannot."""
    manifest = moderator.manifest
    condition = manifest.only_with.get("moderates")
    with_it = {**double.account.settings, **({condition: "on"} if condition else {})}
    assert manifest.can("moderates", type(double.account)(with_it))
    assert manifest.can("moderates", type(double.account)({})) is (condition is None)


def test_no_secret_is_in_an_error(moderator: Installed, double: Double) -> None:
    secrets = [*double.account.secrets.values(), "secret-path"]
    errors = [error for error, _double in (_attempted(moderator, name) for name in double.failures) if error]
    told = "".join("".join(traceback.format_exception(error)) + repr(error) for error in errors)
    assert errors
    assert [secret for secret in secrets if secret in told] == []
