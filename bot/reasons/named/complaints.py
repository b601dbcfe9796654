"""Finds the nouns of which a customer says that they lack, break or are bad. It must not judge what they stand for."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from bot.reasons.named.feature_words import (
    ACTS,
    AFTERWARDS,
    BAD,
    BREAKS,
    BROKEN,
    FAULTS,
    GO_DOWN,
    HAVE,
    NEGATIONS,
    OVER,
    REMOVED,
    SEEMS,
    SOFTWARE,
    STANDS,
    TAKEN,
    YOURS,
)

_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_OBJECTS = frozenset({"dobj", "obj"})
_COMPLEMENTS = frozenset({"xcomp"})
_STATES = frozenset({"acomp", "attr", "advmod", "oprd", "prt"})


def list_heads(doc: Doc) -> Iterator[tuple[Token, bool]]:
    """Yield the nouns of which something bad is said, and whether that is certain even amid a long story."""
    for token in doc:
        if token.pos_ in ("VERB", "AUX"):
            yield from ((noun, False) for noun in _of_verb(token))
            yield from ((noun, True) for noun in _of_lack(token))
        if token.pos_ in ("NOUN", "PROPN") and (_is_bad_itself(token) or _is_missing(token) or _is_over(token)):
            yield token, False


def _of_lack(verb: Token) -> Iterator[Token]:
    """Yield what a company does not have or offer, or has taken away."""
    subjects, objects = _list_children(verb, _SUBJECTS), _list_children(verb, _OBJECTS)
    theirs = any(subject.lower_ in YOURS for subject in subjects)
    lemma = verb.lemma_.lower()
    if (
        lemma in HAVE
        and _is_negated(verb)
        and not _is_hypothetical(verb)
        and (theirs or (not subjects and lemma != "have"))
    ):
        yield from objects
    said = verb.tag_ in ("VBD", "VBN") and not any(
        child.dep_ == "aux" and child.lower_ == "to" for child in verb.children
    )
    if lemma in REMOVED and said and not _is_negated(verb) and (theirs or (not subjects and verb.dep_ == "ROOT")):
        yield from objects
    if lemma == "lack" or (lemma == "miss" and verb.tag_ == "VBG" and not subjects):
        yield from objects
    if lemma in HAVE and theirs and _is_wished(verb):
        yield from objects


def _is_wished(verb: Token) -> bool:
    """Tell whether it is only wished for: "wish you did boxes for one", "would stay if you had classes"."""
    if verb.dep_ in ("ccomp", "xcomp") and verb.head.lemma_ == "wish":
        return True
    return (
        any(child.dep_ == "mark" and child.lower_ == "if" for child in verb.children)
        and verb.tag_ == "VBD"
        and any(child.lower_ in ("would", "'d", "might") for child in verb.head.children)
    )


def _is_over(noun: Token) -> bool:
    """Tell whether it is down or gone, said without a verb: "app down again", "story mode cancelled"."""
    following = noun.nbor(1) if noun.i + 1 < len(noun.doc) else None
    if following is None or (following.head != noun and noun.head != following):
        return False
    if following.lower_ == "down" and noun.lower_ not in GO_DOWN:
        return False
    return following.lower_ in OVER and (
        following.i + 1 >= len(noun.doc) or following.nbor(1).lower_ in AFTERWARDS or following.nbor(1).is_punct
    )


def _of_verb(verb: Token) -> Iterator[Token]:
    """Yield what breaks, fails or is bad."""
    subjects = _list_children(verb, _SUBJECTS)
    if not subjects or _is_hypothetical(verb):
        return
    lemma, negated = verb.lemma_.lower(), _is_negated(verb)
    if (
        _fails(verb, lemma, negated=negated)
        or (lemma in SEEMS and not negated and _is_bad(verb))
        or (lemma == "keep" and any(child.lemma_.lower() in BREAKS for child in _list_children(verb, _COMPLEMENTS)))
        or (lemma == "stop" and not negated and any(c.lemma_ in STANDS for c in _list_children(verb, _COMPLEMENTS)))
    ):
        yield from subjects
    elif lemma in TAKEN and verb.tag_ == "VBN" and not negated:
        yield from (subject for subject in subjects if subject.dep_ == "nsubjpass")
    elif any(subject.lower_ in SOFTWARE for subject in subjects):
        yield from subjects if lemma in FAULTS or (negated and lemma in ACTS) else ()


def _fails(verb: Token, lemma: str, *, negated: bool) -> bool:
    if _list_children(verb, _OBJECTS):
        return False
    return (lemma in BREAKS and not negated) or (lemma in STANDS and negated)


def _is_bad(verb: Token) -> bool:
    states = (child for child in _list_children(verb, _STATES) if child.lower_ in BAD | BROKEN)
    return any(not _is_compared(state) for state in states)


def _list_children(verb: Token, relations: frozenset[str]) -> list[Token]:
    return [child for child in verb.children if child.dep_ in relations]


def _is_bad_itself(noun: Token) -> bool:
    """Tell whether a noun has a word before it that says how bad it is: "filthy changing rooms"."""
    before = {token.lower_ for token in noun.doc[max(0, noun.left_edge.i - 2) : noun.i]}
    if before & {"not", "never", "n't", "no", "my", "if"}:
        return False
    return any(
        child.dep_ in ("amod", "compound", "nmod") and child.lower_ in BAD | BROKEN and child.i < noun.i
        for child in noun.children
    )


def _is_missing(noun: Token) -> bool:
    """Tell whether it is said to be lacking: "no offline mode", "there isn't a pool"."""
    if any(child.dep_ in ("det", "neg") and child.lower_ == "no" for child in noun.children) and noun.tag_[0] == "N":
        if noun.left_edge.i and noun.doc[noun.left_edge.i - 1].lower_ in ("so", "says", "said", "=", "of"):
            return False
        return noun.dep_ in ("ROOT", "attr", "dobj", "conj", "nsubj", "appos", "npadvmod", "dep") and not _has_tail(
            noun
        )
    verb = noun.head
    if noun.dep_ == "attr" and verb.lemma_ == "be" and any(child.dep_ == "expl" for child in verb.children):
        return _is_negated(verb)
    return False


def _has_tail(noun: Token) -> bool:
    """Tell whether what follows makes it another thing than the noun says: "no way to", "no intention of"."""
    return any(child.dep_ in ("acl", "relcl") and child.i > noun.i and child.tag_ != "VBN" for child in noun.children)


def _is_negated(verb: Token) -> bool:
    children = list(verb.children)
    return any(
        child.dep_ == "neg" or child.lower_ in NEGATIONS
        for child in children
        if child.i < verb.i + 2 and child.dep_ != "det"
    ) or (verb.dep_ == "xcomp" and verb.head.lemma_ in ("fail", "refuse"))


def _is_hypothetical(verb: Token) -> bool:
    return any(
        (child.dep_ == "mark" and child.lower_ in ("if", "unless", "until"))
        or (child.dep_ == "aux" and child.lower_ in ("would", "could", "should", "might", "may", "'d"))
        or (child.dep_ == "nsubj" and child.lower_ in ("who", "what", "that", "which"))
        for child in verb.children
    )


def _is_compared(state: Token) -> bool:
    """Tell whether it is said of somebody else's: "slower than yours", or denied: "not that bad"."""
    return any(child.lower_ in ("than", "not", "n't", "never") for child in state.children)
