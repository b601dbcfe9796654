"""The `farewell intents` commands: predict and evaluate. They print; what they say is found out elsewhere."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.batch import SOME_LINES_FAILED, answer_lines, open_input, open_output
from bot.intents.evaluation import DECIMALS, measure, measure_opt_out
from bot.intents.examples import DEVELOPMENT_DATA, OPT_OUT_NOT_SAID, OPT_OUT_SAID, read_examples, read_texts
from bot.intents.meanings import Judgement, judge
from bot.intents.report import tabulate, tabulate_opt_out
from bot.intents.runtime import MODEL, run_model
from bot.reasons.terminal import progress_console, results, show_progress

app = typer.Typer(help="What people mean in one message: predict, evaluate.", no_args_is_help=True)

ModelOption = Annotated[Path, typer.Option(help="The trained dialogue model.")]


@app.command()
def predict(
    input_path: Annotated[str, typer.Option("--input", help='A line {"id","text"} a text; - is standard input.')],
    output_path: Annotated[str, typer.Option("--output", help="A line an answer; - is standard output.")],
    model: ModelOption = MODEL,
) -> None:
    """Say for many messages what they mean, in their order; exit status 3 if a line could not be read."""
    failed = 0
    with run_model(model) as running, open_input(input_path) as source, open_output(output_path) as target:

        def describe(text: str) -> dict[str, Any]:
            judgement = judge(running.understand(text))
            return {"intent": judgement.meaning.value, "confidence": round(judgement.confidence, DECIMALS)}

        with show_progress() as tell:
            for number, answer in enumerate(answer_lines(source, describe), start=1):
                tell("Reading messages", number, 0)
                target.write(f"{answer.line}\n".encode())
                failed += answer.failed
    if failed:
        progress_console.print(f"Lines that could not be read: {failed}. The output says which, and why.")
        raise typer.Exit(SOME_LINES_FAILED)


@app.command()
def evaluate(
    data: Annotated[Path, typer.Option(help="Messages whose meaning is known, JSON lines.")] = DEVELOPMENT_DATA,
    model: ModelOption = MODEL,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON, not as tables.")] = False,
    mistakes: Annotated[int, typer.Option(min=0, help="How many of the worst mistakes to show.")] = 15,
) -> None:
    """Measure how well messages are understood that the model was not trained on, and how well an opt-out is heard."""
    examples, said, not_said = read_examples(data), read_texts(OPT_OUT_SAID), read_texts(OPT_OUT_NOT_SAID)
    with run_model(model) as running, show_progress() as tell:

        def judge_all(step: str, texts: list[str]) -> list[Judgement]:
            judged = []
            for number, text in enumerate(texts, start=1):
                judged.append(judge(running.understand(text)))
                tell(step, number, len(texts))
            return judged

        quality = measure(examples, judge_all("Messages", [example.text for example in examples]))
        opt_out = measure_opt_out(
            list(zip(said, judge_all("Opt-outs", said), strict=True)),
            list(zip(not_said, judge_all("Near misses", not_said), strict=True)),
        )
    if as_json:
        content = {"data": str(data), **quality.to_json(), "opt_out": opt_out.to_json()}
        sys.stdout.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
        return
    results.print(tabulate(quality, str(data), mistakes))
    results.print(tabulate_opt_out(opt_out))
