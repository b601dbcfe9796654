"""Writes docs/understanding.md from the figures of a run: plain words first, tables second; it must not measure."""

from __future__ import annotations

from bench.understanding.cost import Costs
from bench.understanding.dialogue import LONGEST as LONGEST_MESSAGE
from bench.understanding.dialogue import Contestant as MessageContestant
from bench.understanding.dialogue import DialogueFigures
from bench.understanding.reasons import LONGEST as LONGEST_VERBATIM
from bench.understanding.reasons import Contestant, ReasonFigures
from bench.understanding.tables import (
    escape,
    hold,
    hold_limit,
    hold_share,
    judge,
    write_bounds,
    write_interval,
    write_share,
    write_table,
    write_times,
)
from bot.intents.evaluation import OptOutQuality
from bot.reasons.assessment import GOALS, Assessment
from bot.reasons.fact_evaluation import FactQuality
from bot.reasons.intervals import Interval
from bot.reasons.readings import Reading

IMAGES = "images/understanding"
MISTAKES = 12
PAIRS = 10
IN_SCOPE, OUT_OF_SCOPE, FACTS, HEARD, FALSE_ALARMS = 0.92, 0.85, 0.95, 0.99, 0.01
"""Goals: shares of the messages, facts and opt-outs; of false alarms at most."""
BUDGETS = {"reasons": 15, "facts": 20, "intent": 12}
"""Milliseconds that half of the texts may take."""
DIALOGUE_HEADINGS = ("messages", "in scope right", "95 %", "out of scope recognised", "95 %")
REASON_HEADINGS = ("verbatims", "micro-F1", "95 %", "macro-F1", "a right reason", "ours is better by (95 %)")
TRAINING_BUDGET = 300
"""Seconds for training everything."""


