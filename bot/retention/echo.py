"""Finds what a person named, so that it is acknowledged before the next question: a place, company, thing or sum.

It must rather find nothing than the wrong name; and it never says a word that the person did not write.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.retention.facts import Fact, FactKind
from bot.retention.reasons import Reason
from bot.retention.wording import count_words, normalise


class EchoKind(StrEnum):
    """What is acknowledged. Values are the ends of responses' names."""

    PLACE = "place"
    COMPETITOR = "competitor"
    THING = "thing"
    MISSING = "missing"
    SUM = "sum"

    @property
    def needs_a_name(self) -> bool:
        """Whether only a name will do, which something else than a pattern has to recognise as one."""
        return self in (EchoKind.PLACE, EchoKind.COMPETITOR)


@dataclass(frozen=True)
class Echo:
    """What can be said back, word for word as it was written. `sure`: a name that nothing else has to recognise."""

    kind: EchoKind
    words: str
    sure: bool = False


_LONGEST_TEXT = 2_000
_LONGEST_NAME = 40
_NAME = r"((?:[A-Z][\w'’&.-]*|[A-Z]{2,})(?: (?:[A-Z][\w'’&.-]*|upon|de|of|la|le|am|on)){0,3})"
_SUBJECT = (
    r"(?:^|,|\b(?:I|i|[Ww]e|I['’]?m|[Ww]e['’]re|I['’]ve|[Ww]e['’]ve|am|are|have|been|be|being|and|"
    r"husband['’]s|wife['’]s))"
)
_PLACE = re.compile(
    rf"{_SUBJECT}\s*(?:(?:just|now|also|recently|being|been|be|have) )*(?:[Mm]ov(?:e|ed|ing)|[Rr]elocat(?:e|ed|ing)|"
    r"[Ee]migrat(?:e|ed|ing)|[Tt]ransferred|[Pp]osted|[Oo]ff|[Hh]eading)"
    rf"(?: (?:back|out|over|away|up|down|home|house|permanently|now))* to {_NAME}"
)
_RIVAL_TAKEN = re.compile(
    r"\b(?:[Ss]witch(?:ed|ing)?|[Mm]ov(?:ed|ing)|[Cc]hang(?:ed|ing)|[Gg]oing|[Gg]one|[Ww]ent|[Ss]ign(?:ed|ing) up|"
    r"[Jj]oin(?:ed|ing)|"
    rf"[Cc]hose|[Cc]hoosing)(?: (?:over|across|back|instead|now))*(?: (?:to|with|for))? {_NAME}"
)
# After these verbs comes a company, if one word alone has a capital in a clause that has no others.
_RIVAL_JOINED = re.compile(r"\b(?:switch(?:ed|ing)(?: over)? to|sign(?:ed|ing) up with|joined) ([A-Z]\w{2,})(?! [A-Z])")
_CAPITAL = re.compile(r"(?<=[\w,] )(?!I\b)[A-Z]\w*")
_RIVAL_BETTER = re.compile(
    rf"(?:^|[.,;:!?]\s+|\b(?:because|as|since|but|and|that) ){_NAME} (?:is|are|was) (?:so |much |far |way |a lot |"
    rf"half |simply |just )*"
    r"(?:cheaper|better|faster|quicker|easier|nicer|closer|half the price)\b"
)
_ASKED_FOR = re.compile(rf"^\s*(?:[Tt]o|[Ii]n|[Ii]t['’]?s|[Ww]ith|[Oo]h)?\s*{_NAME}(?=$|[\s,])")
_MEANWHILE = r"(?:has|have|had|been|just|keeps?|kept|always|often|constantly|never|simply|suddenly|is|was|were|are)"
_BROKEN = re.compile(
    r"(?:^|\b(?:and|but|because|when|that|as|since) |, )\W*(?:[Tt]he|[Mm]y|[Yy]our|[Oo]ur) "
    rf"((?:[a-z][\w-]+ )?(?!{_MEANWHILE} )[a-z][\w-]{{2,}})"
    r"(?: (?:you (?:sent|gave|sold)(?: me| us)?|that came with it))? "
    rf"(?:{_MEANWHILE} )*"
    r"(?:broke(?:n)?|breaks?|breaking|crash(?:es|ed|ing)|freez(?:es|ing)|froze|stopp(?:ed|ing) working|dropp?(?:s|"
    r"ed|ing)(?: out)?|"
    r"cuts? out|died|leak(?:s|ed|ing)?|fell apart|falls? apart|tore|worked|works)\b"
)
_NUMBER = r"(?:\d{1,3}(?:[.,]\d{3})+|\d{1,5})(?:[.,]\d{1,2})?"
_AMOUNT = (
    rf"(?:[£$€] ?{_NUMBER}|{_NUMBER} ?[£$€]|\d{{1,5}}[.,]\d{{2}}|{_NUMBER} (?:euros?|dollars?|pounds?|quid|bucks))"
)
_RISE = re.compile(rf"\b(from (?:{_AMOUNT}|\d{{1,5}}) to {_AMOUNT})(?![\w%])", re.IGNORECASE)
_AMOUNTS = re.compile(rf"(?<![\w.,])({_AMOUNT}(?: (?:a|per) (?:month|year|week))?)(?![\w%.,]*\d|[\w%])", re.IGNORECASE)
_DIFFERENCE = re.compile(rf"{_AMOUNT}(?: (?:a|per) \w+)? (?:less|more|off|cheaper|dearer|extra|back)\b", re.IGNORECASE)
_MOST_WORDS_AROUND_A_SUM = 25
# A word of these near the name makes it a wish, a denial or somebody else's move.
_NOT_SO = re.compile(
    r"\b(?:not|never|no|nt|dont|didnt|wont|isnt|arent|wasnt|if|might|may|could|would|should|maybe|perhaps|"
    r"considering|thinking|thought|"
    r"almost|nearly|unlike|sister|brother|friend|friends|daughter|son|neighbour|colleague|parents|they|he|she|who|"
    r"was going to|instead of|"
    r"used to|before|told|said|says|asked)\b"
)
_PUNCTUATION = re.compile(r"[.!?;\n]+")
_NAMES_NOTHING = """
    i a an the my our your his her mum mom mam dad nan gran monday tuesday wednesday thursday friday saturday sunday
    january february march april may june july august september october november december christmas easter android
    iphone ios windows mac building block flat house home floor street road plan basic premium pro standard monthly
    annual yearly weekly god jesus english hell work school university uni college live stay be get go somewhere
    elsewhere another someone you it this that what cash paper summer winter spring autumn north south east west
    vegan decaf online offline customer support service prison hospital hell heaven
"""
_NO_NAMES = frozenset(_NAMES_NOTHING.split())
# A thing of which nobody would say that it broke, or which names nothing.
_BREAKS_NOT = """
    thing things whole one ones it this that way price prices trust promise promises law camel news contract rules
    record heart staff service people person man woman manager driver agent husband wife mother father mum dad son
    daughter child children kid kids baby dog cat friend only last first same other nothing something everything
    anything time times once year month week day company you we they i he she and but or so because which who never
    always really just very keeps kept often quality body leg ankle arm back hip deal idea what world
"""
_NO_THINGS = frozenset(_BREAKS_NOT.split())
_SHOUTED = re.compile(r"^[^a-z]*$")
_UNSAYABLE = re.compile(r"[<>{}\[\]\\|/@#*_~`^=+\"“”«»]|https?:|www\.|\.[a-z]{2,}$", re.IGNORECASE)


