"""The `farewell reasons` commands. They print; what they say is found out elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.reasons.artefact import MODEL_DIRECTORY
from bot.reasons.evaluation_command import evaluate
from bot.reasons.terminal import EncoderSetting, ModelOption, progress_console, show_progress
from bot.reasons.training_command import train
from bot.reasons.version_commands import rollback, versions

SOME_LINES_FAILED = 3

app = typer.Typer(help="Why customers leave: train, predict, evaluate, learn from staff.", no_args_is_help=True)
app.command()(train)
app.command()(evaluate)
app.command()(versions)
app.command()(rollback)


@app.command()
def predict(
    input_path: Annotated[str, typer.Option("--input", help='A line {"id","text"} a text; - is standard input.')],
    output_path: Annotated[str, typer.Option("--output", help="A line an answer; - is standard output.")],
    model: ModelOption = MODEL_DIRECTORY,
) -> None:
    """Say for many texts why the customer leaves, in their order; exit status 3 if a line could not be read."""
    from bot.reasons.batch import answer_lines, open_input, open_output
    from bot.reasons.classifier import ReasonClassifier

    classifier = ReasonClassifier.load(model, EncoderSetting().encoder_path)
    failed = 0
    with open_input(input_path) as source, open_output(output_path) as target, show_progress() as tell:
        for number, answer in enumerate(answer_lines(source, classifier.classify), start=1):
            tell("Reading texts", number, 0)
            target.write(f"{answer.line}\n".encode())
            failed += answer.failed
    if failed:
        progress_console.print(f"Lines that could not be read: {failed}. The output says which, and why.")
        raise typer.Exit(SOME_LINES_FAILED)
