"""Starts the Rasa process as it is, but for the point at which a test may let it die: after the tracker is saved.

It runs in Rasa's environment, and must not change what Rasa does.
"""

from __future__ import annotations

import sys
from typing import Any

from rasa_runtime import serve
from tests.crash.deaths import TRACKER_SAVED, Deaths


def install(deaths: Deaths) -> None:
    """Wrap what the point stands behind, once `serve` has imported what has to be imported before Rasa."""
    import_first = serve.import_classifier_reader

    def import_and_wrap() -> None:
        import_first()
        from rasa_runtime.working_memory import WorkingMemory

        save = WorkingMemory.save

        async def save_and_pass(self: WorkingMemory, tracker: Any) -> None:
            await save(self, tracker)
            if tracker.events:
                deaths.pass_by(TRACKER_SAVED)

        WorkingMemory.save = save_and_pass  # type: ignore[method-assign]

    serve.import_classifier_reader = import_and_wrap


if __name__ == "__main__":
    install(Deaths.from_environment())
    sys.exit(serve.main())
