"""The language model of a workspace: chosen by its owner, asked within a budget that is counted before each question."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from binome.journal import services as journal
from binome.kit import clock
from binome.kit.secrets import seal, unseal
from binome.kit.text import clean
from binome.llm import budget, labelling
from binome.llm.errors import ModelFailed
from binome.llm.labelling import Labelled
from binome.llm.protocol import Answer, Said, Schema, Usage
from binome.llm.providers import PROVIDERS, Connection, connect
from binome.llm.redaction import Redaction
from binome.workspaces.facts import LanguageModelChanged, LanguageModelLeft
from binome.workspaces.models import LanguageModel, Membership, ModelCall, Role, Workspace

SECONDS = 45.0
"""How long an answer may take, all in all."""

_COUNTED = (ModelCall.State.RESERVED, ModelCall.State.SETTLED, ModelCall.State.LOST)


class OwnersOnly(PermissionError):
    """Only an owner may choose the language model."""


class NoModel(LookupError):
    """No language model is configured here."""


class BudgetSpent(Exception):
    """The month’s budget for the language model does not allow this any more."""


class Unfinished(ValueError):
    """Say which model, and where it is; a limit in money needs both prices."""


@dataclass(frozen=True)
class Choice:
    """What an owner chose. *key*: None leaves the one that is kept."""

    provider: str
    name: str
    address: str = ""
    key: str | None = None
    private_networks: bool = False
    monthly_tokens: int = 1_000_000
    monthly_money: Decimal | None = None
    price_read: Decimal | None = None
    price_written: Decimal | None = None
    drafts: str = LanguageModel.Drafts.ASKED
    readings: bool = False


@dataclass(frozen=True)
class Spent:
    """What this month's questions came to, those still open included."""

    tokens: int
    money: Decimal
    calls: int


@dataclass(frozen=True)
class Tried:
    """What the model said when it was tried."""

    text: str
    usage: Usage | None
    seconds: float


def of(workspace: Workspace) -> LanguageModel | None:
    """The model that is asked here, or None."""
    return LanguageModel.objects.filter(workspace=workspace).first()


def known_in(workspace: Workspace) -> bool:
    """Whether a model was asked here when the workspace was read: no query for one read with its membership."""
    return hasattr(workspace, "language_model")


def reading_in(workspaces: Iterable[int]) -> set[int]:
    """Which of these workspaces have the language model read what local models are unsure of."""
    asked = LanguageModel.objects.filter(workspace__in=set(workspaces), readings=True)
    return set(asked.values_list("workspace", flat=True))


@transaction.atomic
def choose(workspace: Workspace, choice: Choice, *, by: Membership) -> LanguageModel:
    """Use this model from now on. Another server never gets the key that was given for the former one."""
    _check_owner(workspace, by)
    _check(choice)
    kept = LanguageModel.objects.select_for_update().filter(workspace=workspace).first()
    values = {name: value for name, value in asdict(choice).items() if name != "key"}
    values["address"] = "" if PROVIDERS[choice.provider].address else choice.address.rstrip("/")
    changed = [name for name, value in values.items() if kept is None or getattr(kept, name) != value]
    moved = {"provider", "address"} & set(changed)
    if choice.key is not None or moved:
        values["sealed_key"] = seal({"key": choice.key or ""}, key=settings.SECRET_KEY)
        changed.append("key")
    values |= {"changed_by": f"user:{by.user_id}", "changed_at": clock.now()}
    model, _made = LanguageModel.objects.update_or_create(workspace=workspace, defaults=values)
    journal.record(LanguageModelChanged(changed), workspace_id=workspace.pk, actor=f"user:{by.user_id}")
    return model


@transaction.atomic
def leave(workspace: Workspace, *, by: Membership) -> None:
    """Ask none any more, and forget the key."""
    _check_owner(workspace, by)
    for model in LanguageModel.objects.select_for_update().filter(workspace=workspace):
        fact = LanguageModelLeft(model.provider)
        model.delete()
        journal.record(fact, workspace_id=workspace.pk, actor=f"user:{by.user_id}")


def ask(
    workspace: Workspace,
    messages: Sequence[Said],
    *,
    purpose: str,
    schema: Schema | None = None,
    most_tokens: int = 800,
    seconds: float = SECONDS,
) -> Answer:
    """The model's answer. What it may cost is reserved first (`BudgetSpent`), what it did cost is settled after.

    To be called outside of any transaction: a model takes its time. Whoever calls has left out what is personal.
    """
    model = of(workspace)
    if model is None:
        raise NoModel(NoModel.__doc__)
    call = _reserve(model, budget.at_most(messages, schema, most_tokens), purpose)
    try:
        answer = connect(_connection(model)).complete(messages, schema=schema, most_tokens=most_tokens, seconds=seconds)
    except ModelFailed as error:
        _end(call, ModelCall.State.LOST if error.billed else ModelCall.State.FREE, type(error).__name__)
        raise
    _settle(call, answer.usage, _prices(model))
    return answer