def find_candidates(text: str, company: str = "", *, answers_probe: bool = False) -> tuple[Echo, ...]:
    """Return what patterns find: at most one of each kind, of names only those that were written as names.

    `answers_probe`: somebody was asked where they go, so that a name at the beginning is enough.
    """
    if len(text) > _LONGEST_TEXT:
        return ()
    found: list[Echo] = []
    if not _SHOUTED.match(text):
        asked = (_ASKED_FOR,) if answers_probe else ()
        found += _find_names(EchoKind.PLACE, (_PLACE, *asked), text, company)
        found += _find_names(EchoKind.COMPETITOR, (_RIVAL_TAKEN, _RIVAL_BETTER, *asked), text, company)
    found += _find_thing(text)
    found += _find_sum(text)
    return tuple(echo for echo in found if is_sayable(echo.words))


def echo_facts(facts: Iterable[Fact]) -> tuple[Echo, ...]:
    """Return what can be said back of facts that were found: of each kind none, where there are two of it.

    A feature is said back as it was written only where it was written small, as it comes amid a sentence of ours.
    """
    found: dict[EchoKind, set[str]] = {}
    for fact in facts:
        if fact.kind is FactKind.FEATURE and (fact.text[0].isupper() and not fact.text[:2].isupper()):
            continue
        for kind in _ECHOED.get(fact.kind, ()):
            found.setdefault(kind, set()).add(fact.text)
    return tuple(
        Echo(kind, next(iter(words)), sure=True)
        for kind, words in found.items()
        if len(words) == 1 and is_sayable(next(iter(words)))
    )


