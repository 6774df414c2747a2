"""From a platform's JSON to its Pydantic model: what is not in the documented form is `Malformed`, never a crash."""

from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, field_validator

from binome.sdk.errors import Malformed

Model = TypeVar("Model", bound=BaseModel)


def _zoned(instant: datetime) -> datetime:
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_zoned)]
"""A date and time, in UTC when it does not say."""


class Form(BaseModel):
    """A model of what a platform sends: strict about what we read, silent about what it adds."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _storable(cls, value: object) -> object:
        """No text keeps a NUL: PostgreSQL refuses it."""
        return value.replace("\0", "") if isinstance(value, str) else value


def read_form(model: type[Model], body: bytes) -> Model:
    """The body as this model; `Malformed` names the fields that are wrong, never their content."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        wrong = {".".join(map(str, one["loc"])) or one["type"] for one in error.errors(include_input=False)}
        raise Malformed(f"not in the documented form: {', '.join(sorted(wrong))[:200]}") from None
    except (RecursionError, OverflowError):
        raise Malformed("not in the documented form") from None
