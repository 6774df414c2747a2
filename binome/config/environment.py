"""Every variable that an installation may set, with what it means: the reference page is made from here."""

import os
from functools import cache
from pathlib import Path
from secrets import token_urlsafe
from tempfile import mkstemp
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parents[2]


def _(sentence: str) -> str:
    """Marks what people read: the sentence is looked up in `locale` by whoever shows it, in their language."""
    return sentence


class Environment(BaseSettings):
    """Read from the process's environment, then from the file `.env` beside the project (or at BINOME_ENV_FILE)."""

    model_config = SettingsConfigDict(
        env_prefix="BINOME_", env_file=os.environ.get("BINOME_ENV_FILE", PROJECT / ".env"), extra="ignore"
    )

    home: Path = Field(
        PROJECT / "var",
        description=_("Where this installation keeps its data: embedded database, attachments, secret key."),
    )
    database_url: str = Field(
        "",
        validation_alias="DATABASE_URL",
        description=_(
            "An ordinary PostgreSQL (15 or later, with pgvector): postgresql://user:password@host/name. "
            "Empty: the embedded one."
        ),
        repr=False,
    )
    secret_key: str = Field(
        "",
        description=_("Signs sessions and seals channels’ credentials. Empty: made once and kept in HOME/secret-key."),
        repr=False,
    )
    public_url: str = Field(
        "http://localhost:8000",
        description=_(
            "The address at which people reach Binôme (unless said, localhost and the port of BINOME_BIND). "
            "https turns on secure cookies, HSTS and redirection."
        ),
    )
    bind: str = Field("127.0.0.1:8000", description=_("The address and port on which the web server listens."))
    debug: bool = Field(
        False, description=_("Show errors in full in the browser. Never on a machine that others reach.")
    )
    language: Literal["fr", "en"] = Field(
        "fr", description=_("The language of people who have not chosen one: fr or en.")
    )
    time_zone: str = Field("Europe/Paris", description=_("The zone of new workspaces (IANA name)."))
    smtp_url: str = Field(
        "",
        description=_(
            "Where Binôme sends its own mail (invitations, passwords): smtp://user:password@host:587. "
            "Empty: links are shown on screen and in the log."
        ),
        repr=False,
    )
    mail_from: str = Field("binome@localhost", description=_("The sender of Binôme’s own mail."))
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description=_("DEBUG, INFO, WARNING or ERROR.")
    )
    database_connections: int = Field(8, description=_("Connections that one process may hold open."), ge=2)
    proxies: int = Field(
        0, description=_("How many reverse proxies stand in front (for the address of visitors)."), ge=0
    )
    attachment_megabytes: int = Field(25, description=_("The largest file accepted with a message."), ge=1)

    @field_validator("public_url")
    @classmethod
    def _has_scheme(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(_("must begin with http:// or https://, then a host"))
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"postgresql", "postgres"}:
            raise ValueError(_("must begin with postgresql://"))
        return value

    @field_validator("secret_key")
    @classmethod
    def _is_secret(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError(_("must have 32 characters or more, chosen at random"))
        return value

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(_("must be an IANA name such as Europe/Paris")) from error
        return value

    @model_validator(mode="after")
    def _is_reached_where_it_listens(self) -> "Environment":
        """Where nobody says how people reach Binôme, it is at the port on which it listens."""
        port = self.bind.rpartition(":")[2]
        if "public_url" not in self.model_fields_set and port.isdecimal():
            self.public_url = f"http://localhost:{port}"
        return self

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def host(self) -> str:
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def key_file(self) -> Path:
        return self.home / "secret-key"

    def key(self) -> str:
        """The secret key: given, or made on the first start and kept readable by the owner alone."""
        if self.secret_key:
            return self.secret_key
        if not self.key_file.exists():
            self._make_key()
        return self.key_file.read_text().strip()

    def _make_key(self) -> None:
        """Written beside, then linked: of two processes that start together, the second takes the first's key."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o711)
        handle, name = mkstemp(prefix="secret-key.", dir=self.home)  # readable by its owner alone
        beside = Path(name)
        with os.fdopen(handle, "w") as file:
            file.write(token_urlsafe(48))
        try:
            os.link(beside, self.key_file)
        except FileExistsError:
            pass
        finally:
            beside.unlink()


@cache
def environment() -> Environment:
    """This process's environment, read once."""
    return Environment()
