"""English words as a question and its answer share them: folded, without endings, with their near kin.

Light on purpose: rules of endings, the irregular verbs, and groups of everyday words that people exchange for one
another. In other languages the words must simply be the same.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_VOWEL = re.compile(r"[aeiouy]")
_ENDINGS = (
    ("iest", "y"), ("ies", "y"), ("ied", "y"), ("ier", "y"), ("sses", "ss"), ("ings", ""), ("ing", ""),
    ("ed", ""), ("oes", "o"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("s", ""),
)  # fmt: skip
_KEPT = ("ss", "us", "is", "eed")  # grass, bus, this, need
_IRREGULAR = """
be was were been am is are; begin began begun; bite bit bitten; blow blew blown; break broke broken; bring brought
build built; buy bought; catch caught; choose chose chosen; come came; cost; do did done does; draw drew drawn
drink drank drunk; drive drove driven; eat ate eaten; fall fell fallen; feel felt; fight fought; find found
fly flew flown; forget forgot forgotten; get got gotten; give gave given; go went gone goes; grow grew grown
have had has; hear heard; hide hid hidden; hold held; keep kept; know knew known; lay laid; lead led; leave left
lend lent; lie lain lying; lose lost; make made; mean meant; meet met; pay paid; ride rode ridden; ring rang rung
rise rose risen; run ran; say said; see saw seen; sell sold; send sent; shake shook shaken; show shown; sing sang sung
sit sat; sleep slept; speak spoke spoken; spend spent; stand stood; steal stole stolen; swim swam swum
take took taken; teach taught; tell told; think thought; throw threw thrown; understand understood; wake woke woken
wear wore worn; win won; write wrote written
child children; man men; woman women; foot feet; tooth teeth; mouse mice; life lives; wife wives; knife knives
loaf loaves; leaf leaves
"""
# The first word of a group and each of the others may stand for one another.
_KIN = """
mother mum mam mom mummy; father dad daddy; grandfather grandad granddad grandpa; parent mum dad mother father
grandmother granny gran nan grandma; child kid son daughter; kid boy girl; baby toddler; husband partner; wife partner
aunt auntie; uncle; friend mate; colleague coworker teammate; boss manager; neighbour neighbor; guy bloke man
doctor gp dr surgery physician; dentist tooth; therapist counsellor therapy; physio physiotherapist; vet
ill sick unwell poorly; hurt pain ache sore; tired exhausted knackered; medicine tablet pill medication antibiotic drug
blood ferritin iron; injury injure hurt; leg knee claw foot limp paw; headache migraine; jab vaccine vaccination
sleep awake insomnia nap; happy glad delighted pleased joy; sad low upset cry grief down; angry annoyed furious cross
argue argument fight row quarrel; worry anxious worried nervous; afraid scared dread frightened; proud
apologise apologize sorry apology; promise swear; decide decision resolve; agree accept
job work career position; salary wage pay; hire recruit; resign quit notice; leave depart quit resign notice
company firm employer
interview panel; meeting meet appointment; standup; presentation talk slide speech lecture; project
money pound quid euro dollar cost price; cost price pay paid quid pound fee; debt loan owe lend borrow
buy purchase order; sell sale; rent landlord lease; mortgage loan; bill invoice; interest rate mortgage; bid offer
house home flat apartment; heating boiler radiator; repair fix mend; engineer plumber electrician mechanic
builder plaster plumber; garage mechanic mot workshop; car drive van; bike bicycle cycle; bus train tram
flight fly plane airport; travel trip journey holiday; holiday vacation trip leave; hotel cottage; sea beach coast
steal theft burgle robbery nick take break; test result check; thief burglar; broken damage crack break
lost missing lose; key lock
dog puppy; cat kitten; bird; garden allotment; plant sow grow; bee hive colony; tree
food meal dinner lunch cook; dinner supper tea meal; cake bake; bread sourdough loaf; drink wine beer; recipe cook
birthday party anniversary seventieth fiftieth fortieth sixtieth thirtieth; party celebration; gift present
wedding marry marriage; funeral bury; die death dead; church
school class teacher pupil; exam test; essay mark; university degree phd study; book read novel; music song play
sing choir; violin fiddle; film movie cinema; run jog marathon; swim pool; gym exercise workout; walk hike stroll
call ring phone rang; message text email; letter mail post; computer laptop; phone mobile; database table
begin start; end finish stop; allow permit; forbid ban cancel; cause reason because; trigger cause; fail failure wrong
plan intend; idea thought; change alter; forget; remember; learn; teach; name call; bake make; old age aged
"""
STOP = frozenset(
    """
