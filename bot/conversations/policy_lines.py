"""Finds the line of a field in a YAML file, so that a mistake is told with the place where it is.

It must not know what the fields mean.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

FieldPath = tuple[str | int, ...]
"""The way to a field: names of fields and numbers of list items, from 0."""
_LONGEST_QUOTE = 40
_DEEPEST = 10


class Lines:
    """The lines of one file, by the way to what stands there."""

    def __init__(self, file: str, root: yaml.Node) -> None:
        self._file = file
        self._root = root

    def say(self, path: FieldPath, what: str) -> str:
        """Return what is wrong, with file, line and field; for a missing field the line is that of its parent."""
        return f"{self._file} line {self._find_line(path)}, {write_path(path)}: {what}"

    def find_repeated(self) -> Iterator[str]:
        """Find fields that stand twice; YAML would silently take the last."""
        return self._find_repeated(self._root, ())

    def _find_line(self, path: FieldPath) -> int:
        node, line = self._root, 1
        for part in path:
            found = _step(node, part)
            if found is None:
                return line
            line, node = found
        return line

    def _find_repeated(self, node: yaml.Node, path: FieldPath) -> Iterator[str]:
        if len(path) > _DEEPEST:
            return  # Nothing of a policy lies so deep; a file may contain itself by an alias.
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                name = str(key.value)
                if name in seen:
                    where = write_path((*path, name))
                    yield f"{self._file} line {key.start_mark.line + 1}, {where}: stands here a second time; keep one."
                seen.add(name)
                yield from self._find_repeated(value, (*path, name))
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                yield from self._find_repeated(value, (*path, number))


def write_path(path: FieldPath) -> str:
    """Return a path as people write it: `places[2].name`, counted from 1."""
    written = ""
    for part in path:
        written += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if written else part
    return written


def describe(value: object) -> str:
    """Return what was found, short enough to quote."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a group of fields"
    if isinstance(value, list | tuple):
        return "a list"
    quoted = repr(value)
    return quoted if len(quoted) <= _LONGEST_QUOTE else quoted[:_LONGEST_QUOTE] + "…"


def _step(node: yaml.Node, part: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if str(key.value) == str(part):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        value = node.value[part]
        return value.start_mark.line + 1, value
    return None