def write_page(version: str, reasons: ReasonFigures, dialogue: DialogueFigures, costs: Costs) -> str:
    """Return the whole page."""
    sections = [
        _open(version, reasons, dialogue),
        _write_goals(reasons, dialogue, costs),
        _write_reasons(reasons.ours),
        _write_doubt(reasons.ours),
        _write_confusion(reasons.ours),
        _write_facts(reasons.facts),
        _write_dialogue(dialogue),
        _write_opt_out(dialogue.opt_out),
        _write_stock(reasons, dialogue),
        _write_costs(reasons, dialogue, costs),
        _write_mistakes(reasons.ours),
        _close(),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _open(version: str, reasons: ReasonFigures, dialogue: DialogueFigures) -> str:
    texts = reasons.ours.quality.texts
    return f"""# How well it understands

Farewell reads two things: **why** somebody leaves (thirteen reasons, several may apply), and **what they mean** by one
message of the chat (an answer, a yes, "stop writing to me"). This page says how often it is right, how sure that
is, what it does when it is not sure, and where it goes wrong.

Everything here is measured on {texts:,} verbatims and {dialogue.messages:,} chat messages that were written for
measuring only, by people who had not seen the training data, about other trades. A reason that one careful reader would
find and another would not counts neither way. Behind a figure stand the bounds between which it would lie 95 times of
100, were other texts of the same kind chosen. Texts from strangers are harder than ours: expect a little less.

`make understanding` measures everything anew and writes this page; nothing in it is written by hand. Reasons:
classifier `{version}`, trained on {reasons.verbatims:,} verbatims. Dialogue: trained on {dialogue.examples:,}
examples."""


def _write_goals(reasons: ReasonFigures, dialogue: DialogueFigures, costs: Costs) -> str:
    quality, intervals = reasons.ours.quality, reasons.ours.intervals
    rows = [
        hold("reasons found, all labels alike (micro-F1)", quality.micro_f1, intervals.micro_f1, GOALS["micro_f1"]),
        hold(
            "reasons found, rare ones as important (macro-F1)", quality.macro_f1, intervals.macro_f1, GOALS["macro_f1"]
        ),
        hold("texts with at least one right reason", quality.hit_rate, intervals.hit_rate, GOALS["hit_rate"]),
        hold_limit("distance of its certainty from the truth", reasons.ours.calibration.error, GOALS["calibration"]),
        hold_share("messages taken for what they are", dialogue.ours.in_scope_accuracy, IN_SCOPE),
        hold_share("messages recognised as nothing it is for", dialogue.ours.out_of_scope_recall, OUT_OF_SCOPE),
    ]
    if reasons.facts:
        rows.append(hold_share("facts named that are right", reasons.facts.overall.precision, FACTS))
    heard, alarms = dialogue.opt_out.recall, dialogue.opt_out.false_alarms
    rows.append(hold_share("ways to say “stop writing to me” that are heard", heard, HEARD))
    rows.append(hold_limit("sentences wrongly taken for it", alarms.value, FALSE_ALARMS, Interval(*alarms.interval)))
    for name, (times, budget) in {
        "reasons of a text of 35 words": (costs.reasons, BUDGETS["reasons"]),
        "its facts": (costs.facts, BUDGETS["facts"]),
        "what a message means": (costs.intent, BUDGETS["intent"]),
    }.items():
        rows.append((name, f"{times.p50:.1f} ms", "", f"≤ {budget} ms", judge(times.p50 <= budget)))
    training = reasons.seconds[0] + dialogue.seconds[0]
    reached = judge(training <= TRAINING_BUDGET)
    rows.append(("training everything", f"{training:.0f} s", "", f"≤ {TRAINING_BUDGET} s", reached))
    return "## In short\n\n" + write_table(("", "figure", "95 %", "goal", ""), rows)


def _write_reasons(assessment: Assessment) -> str:
    labels = assessment.quality.labels
    best = max(labels, key=lambda reason: labels[reason].f1)
    worst = min(labels, key=lambda reason: labels[reason].f1 if labels[reason].support else 1.0)
    rows = [
        (
            reason.title,
            f"{label.precision:.2f}",
            f"{label.recall:.2f}",
            f"{label.f1:.2f}",
            write_interval(assessment.intervals.labels[reason]),
            str(label.support),
        )
        for reason, label in labels.items()
    ]
    kinds = [
        (name, f"{quality.micro_f1:.2f}", write_interval(interval), f"{quality.hit_rate:.0%}", str(quality.texts))
        for name, (quality, interval) in assessment.slices.items()
    ]
    return f"""## Why they leave

It is best at **{best.title.lower()}** and weakest at **{worst.title.lower()}**. Precision is how many of the texts it
gives a reason to have it; recall is how many of the texts that have it are found; F1 is the mean of both that the
weaker one governs.

![F1 of every reason with its interval]({IMAGES}/reasons.svg)

{write_table(("reason", "precision", "recall", "F1", "95 %", "texts"), rows)}

Short answers and long letters, one reason and several:

{write_table(("kind of text", "micro-F1", "95 %", "a right reason", "texts"), kinds)}"""


def _write_doubt(assessment: Assessment) -> str:
    calibration, chosen = assessment.calibration, assessment.asking
    step = [
        (
            f"**{asking.margin:.2f}**" if asking is chosen else f"{asking.margin:.2f}",
            f"{asking.asked:.0%}",
            f"{asking.right:.0%}",
            f"{asking.right_asked:.0%}",
        )
        for asking in assessment.askings
        if asking.asked < 1
    ]
    before = assessment.askings[0]
    return f"""## When it is not sure, it asks

Each reason comes with a certainty from 0 to 1. It is honest if, of all texts with a certainty of 0.8, eight in ten are
right: then the dots lie on the line. On average they are {calibration.error:.3f} away from it; of an ideal classifier
they would be {calibration.error_by_chance:.3f} away on so few texts, by chance alone.

![Certainty and how often it is right]({IMAGES}/calibration.svg)

Where the strongest reason stays under **{assessment.margin:.2f}**, the bot does not rely on it: it asks
"Have I understood you: is it mostly …?". That is {chosen.asked:.0%} of the texts. Of these its guess would have been
right in {chosen.right_asked:.0%}; of the others it is right in {chosen.right:.0%}, which is
{_describe_gain(chosen.right - before.right)} than if it never asked. A higher margin asks ever more people about what
was already right.

![What it costs and saves to ask]({IMAGES}/margin.svg)

{write_table(("margin", "asked", "leading reason right, not asked", "would have been right, asked"), step)}"""


def _write_confusion(assessment: Assessment) -> str:
    confusion = assessment.confusion
    pairs = [(missed.title, wrong.title, str(count)) for missed, wrong, count in confusion.rank_pairs()[:PAIRS]]
    return f"""## What is taken for what

Green: found. Elsewhere: how often the reason at the left was missed while the one below was wrongly given, in the same
text. {sum(confusion.overlooked.values())} reasons were overlooked with nothing wrong in their place, and
{sum(confusion.invented.values())} were added to texts that were otherwise right.

![Which reason is taken for which]({IMAGES}/confusion.svg)

{write_table(("right, and missed", "wrongly given", "texts"), pairs)}"""


def _write_facts(facts: FactQuality | None) -> str:
    if facts is None:
        return ""
    named = [*((kind.value, quality) for kind, quality in facts.kinds.items()), ("**all**", facts.overall)]
    rows = [
        (name, *write_share(quality.precision), *write_share(quality.recall), str(quality.recall.total))
        for name, quality in named
    ]
    return f"""## Facts from the words

The competitor, the place, the sum, the feature and the time that somebody names, as spans of their own words. What is
said back must be right, so it is built to rather name nothing than something wrong: look at precision first.

{write_table(("kind", "precision", "95 %", "recall", "95 %", "facts there"), rows)}"""


def _write_dialogue(dialogue: DialogueFigures) -> str:
    quality = dialogue.ours
    rows = [
        (
            meaning.value,
            f"{one.precision.value:.2f}",
            f"{one.recall.value:.2f}",
            f"{one.f1:.2f}",
            write_bounds(one.recall),
            str(one.recall.whole),
        )
        for meaning, one in quality.meanings.items()
    ]
    wrong = [(meant, taken, count) for (meant, taken), count in quality.confusion.items() if meant is not taken]
    pairs = [(meant.value, taken.value, str(count)) for meant, taken, count in wrong[:PAIRS]]
    return f"""## What they mean by a message

Of the messages the bot is for, it takes {quality.in_scope_accuracy.value:.1%} for what they are; of those it is not
for (the weather, somebody else's parcel, keyboard mash), it recognises {quality.out_of_scope_recall.value:.1%}. Both at
the one operating point that the bot runs with.

{write_table(("meaning", "precision", "recall", "F1", "95 % of recall", "messages"), rows)}

The most frequent mistakes:

{write_table(("meant", "taken for", "messages"), pairs)}"""


def _write_opt_out(opt_out: OptOutQuality) -> str:
    heard, alarms = opt_out.recall, opt_out.false_alarms
    return f"""## "Never write to me again"

{heard.whole} ways to say it: {heard.part} are heard. {alarms.whole} sentences that merely contain such words ("the bus
doesn't stop here any more"): {alarms.part} are taken for it. The word rules were mended after what these very
sentences had shown, so count on less:
[the decision](decisions/0005-how-an-intent-is-understood.md) has the figures of the first look."""


def _write_stock(reasons: ReasonFigures, dialogue: DialogueFigures) -> str:
    rows = [_describe_contestant(contestant) for contestant in reasons.contestants]
    return f"""## Beside stock Rasa

Rasa 3.6.21 as `rasa init` sets it up: DIET with 100 epochs, its default featurizers, its fallback at 0.3 and 0.1; a
seed so that it comes out the same. It and ours were trained on the same part of the examples, mixed as the whole is:
{dialogue.subset:,} messages of at most {LONGEST_MESSAGE} words, {reasons.subset:,} verbatims of at most
{LONGEST_VERBATIM}. Not more, because it pads every text to the longest beside it and would train for hours. Ours,
trained on the part, stands on the general sentence encoder, which has seen none of our texts. All read the same ones.

![Dialogue beside stock Rasa]({IMAGES}/stock-dialogue.svg)

{write_table(DIALOGUE_HEADINGS, [_describe_dialogue(it) for it in dialogue.contestants])}

Rasa gives a message one intent, so for the reasons it learns the leading one of each verbatim. It is measured twice: by
its top label, and by all labels over a threshold, which is even chosen on the very texts it is measured on, in its
favour.

![Reasons beside stock Rasa]({IMAGES}/stock-reasons.svg)

{write_table(REASON_HEADINGS, rows)}"""


def _write_costs(reasons: ReasonFigures, dialogue: DialogueFigures, costs: Costs) -> str:
    texts = [
        ("reasons of 35 words", *write_times(costs.reasons)),
        ("facts of 35 words", *write_times(costs.facts)),
        ("the intent of a message", *write_times(costs.intent)),
        ("the intent of a message, stock Rasa", *write_times(costs.stock_intent)),
    ]
    parts = (f"a part ({reasons.subset:,}, {dialogue.subset:,})", "stock Rasa, the same part")
    trainings = [
        (name, f"{reason:.0f}", f"{intent:.0f}")
        for name, reason, intent in zip(("all", *parts), reasons.seconds, dialogue.seconds, strict=True)
    ]
    return f"""## What it costs

On one thread of the machine that wrote this page; no graphics card, no service of anybody else.

{write_table(("a text", "half within", "95 of 100 within"), texts)}

{write_table(("training, in seconds", "reasons", "dialogue"), trainings)}"""


def _write_mistakes(assessment: Assessment) -> str:
    shown = "\n\n".join(_describe_mistake(reading) for reading in assessment.mistakes[:MISTAKES])
    return f"""## The worst mistakes

{len(assessment.mistakes)} of {assessment.quality.texts} texts get at least one reason that no careful reader would
find. These are the ones it was surest of. `farewell reasons evaluate --mistakes 50` shows more.

{shown}"""


def _close() -> str:
    return """## What was tried

What was measured against each other, and what it gave, is in [decisions](decisions/). The guide by which texts are
labelled, and how many there are of each kind, is in [data/reasons/README.md](../data/reasons/README.md)."""


def _describe_mistake(reading: Reading) -> str:
    given = ", ".join(f"{reason.title} {reading.scores[reason]:.2f}" for reason in reading.reasons)
    right = ", ".join(reason.title for reason in reading.verbatim.labels)
    doubt = " It was not sure, and would ask." if reading.unsure else ""
    quoted = "\n> ".join(escape(reading.verbatim.text).splitlines())
    return f"> {quoted}\n\nGiven: {given}. Right: {right}.{doubt}"


def _describe_contestant(contestant: Contestant) -> tuple[str, ...]:
    quality, gain = contestant.quality, contestant.gain
    return (
        contestant.name,
        f"{quality.micro_f1:.3f}",
        write_interval(contestant.intervals.micro_f1),
        f"{quality.macro_f1:.3f}",
        f"{quality.hit_rate:.1%}",
        f"{gain.low:+.3f} to {gain.high:+.3f}" if gain else "",
    )


def _describe_dialogue(contestant: MessageContestant) -> tuple[str, ...]:
    quality = contestant.quality
    return contestant.name, *write_share(quality.in_scope_accuracy, 1), *write_share(quality.out_of_scope_recall, 1)


def _describe_gain(points: float) -> str:
    return f"{abs(points) * 100:.1f} points {'more' if points >= 0 else 'less'}"