def try_it(workspace: Workspace, *, by: Membership) -> Tried:
    """Ask the model for one word, as everything else would: within the budget."""
    _check_owner(workspace, by)
    begun = time.monotonic()
    orders = "Answer in one short sentence, in French and nothing else: say that you are ready."
    answer = ask(workspace, [Said("user", orders)], purpose="try", most_tokens=200, seconds=20.0)
    return Tried(clean(answer.text)[:300], answer.usage, time.monotonic() - begun)


def label(
    workspace: Workspace,
    texts: Sequence[str],
    question: str,
    labels: Sequence[str],
    *,
    personal: Sequence[Iterable[Mapping[str, Any]]],
) -> list[Labelled | None]:
    """Which of these labels fits each text, by the model; None where it does not say, or may not be asked.

    *personal*: what the reading of personal data found in each text ({"kind", "start", "end"}); it does not leave. The
    budget is counted for each batch of `labelling.AT_ONCE` texts. To be called outside of any transaction.
    """
    model = of(workspace)
    if model is None or not model.readings:
        return [None] * len(texts)
    given: list[Labelled | None] = []
    for at in range(0, len(texts), labelling.AT_ONCE):
        some, spans = texts[at : at + labelling.AT_ONCE], personal[at : at + labelling.AT_ONCE]
        try:
            given += label_at_once(workspace, some, question, labels, personal=spans)
        except (ModelFailed, BudgetSpent, NoModel):
            given += [None] * len(some)
    return given


def label_at_once(
    workspace: Workspace,
    texts: Sequence[str],
    question: str,
    labels: Sequence[str],
    *,
    personal: Sequence[Iterable[Mapping[str, Any]]],
    words: Sequence[Mapping[str, str]] = (),
) -> list[Labelled | None]:
    """As `label`, in one question, and says why there is no answer: `ModelFailed`, `BudgetSpent`, `NoModel`.

    *words*: the names to leave out of each text ({name: kind}).
    """
    redaction, names = Redaction(), words or [{}] * len(texts)
    told = zip(texts, personal, names, strict=True)
    hidden = [redaction.hide(text, spans, words=hers) for text, spans, hers in told]
    asked = labelling.question(hidden, question, labels)
    room = labelling.TOKENS_A_TEXT * (len(texts) + 1)
    answer = ask(workspace, asked, purpose="label", schema=labelling.SCHEMA, most_tokens=room)
    return labelling.answers(answer.text, len(texts), labels)


def spent(workspace: Workspace) -> Spent:
    """What this month came to so far."""
    counted = ModelCall.objects.filter(workspace=workspace, month=_month(workspace), state__in=_COUNTED)
    sums = counted.aggregate(tokens=Sum(F("read") + F("written")), money=Sum("cost"))
    return Spent(sums["tokens"] or 0, sums["money"] or Decimal(0), counted.count())


@transaction.atomic
def _reserve(model: LanguageModel, most: Usage, purpose: str) -> ModelCall:
    """Set aside the most that this may cost; the model's row is locked, so two at once never share the last tokens."""
    LanguageModel.objects.select_for_update().get(pk=model.pk)
    prices, so_far = _prices(model), spent(model.workspace)
    cost = prices.of(most) if prices else Decimal(0)
    over_tokens = so_far.tokens + most.tokens > model.monthly_tokens
    if over_tokens or (model.monthly_money is not None and so_far.money + cost > model.monthly_money):
        raise BudgetSpent(_("The month’s budget for the language model does not allow this any more."))
    return ModelCall.objects.create(
        workspace_id=model.workspace_id, month=_month(model.workspace), purpose=purpose, model=model.name,
        read=most.read, written=most.written, cost=cost,
    )  # fmt: skip


@transaction.atomic
def _settle(call: ModelCall, usage: Usage | None, prices: budget.Prices | None) -> None:
    """What it really took; where the provider does not say, what was set aside."""
    if usage:
        call.read, call.written = usage.read, usage.written
        call.cost = prices.of(usage) if prices else Decimal(0)
    _end(call, ModelCall.State.SETTLED)


def _end(call: ModelCall, state: ModelCall.State, failure: str = "") -> None:
    call.state, call.failure = state, failure
    call.save()


def _connection(model: LanguageModel) -> Connection:
    key = unseal(model.sealed_key, key=settings.SECRET_KEY).get("key", "")
    return Connection(model.provider, model.name, model.address, key, model.private_networks)


def _prices(model: LanguageModel) -> budget.Prices | None:
    if model.price_read is None or model.price_written is None:
        return None
    return budget.Prices(model.price_read, model.price_written)


def _month(workspace: Workspace) -> Any:
    return clock.now().astimezone(ZoneInfo(workspace.time_zone)).date().replace(day=1)


def _check(choice: Choice) -> None:
    provider = PROVIDERS.get(choice.provider)
    somewhere = provider is not None and bool(provider.address or choice.address)
    priced = choice.monthly_money is None or None not in (choice.price_read, choice.price_written)
    if not (somewhere and choice.name.strip() and priced):
        raise Unfinished(_("Say which model, and where it is; a limit in money needs both prices."))


def _check_owner(workspace: Workspace, by: Membership) -> None:
    if not by.may(Role.OWNER) or by.workspace_id != workspace.pk:
        raise OwnersOnly(_("Only an owner may choose the language model."))
