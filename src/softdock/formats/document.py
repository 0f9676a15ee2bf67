"""What a user writes down: frozen models that refuse unknown keys and non-finite numbers."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Positive = Annotated[float, Field(gt=0.0)]
NotNegative = Annotated[float, Field(ge=0.0)]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
Vector3 = tuple[float, float, float]


class Document(BaseModel):
    """Base of every model that is read from a file. Keys carry their units."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        strict=False,
        use_attribute_docstrings=True,  # the text below a field is its description in the schema
    )


class Misfit(ValueError):
    """Raised in a validator when values that are each fine do not fit together; `key` says where, from there down.

    `others` are further misfits found at the same time.
    """

    def __init__(self, message: str, *, key: str = "") -> None:
        super().__init__(message)
        self.key = key
        self.others: tuple[Misfit, ...] = ()
