"""`python -m bench.understanding`: measures what is understood and writes docs/understanding.md with its pictures."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.processes import ROOT
from bench.stock import TrainingFailed
from bench.understanding import dialogue, reasons
from bench.understanding.cost import measure_costs
from bench.understanding.kept import hash_contents
from bench.understanding.page import IMAGES, write_page
from bench.understanding.pictures import draw_all
from bot.errors import FarewellError
from bot.reasons.classifier import ReasonClassifier
from bot.reasons.terminal import EncoderSetting, progress_console, show_progress

PAGE = ROOT / "docs/understanding.md"


def main() -> int:
    """Run it; 1 if something could not be trained or asked."""
    arguments = _read_arguments()
    try:
        understand(arguments.page, arguments.verbatims, arguments.messages)
    except (FarewellError, TrainingFailed) as error:
        progress_console.print(str(error), style="red", markup=False)
        return 1
    except KeyboardInterrupt:
        return 130
    progress_console.print(f"Written: {arguments.page}")
    return 0


def understand(page: Path, verbatims: int, messages: int) -> None:
    """Measure everything, training what is not trained yet, and write the page and its pictures.

    Raises:
        FarewellError: there is no classifier, or the data cannot be read.
        TrainingFailed: Rasa could not be trained or asked.
    """
    classifier = ReasonClassifier.load(encoder_path=EncoderSetting().encoder_path)
    with show_progress() as tell:
        why = reasons.compare_reasons(classifier, tell, verbatims)
        what = dialogue.compare_dialogue(tell, messages)
        costs = measure_costs(
            classifier,
            why.readings,
            what.times,
            hash_contents([classifier.version, what.version]),
        )
    draw_all(page.parent / IMAGES, why, what)
    page.write_text(write_page(classifier.version, why, what, costs), encoding="utf-8")


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.understanding", description=__doc__)
    parser.add_argument("--page", type=Path, default=PAGE, help="the page to write; its pictures go beside it")
    parser.add_argument(
        "--verbatims",
        type=int,
        default=reasons.MOST,
        help="how many stock Rasa and ours are compared on; few are quick",
    )
    parser.add_argument("--messages", type=int, default=dialogue.MOST, help="the same for the dialogue")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
