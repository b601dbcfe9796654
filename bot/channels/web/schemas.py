"""What the web API takes and gives, as JSON. It checks form; what a message may be is the conversations' business."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


def _drop_half_characters(value: Any) -> Any:
    # A text cut in the middle of an emoji arrives with half of it, which is no character and cannot be stored.
    return value.encode("utf-8", "ignore").decode("utf-8") if isinstance(value, str) else value


Identifier = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,64}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewConversation(_Body):
    """What begins a conversation. A trial counts in no number. With `customer_token` the company's own site vouches for
    who the person is; its form is checked where it is read, so that its developer is told what is wrong with it."""

    trial: bool | None = None
    customer_token: Any = None


class NewMessage(_Body):
    """What a customer typed or pressed; `client_id` is the sender's own id for it, so that a repeat is known."""

    client_id: Identifier
    text: Annotated[str | None, BeforeValidator(_drop_half_characters)] = None
    button: Identifier | None = None

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        if (self.text is None) == (self.button is None):
            raise ValueError("either text or button is needed")
        return self


class BegunConversation(BaseModel):
    """The conversation and the token that opens it, which is told only here."""

    conversation: str
    token: str


class Invitation(BaseModel):
    """Where the conversation goes on on another channel: an address for whoever opens it first, within a day."""

    url: str


class Accepted(BaseModel):
    """Where the message now stands in its conversation."""

    position: int


class WidgetSettings(BaseModel):
    """What the widget shows of the company. `telegram`: conversations can go on there."""

    company: str
    privacy_url: str
    support_contact: str
    cancel_url: str
    colour: str
    logo_url: str
    telegram: bool
