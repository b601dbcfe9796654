"""Says for each line of standard input what it means, by the dialogue's own model; nothing else need be running.

It must answer a line for a line, and put nothing but answers on standard output.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import IO

from rasa_runtime.logs import keep_quiet


def main() -> int:
    """Answer JSON strings with `{"intent","confidence"}`, after a first line that says the model is ready."""
    parser = argparse.ArgumentParser(prog="python -m rasa_runtime.understand", description=main.__doc__)
    parser.add_argument("--model", type=Path, default=Path("models/dialogue.tar.gz"), help="the trained model")
    arguments = parser.parse_args()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # Whatever a library prints goes where errors go.
    keep_quiet()
    from rasa_runtime.serve import CannotStart, check_model_file

    try:
        check_model_file(arguments.model)
    except CannotStart as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    asyncio.run(_answer_all(arguments.model, sys.stdin, answers))
    return 0


async def _answer_all(model: Path, questions: IO[str], answers: IO[str]) -> None:
    from rasa_runtime.serve import import_classifier_reader

    import_classifier_reader()
    from rasa.core.agent import Agent

    from rasa_runtime import graph_runner
    from rasa_runtime.turn import neutralise

    graph_runner.install()
    agent = Agent()
    agent.load_model(model)
    _write(answers, {"ready": True})
    for line in questions:
        text = json.loads(line).encode("utf-8", "replace").decode("utf-8")
        parsed = await agent.parse_message(neutralise(text))
        intent = parsed["intent"]
        _write(answers, {"intent": intent["name"], "confidence": float(intent["confidence"])})


def _write(answers: IO[str], answer: dict[str, object]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    sys.exit(main())