a an the this that these those some any each every all both no not nor only just also too very so such as than then
i me my mine myself we us our ours you your yours he him his she her hers it its they them their theirs one
be was were been am is are being have had has having do did done does doing will would shall should can could may might
must ought going gonna go went gone goes get got gotten make made let
and or but if because while of at by for with about against between into through during before after above below to from
up down in out on off over under again further once here there when where why how what which who whom whose whether
ever never still already yet even much many more most few lot really actually please tell
long last first next ago again day time thing something anything someone anybody anyone somebody back away around
i'm i've i'd i'll we're we've it's what's who's where's that's didn't don't doesn't wasn't isn't
""".split()
)
# Words by which one asks about a journal rather than about what stands in it: they count for little.
LIGHT = frozenset(
    """
say said mention talk write wrote note think thought feel felt decide plan want need like happen call name
kind sort type number amount date week month year place person people journal entry remember know
give come live living keep put use find turn new old good bad own see look watch
""".split()
)


class Token(NamedTuple):
    """A word of a text, and where it stands."""

    stem: str
    start: int
    end: int


def folded(word: str) -> str:
    """Return a word in lower case, Latin letters without accents, without the `'s` of possession."""
    lower = word.lower().replace("’", "'").removesuffix("'s")
    return lower if lower.isascii() else "".join(map(_unaccented, lower))


def _unaccented(char: str) -> str:
    base = unicodedata.normalize("NFKD", char)[0]
    return base if base.isascii() else char


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of a text in order."""
    for found in WORD.finditer(text):
        yield Token(stem(folded(found[0])), found.start(), found.end())


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """Return a folded word without its ending: the same for `walk`, `walks`, `walked` and `walking`."""
    base = _bases().get(word)
    if base:
        return base
    for ending, kept in _ENDINGS:
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) > 2 and _VOWEL.search(rest) and not word.endswith(_KEPT):
            return _trimmed(rest + kept)
    return _trimmed(word)


def _trimmed(word: str) -> str:
    """Make `stopp` `stop`, `bake` `bak`, `happi` `happy`."""
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        return word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


@cache
def _bases() -> dict[str, str]:
    bases: dict[str, str] = {}
    for forms in _lines(_IRREGULAR):
        bases |= dict.fromkeys(forms, _trimmed(forms[0]))
    return bases


@cache
def kin(of: str) -> frozenset[str]:
    """Return the stems of words that may stand for the one with this stem."""
    return _groups().get(of, frozenset())


@cache
def _groups() -> dict[str, frozenset[str]]:
    groups: dict[str, frozenset[str]] = {}
    for words in _lines(_KIN):
        head, *others = map(stem, words)
        for one, known in ((head, set(others)), *((other, {head}) for other in others)):
            groups[one] = groups.get(one, frozenset()) | (known - {one})
    return groups


def spellings(of: str) -> tuple[str, ...]:
    """Return what finds a stem in an index of whole words: words, and beginnings that end with `*`."""
    if len(of) >= 5:
        return (f"{of.removesuffix('y')}*",)
    ends = ("", "e", "s", "es", "ed", "d", "ing", f"{of[-1]}ed", f"{of[-1]}ing", "er", "ers")
    irregular = (form for forms in _lines(_IRREGULAR) if _trimmed(forms[0]) == of for form in forms)
    plural = (f"{of[:-1]}ies",) if of.endswith("y") else ()
    regular = (*(f"{of}{end}" for end in ends), *plural)
    return tuple(dict.fromkeys((*regular, *irregular)))


def _lines(table: str) -> Iterator[list[str]]:
    for line in table.strip().replace("\n", ";").split(";"):
        if words := line.split():
            yield words


def alike(one: str, other: str) -> float:
    """Return how many of the words that say something two texts share, 0 to 1; beside one, kin count as well."""
    mine, theirs = _content(one), _content(other)
    if not mine & theirs:
        return 0.0
    shared = sum(1 for word in mine if word in theirs or kin(word) & theirs)
    return shared / max(len(mine), len(theirs))


@lru_cache(maxsize=4096)
def _content(text: str) -> frozenset[str]:
    words = (folded(found[0]) for found in WORD.finditer(text))
    return frozenset(stem(word) for word in words if word not in STOP)
