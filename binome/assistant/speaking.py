"""Choosing how approved answers are put: which touches of the closed list a workspace wants."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from binome.assistant.facts import VoiceChanged
from binome.assistant.models import ChannelVoice, Voice
from binome.assistant.touches import FOLLOW, TU, VOUS
from binome.journal import services as journal
from binome.kit import clock
from binome.kit.text import clean, squeeze
from binome.workspaces.models import Membership, Role, Workspace

MOST_PRODUCTS = 200


class ManagersOnly(PermissionError):
    """Only a manager or an owner may choose how Binôme speaks."""


@dataclass(frozen=True)
class Chosen:
    """The touches wanted. *channels*: channel → its own "tu" or "vous"; what is absent does as the workspace does."""

    greets: bool = True
    names: bool = True
    by_hour: bool = False
    address: str = FOLLOW
    signature_fr: str = ""
    signature_en: str = ""
    links: bool = False
    products: Sequence[str] = ()
    channels: Mapping[int, str] = field(default_factory=dict)


def voice_of(workspace: Workspace) -> Voice:
    """How answers are put here; as everywhere, until somebody chooses."""
    return Voice.objects.filter(workspace=workspace).first() or Voice(workspace=workspace)


def addresses_of(workspace: Workspace) -> Mapping[int, str]:
    """Channels that speak to their members in their own way."""
    return dict(ChannelVoice.objects.filter(channel__workspace=workspace).values_list("channel", "address"))


@transaction.atomic
def choose(workspace: Workspace, chosen: Chosen, *, by: Membership) -> Voice:
    """Speak like this from the next answer on."""
    if not by.may(Role.MANAGER) or by.workspace_id != workspace.pk:
        raise ManagersOnly(_("Only a manager or an owner may choose how Binôme speaks."))
    before = voice_of(workspace)
    values = {name: value for name, value in asdict(chosen).items() if name != "channels"}
    values["products"] = _listed(chosen.products)
    values |= {name: squeeze(clean(values[name]))[:200] for name in ("signature_fr", "signature_en")}
    changed = [name for name, value in values.items() if getattr(before, name) != value]
    if _set_channels(workspace, chosen.channels):
        changed.append("channels")
    stamp = {"changed_by": f"user:{by.user_id}", "changed_at": clock.now()}
    voice, _made = Voice.objects.update_or_create(workspace=workspace, defaults={**values, **stamp})
    if changed:
        journal.record(VoiceChanged(changed), workspace_id=workspace.pk, actor=f"user:{by.user_id}")
    return voice


def _listed(products: Sequence[str]) -> list[str]:
    names = (squeeze(clean(one))[:80] for one in products)
    return list(dict.fromkeys(name for name in names if len(name) > 1))[:MOST_PRODUCTS]


def _set_channels(workspace: Workspace, wanted: Mapping[int, str]) -> bool:
    ours = set(workspace.channels.filter(pk__in=list(wanted)).values_list("pk", flat=True))
    meant = {pk: how for pk, how in wanted.items() if pk in ours and how in (FOLLOW, TU, VOUS)}
    if meant == addresses_of(workspace):
        return False
    ChannelVoice.objects.filter(channel__workspace=workspace).delete()
    ChannelVoice.objects.bulk_create(ChannelVoice(channel_id=pk, address=how) for pk, how in meant.items())
    return True