def choose_echo(
    candidates: Collection[Echo], reasons: Sequence[Reason], names: Collection[str], already: Collection[str]
) -> Echo | None:
    """Return the one thing to say back, or None.

    It has to belong to one of the reasons (a sum to the first of them), and a name also has to be among `names`: what
    something else than a pattern recognised as names of places or companies. `already` are kinds said back before.
    """
    fitting = [
        echo
        for echo in candidates
        if echo.kind not in already
        and _BELONGS[echo.kind] & set(reasons[:1] if echo.kind is EchoKind.SUM else reasons)
        and (not echo.kind.needs_a_name or echo.sure or _agrees(echo.words, names))
    ]
    return fitting[0] if fitting else None


def write_probe_sentence(echo: Echo) -> str:
    """Return a plain sentence around a name, in which it is easier to recognise than in a chat. Nobody is shown "
    "it."""
    if echo.kind is EchoKind.PLACE:
        return f"She moved to the city of {echo.words}."
    return f"The company {echo.words} announced its results."


def is_sayable(words: str) -> bool:
    """Tell whether words are harmless in a sentence of ours: short, no link, no markup."""
    return 2 <= len(words) <= _LONGEST_NAME and words.isprintable() and not _UNSAYABLE.search(words)


_ECHOED = {
    FactKind.PLACE: (EchoKind.PLACE,),
    FactKind.COMPETITOR: (EchoKind.COMPETITOR,),
    FactKind.FEATURE: (EchoKind.THING, EchoKind.MISSING),
}
_BELONGS = {
    EchoKind.PLACE: {Reason.RELOCATION},
    EchoKind.COMPETITOR: {Reason.COMPETITOR},
    EchoKind.THING: {Reason.TECHNICAL_RELIABILITY, Reason.PRODUCT_QUALITY},
    EchoKind.MISSING: {Reason.MISSING_FEATURES},
    EchoKind.SUM: {Reason.PRICE},
}


def _find_names(kind: EchoKind, patterns: tuple[re.Pattern[str], ...], text: str, company: str) -> list[Echo]:
    found: set[str] = set()
    sure: set[str] = set()
    for clause in _PUNCTUATION.split(text):
        if kind is EchoKind.COMPETITOR and len(_CAPITAL.findall(clause)) == 1:
            sure.update(match[1] for match in _RIVAL_JOINED.finditer(clause))
        for pattern in patterns:
            for match in pattern.finditer(clause):
                name = _trim(match[1] or "")
                if name and not _NOT_SO.search(normalise(clause)) and not _is_company(name, company):
                    found.add(name)
    # Two names are one too many: "moved from Leeds to Lisbon and then to Porto".
    return [Echo(kind, name, sure=name in sure) for name in found] if len(found) == 1 else []


def _trim(name: str) -> str:
    words = name.strip(" .'’-&").split()
    while words and words[-1].casefold() in {"upon", "de", "of", "la", "le", "am", "on"} | _NO_NAMES:
        words.pop()
    return (
        ""
        if not words or any(word.casefold().rstrip(".'") in _NO_NAMES for word in words)
        else " ".join(words).rstrip(".'’-&")
    )


def _is_company(name: str, company: str) -> bool:
    ours = set(normalise(company).split()) - {"and", "the", "of", "co", "ltd", "inc"}
    return bool(ours & set(normalise(name).split()))


def _find_thing(text: str) -> list[Echo]:
    found = set()
    for clause in _PUNCTUATION.split(text):
        for match in _BROKEN.finditer(clause):
            words = match[1].split()
            works = re.search(r"\bwork(?:s|ed)$", match[0])
            is_negated = re.search(r"\b(?:never|not|nt)\b", normalise(match[0]))
            if bool(works) == bool(is_negated) and words[-1] not in _NO_THINGS:
                found.add(" ".join(word for word in words if word not in _NO_THINGS))
    return [Echo(EchoKind.THING, thing) for thing in found if thing] if len(found) == 1 else []


def _find_sum(text: str) -> list[Echo]:
    if count_words(text) > _MOST_WORDS_AROUND_A_SUM or _DIFFERENCE.search(text):
        return []
    rises = _RISE.findall(text)
    if len(rises) == 1:
        return [Echo(EchoKind.SUM, rises[0])]
    sums = _AMOUNTS.findall(text)
    return [Echo(EchoKind.SUM, sums[0])] if len(sums) == 1 and not rises else []


def _agrees(words: str, names: Collection[str]) -> bool:
    ours = normalise(words)
    return any(
        ours == name or f" {ours} " in f" {name} " or f" {name} " in f" {ours} "
        for name in map(normalise, names)
        if name
    )
