"""Batches of steps: each in its own transaction, with a result of its own."""

from hashlib import sha256

import orjson
from pydantic import BaseModel

from hub.auth.principal import Principal
from hub.database_errors import DATABASE_ERRORS, database_problem
from hub.errors import HubError, InvalidInput
from hub.manage import service
from hub.manage.actions import EditorAction
from hub.manage.views import EditionStep, Return
from hub.problem_texts.catalogue import ProblemWriter
from hub.state import AppState
from hub.web.problems import Problem, problem_members
from hub.worklist.views import BatchItem, BatchOutcome, BatchResult, BatchVerb, StepBatch

ACTIONS: dict[BatchVerb, EditorAction] = {
    BatchVerb.submit: EditorAction.submit,
    BatchVerb.send_back: EditorAction.send_back,
    BatchVerb.approve: EditorAction.approve,
    BatchVerb.publish: EditorAction.publish,
}


async def run_batch(
    parts: AppState, by: Principal, batch: StepBatch, idempotency_key: str | None, writer: ProblemWriter
) -> BatchOutcome:
    """Run the steps one after the other; a refused one changes nothing and stops none. `writer` writes the refusals.

    With an idempotency key, a repeated batch gets the first answer of each step that succeeded, and tries the others
    again.
    """
    results = [
        await _run_step(parts, by, item, _step_key(idempotency_key, number), writer)
        for number, item in enumerate(batch.items)
    ]
    return BatchOutcome(results=results, refused=sum(result.problem is not None for result in results))


def _step_key(idempotency_key: str | None, number: int) -> str | None:
    if idempotency_key is None:
        return None
    return f"batch:{sha256(idempotency_key.encode('utf-8', 'surrogatepass')).hexdigest()}:{number}"


async def _run_step(
    parts: AppState, by: Principal, item: BatchItem, step_key: str | None, writer: ProblemWriter
) -> BatchResult:
    try:
        answer = await service.execute(parts, by, ACTIONS[item.verb], item.id, item.version, _body(item), step_key)
    except HubError as refused:
        return _refusal(item, refused, writer)
    except DATABASE_ERRORS as problem:
        if (known := database_problem(problem)) is None:
            raise
        return _refusal(item, known, writer)
    document = orjson.loads(answer.body)
    edition = next((one for one in document["history"] if one["lang"] == item.lang), None)
    return BatchResult(
        id=item.id,
        verb=item.verb,
        lang=item.lang,
        status=answer.status,
        version=answer.version,
        document_state=document["state"],
        state=edition["state"] if edition is not None else None,
        problem=None,
    )


def _body(item: BatchItem) -> BaseModel:
    if item.verb is not BatchVerb.send_back:
        return EditionStep(lang=item.lang)
    if item.note is None:
        raise InvalidInput("A return needs a reason.", field="note", expected="a sentence for the authors")
    return Return(lang=item.lang, note=item.note)


def _refusal(item: BatchItem, refused: HubError, writer: ProblemWriter) -> BatchResult:
    problem = Problem.model_validate(problem_members(refused, writer))
    return BatchResult(
        id=item.id,
        verb=item.verb,
        lang=item.lang,
        status=refused.status,
        version=None,
        document_state=None,
        state=None,
        problem=problem,
    )
