"""What happens to workspaces and their teams."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WorkspaceCreated:
    workspace: int


@dataclass(frozen=True)
class WorkspaceChanged:
    """Its name, language or time zone."""

    workspace: int
    changed: list[str]


@dataclass(frozen=True)
class MemberInvited:
    invitation: int
    role: str


@dataclass(frozen=True)
class InvitationRevoked:
    invitation: int


@dataclass(frozen=True)
class MemberJoined:
    user: int
    role: str


@dataclass(frozen=True)
class RoleChanged:
    user: int
    before: str
    after: str


@dataclass(frozen=True)
class MemberLeft:
    """By themselves, or removed: the fact's actor tells."""

    user: int


@dataclass(frozen=True)
class ApiTokenCreated:
    token: int
    role: str


@dataclass(frozen=True)
class ApiTokenRevoked:
    token: int


@dataclass(frozen=True)
class LanguageModelChanged:
    """Which of its settings, never their values."""

    changed: list[str]


@dataclass(frozen=True)
class LanguageModelLeft:
    """From here on none is asked."""

    provider: str
