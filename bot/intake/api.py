"""The API by which the company's own system hands in customers, purchases, returns and bounces, and its page.

It carries; what is taken, the desk decides. It never quotes what was sent.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.security import HTTPBearer
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from bot.intake.desk import DatabaseBusy, Desk, Kind
from bot.intake.guard import Guard
from bot.intake.outcomes import Outcome, Result
from bot.settings import Settings

log = structlog.get_logger()

PATH = "/api/company"
ACTOR = "company API"
MOST_RECORDS = 1000
BUSY_SECONDS = 5
_SUMMARIES = {
    Kind.CUSTOMERS: "Hand in customers, with addresses, consents and cancellations",
    Kind.PURCHASES: "Hand in what customers bought",
    Kind.RETURNS: "Hand in who had left and came back",
    Kind.BOUNCES: "Hand in addresses from which mail came back for good",
}
_KEY = HTTPBearer(auto_error=False, scheme_name="COMPANY_API_KEY")
"""It only tells readers of the description; the guard has checked the key before."""
_templates = Jinja2Templates(directory=Path(__file__).parent / "templates")


class RecordAnswer(BaseModel):
    """What became of one record. `cause` says why it was rejected; `remark` is what else is to be known."""

    result: Result
    cause: str | None = None
    remark: str | None = None


class Answer(BaseModel):
    """What became of all of them: counts, and an answer to each record in the order of the records."""

    taken: int
    unchanged: int
    rejected: int
    records: list[RecordAnswer]


class BadList(HTTPException):
    """The body is not a list of records."""

    def __init__(self, message: str) -> None:
        super().__init__(422, message)


class CompanyApi:
    """The handlers of the API and what they need."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        self._desk = desk
        self._settings = settings

    def build(self) -> ASGIApp:
        """Return the API as an application of its own, to be mounted at `PATH`."""
        app = FastAPI(title="Farewell: the company's API", version="1", docs_url=None, redoc_url=None)
        app.servers = [{"url": f"{self._settings.address}{PATH}"}]
        app.root_path_in_servers = False
        for kind in Kind:
            app.add_api_route(
                f"/{kind.value}",
                self._make_handler(kind),
                methods=["POST"],
                response_model=Answer,
                response_model_exclude_none=True,
                summary=_SUMMARIES[kind],
                operation_id=f"take_{kind.value}",
                openapi_extra=_describe_body(kind),
                dependencies=[Depends(_KEY)],
            )
        app.add_api_route("/docs", self.show_docs, methods=["GET"], include_in_schema=False)
        app.add_exception_handler(HTTPException, _explain)
        app.add_exception_handler(DatabaseBusy, _explain_busy)
        app.add_exception_handler(Exception, _explain_trouble)
        return Guard(app, self._settings.company_api_key)

    async def show_docs(self, request: Request) -> Response:
        """Describe the API on a page that needs nothing from anywhere else."""
        operations = [
            (f"{PATH}/{kind.value}", _SUMMARIES[kind], list(_list_fields(kind.record.model_json_schema())))
            for kind in Kind
        ]
        values = {"operations": operations, "settings": self._settings, "path": PATH, "most": MOST_RECORDS}
        return _templates.TemplateResponse(request, "api.html", values)

    def _make_handler(self, kind: Kind) -> Callable[[Request], Awaitable[Answer]]:
        async def take(request: Request) -> Answer:
            given = _read_list(await request.body())
            outcomes = await asyncio.to_thread(self._desk.take, kind, given, ACTOR)
            answer = _answer(outcomes)
            log.info(f"{kind.value}.imported", taken=answer.taken, rejected=answer.rejected)
            return answer

        return take


def _read_list(body: bytes) -> Sequence[object]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise BadList("The body is no JSON in UTF-8.") from None
    if not isinstance(given, list):
        raise BadList("The body must be a list of records: [{...}, {...}].")
    if len(given) > MOST_RECORDS:
        raise BadList(f"These are {len(given):,} records; send {MOST_RECORDS:,} at most at a time.")
    return given


def _answer(outcomes: Sequence[Outcome]) -> Answer:
    counts = Counter(one.result for one in outcomes)
    return Answer(
        **{result.value: counts[result] for result in Result},
        records=[
            RecordAnswer(result=one.result, cause=one.said)
            if one.result is Result.REJECTED
            else RecordAnswer(result=one.result, remark=one.said)
            for one in outcomes
        ],
    )


def _describe_body(kind: Kind) -> dict[str, Any]:
    """Return what OpenAPI says of the body, which is read here and not by FastAPI: one bad record must not cost all."""
    record = kind.record.model_json_schema()
    refs = record.pop("$defs", {})
    record = json.loads(json.dumps(record), object_hook=lambda part: _inline(part, refs))
    schema = {"type": "array", "maxItems": MOST_RECORDS, "items": record}
    problems = {
        "401": "The key is missing or wrong.",
        "404": "The API is off: COMPANY_API_KEY is not set.",
        "413": "The body is too large.",
        "422": "The body is no list of records, or has too many.",
        "429": "Too many requests; Retry-After says when to come back.",
        "503": "The database is busy; hand the same in again.",
    }
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {status: {"description": what} for status, what in problems.items()},
    }


def _list_fields(schema: dict[str, Any]) -> Iterator[tuple[str, bool, str, str]]:
    """Yield the name of each field, whether it must be there, what it is and what is said of it."""
    for name, field in schema["properties"].items():
        forms = list(_list_forms(field, schema.get("$defs", {})))
        words = dict.fromkeys(word for form in forms for word in form.get("enum") or [_name_form(form)])
        said = next((one["description"] for one in (field, *field.get("anyOf", ())) if "description" in one), "")
        yield name, name in schema["required"], " or ".join(word for word in words if word != "null"), said


def _list_forms(field: dict[str, Any], definitions: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for form in field.get("anyOf", ()):
        yield from _list_forms(form, definitions)
    if "anyOf" not in field:
        yield _inline(field, definitions)


def _name_form(form: dict[str, Any]) -> str:
    name: str = form.get("const") or form.get("format") or form["type"]
    return "number" if name == "integer" else name


def _inline(part: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    reference = part.get("$ref")
    return definitions[reference.rpartition("/")[2]] if isinstance(reference, str) else part


async def _explain(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  It is registered for these alone.
    if error.status_code == 422:
        return JSONResponse({"error": "malformed", "message": error.detail}, 422)
    code = "not_found" if error.status_code == 404 else "malformed"
    what = "There is nothing at this address." if error.status_code == 404 else "This cannot be asked that way."
    return JSONResponse({"error": code, "message": what}, error.status_code, error.headers)


async def _explain_busy(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": "busy", "message": str(error)}, 503, {"Retry-After": str(BUSY_SECONDS)})


async def _explain_trouble(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"error": "trouble", "message": "Something went wrong on our side; try again."}, 500)
