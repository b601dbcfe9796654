"""Takes the text of a policy apart into values and lines.

It must not know what the fields mean.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from bot.conversations.policy_lines import Lines
from bot.errors import FarewellError


class PolicyError(FarewellError):
    """The policy cannot be used; the message has one line for every mistake in it."""


_WHOLE_NUMBER = "tag:yaml.org,2002:int"


class _Loader(yaml.SafeLoader):
    """As YAML has been read since its version 1.2: `20:00` is a time of day and not the number 1200."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _WHOLE_NUMBER]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_WHOLE_NUMBER, re.compile(r"[-+]?[0-9]+$"), list("-+0123456789"))
# Without this a number that begins with 0 would be taken for one of base eight.
_Loader.add_constructor(_WHOLE_NUMBER, lambda _, node: int(node.value))


def take_apart(text: str, file: str) -> tuple[dict[Any, Any], Lines]:
    """Return the fields in a text, and where each of them stands.

    Raises:
        PolicyError: when the text has no fields.
    """
    try:
        loader = _Loader(text)  # It refuses characters that no text has.
        node = loader.get_single_node()
        content = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PolicyError(f"{file} line {line}: this is not valid YAML ({error.problem}).") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise PolicyError(f"{file}: this is not valid YAML ({error}).") from None
    if node is None or not isinstance(content, dict):
        raise PolicyError(f"{file} line 1: write the policy as fields, beginning with `version: 1` (docs/policy.md).")
    return content, Lines(file, node)
