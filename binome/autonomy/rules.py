"""How a workspace measures: what counts as wrong, how many verdicts are given blind, what a mistake costs."""

from collections.abc import Collection

from django.db import transaction

from binome.autonomy import evidence
from binome.autonomy.facts import RulesChanged
from binome.autonomy.models import Opening, Outcome, Rules, Verdict
from binome.journal import services as journal
from binome.workspaces.models import Workspace

KINDS = (*Verdict.Judgement, *Outcome.Kind)
"""All that can be said of a proposal or of what became of it."""


class NotAKind(ValueError):
    """This is nothing that can be said of a proposal."""


def rules_of(workspace: Workspace) -> Rules:
    """The rules of a workspace; those that everybody begins with, unsaved, until they are changed."""
    return Rules.objects.filter(workspace=workspace).first() or Rules(workspace=workspace)


def rules_known(workspace: Workspace) -> Rules:
    """The same, as they were when the workspace was read with them."""
    return getattr(workspace, "autonomy_rules", None) or Rules(workspace=workspace)


@transaction.atomic
def change_rules(
    workspace: Workspace,
    *,
    actor: str,
    wrongs: Collection[str] | None = None,
    blind_share: float | None = None,
    needless_seconds: int | None = None,
    missed_minutes: int | None = None,
) -> Rules:
    """Measure otherwise. With other words for "wrong" all evidence is read again, and lanes that no longer hold close."""
    from_now = rules_of(workspace)
    before = {name: getattr(from_now, name) for name in _FIELDS}
    if wrongs is not None:
        if not set(wrongs) <= {str(kind) for kind in KINDS} - {str(Verdict.Judgement.ACCEPTED)}:
            raise NotAKind(NotAKind.__doc__)
        from_now.wrongs = sorted(wrongs)
    given = {"blind_share": blind_share, "needless_seconds": needless_seconds, "missed_minutes": missed_minutes}
    for name, value in given.items():
        if value is not None:
            setattr(from_now, name, value)
    from_now.save()
    changed = [name for name in _FIELDS if getattr(from_now, name) != before[name]]
    if changed:
        journal.record(RulesChanged(changed), workspace_id=workspace.pk, actor=actor)
    if "wrongs" in changed:
        _judge_again(workspace, from_now)
    return from_now


def _judge_again(workspace: Workspace, rules: Rules) -> None:
    """Read every verdict by the new words, what came later included; then weigh each lane anew."""
    later: dict[int, set[str]] = {}
    for suggestion, kind in Outcome.objects.filter(workspace=workspace).values_list("suggestion", "kind"):
        later.setdefault(suggestion, set()).add(kind)
    other: dict[bool, list[int]] = {True: [], False: []}
    verdicts = Verdict.objects.filter(workspace=workspace)
    for pk, suggestion, judgement, wrong in verdicts.values_list("pk", "suggestion", "judgement", "wrong"):
        if rules.is_wrong(judgement, later.get(suggestion, ())) != wrong:
            other[not wrong].append(pk)
    for wrong, ids in other.items():
        verdicts.filter(pk__in=ids).update(wrong=wrong)
    for lane in workspace.lanes.order_by("pk"):
        evidence.weigh_again(lane, Opening.Why.RULES)


_FIELDS = ("wrongs", "blind_share", "needless_seconds", "missed_minutes")
