"""Runs in Rasa's environment: reads texts with a trained model, as `rasa shell nlu` would.

`python rasa_answers.py MODEL` reads a text a line, as a JSON string, and writes a line with the intent, the ranking and
the seconds it took. It must know nothing of ours: stock Rasa and our own model are asked in the same way.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time


async def answer(model: str) -> None:
    """Answer every line of standard input on standard output."""
    answers, sys.stdout = sys.stdout, sys.stderr  # Rasa prints; the answers must stay alone.
    from rasa.core.agent import Agent

    agent = Agent.load(model_path=model)
    for line in sys.stdin:
        text = json.loads(line)
        began = time.perf_counter()
        found = await agent.parse_message(text)
        seconds = time.perf_counter() - began
        ranking = {one["name"]: float(one["confidence"]) for one in found.get("intent_ranking", [])}
        reply = {"intent": found["intent"]["name"], "ranking": ranking, "seconds": seconds}
        answers.write(json.dumps(reply) + "\n")
        answers.flush()


if __name__ == "__main__":
    asyncio.run(answer(sys.argv[1]))
