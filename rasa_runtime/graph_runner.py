"""Runs Rasa's graph of components one after another, in an order that is found once.

Rasa asks dask to plan and run the graph anew for every message and every prediction, five times a turn, though it is
always the same and runs on one thread. It must not change what a component gets or gives.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any

import rasa.core.processor as rasa_processor
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner

_Order = list[tuple[str, tuple[str, ...]]]


def install() -> None:
    """Let models that are loaded from now on be run by this runner; calling it again does nothing."""
    rasa_processor.DaskGraphRunner = DirectGraphRunner


class DirectGraphRunner(DaskGraphRunner):
    """Takes the place of Rasa's runner, which also makes its nodes."""

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Return what each target gives; raises as Rasa's own."""
        wanted = tuple(targets or self._graph_schema.target_names)
        given = {name: (name, value) for name, value in (inputs or {}).items()}
        try:
            for name, needs in self._order(wanted):
                given[name] = self._instantiated_nodes[name](*(given[need] for need in needs))
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return dict(given[name] for name in wanted)

    def _order(self, wanted: tuple[str, ...]) -> _Order:
        """Return the nodes that the targets need, each behind those it needs itself, with the names of these."""
        known: dict[tuple[str, ...], _Order] = self.__dict__.setdefault("_orders", {})
        if wanted not in known:
            nodes = self._graph_schema.minimal_graph_schema(list(wanted)).nodes
            needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
            sorter = TopologicalSorter({name: [need for need in some if need in nodes] for name, some in needs.items()})
            known[wanted] = [(name, needs[name]) for name in sorter.static_order()]
        return known[wanted]
