"""The walk through a text that collects what the speaker still has to do."""

from dataclasses import replace

from braindump_cli.domain.insight import SUGGESTION_BELOW
from braindump_cli.insights.offline.actions import read_actions, runs_on
from braindump_cli.insights.offline.duty import Duty
from braindump_cli.insights.offline.guards import (
    imperative_at,
    is_blocked,
    is_remote,
    is_softened,
    names_action,
    opens_clause,
)
from braindump_cli.insights.offline.hints import hinted, thing_to_remember
from braindump_cli.insights.offline.lexicon import CANCELS, CLAUSE_OPENERS, DETERMINERS, FINITE, VERBS
from braindump_cli.insights.offline.reading import Reading
from braindump_cli.insights.offline.states import put_first
from braindump_cli.insights.offline.trigger import Trigger
from braindump_cli.insights.offline.triggers import trigger_at
from braindump_cli.insights.offline.verbs import base_of_gerund, base_of_participle

_LONGEST_ASIDE = 7
_TAKING_REACH = 40  # words after which "that's me" no longer takes on what was open
_LIST_REACH = 30  # words after a duty within which a bare verb after "and" still belongs to its list
_LIST_INTROS = (
    "to do", "todo", "on my list", "on the list", "to do list", "to-do list", "things to do", "my list",
    "todo list", "to dos", "todos", "still to do", "left to do", "jobs for today", "jobs for tomorrow",
    "errands", "tasks for today", "tasks for tomorrow", "things i need to do", "things i have to do",
    "stuff to do", "to get done", "get done", "action items", "what's left", "list for today",
    "list for tomorrow",
    "today's list", "jobs", "tasks", "reminders", "for the week",
)  # fmt: skip

_ASIDE = frozenset(
    "number , while i remember before forget think of it another more thing i'm at what else a few".split()
)
_TAKEN = (
    "that's me", "it's me", "that'll be me", "that one's mine", "that's mine", "i'll do it", "i'll do that",
    "i'd do it", "i'd do that", "i'll take it", "i'll take that", "i'll own", "leave it with me",
    "i volunteered", "i put my hand up", "guess that's me", "i'll handle it", "i'll handle that",
    "it'll be me",
    "i'll sort it", "i'd sort it", "i'd take it", "i got stuck with it", "it fell to me",
    "i'll take care of it",
    "i'll take care of that", "i'd handle it", "that is me", "that'd be me", "it's on me", "that's on me",
    "down to me", "well me", "that somebody is me", "that someone is me", "lands on me", "falls to me",
    "lies with me",
    "lying with me", "so me then", "me obviously", "that would be me", "is mine", "are mine",
    "it has to be me",
    "it's gonna have to be me", "it's going to have to be me", "comes down to me", "i said yes",
    "and i will", "so i will", "and i said fine", "that still stands", "still stands", "that's still on",
    "which still stands",
    "i said i would", "i'll be the one",
)  # fmt: skip
_AS_OTHERS_SAY = (
    ", people say", "people say", "they always say", ", she says", "she says", ", he says", "he says",
    ", they say", "they say", ", she said", ", he said",
)  # fmt: skip
_IS_DONE = ("that's done", "that's already done", "it's already done", "done that already")
_DONE_BY_OTHERS = (
    "doing that",
    "sorting that",
    "handling that",
    "covering that",
    "doing it",
    "on it",
    "on that",
    "sorting it",
)
_GIVEN_UP = (
    "was going to", "were going to", "was gonna", "was thinking of", "was planning", "thought about",
    "was meant to",
    "was supposed to", "had planned", "was thinking about", "wanted to",
)  # fmt: skip


def collect(reading: Reading) -> list[Duty]:
    """Return the duties of a text in its order, cancelled ones left out."""
    walk = _Walk(reading)
    place = 0
    while place < len(reading):
        place = max(walk.step(place), place + 1)
    return walk.duties


class _Walk:
    """Holds what has been found while the text is read once, from left to right."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.duties: list[Duty] = []
        self.groups = 0
        self.intro = -1
        self.given_up = -1  # where an intention was last told as past: "I was going to"

    def step(self, place: int) -> int:
        """Read what stands at `place`; return where to go on."""
        reading = self.reading
        if reading.words.follows(place, *_GIVEN_UP):
            self.given_up = place
        if self._cancels(place):
            return place + 2
        if self._takes_on(place):
            return place + 1
        trigger = trigger_at(reading, place)
        if trigger:
            return self._announced(trigger)
        if found := hinted(reading, place):
            self.duties += found
            return found[-1].quote_end
        if after := self._listed(place):
            return after
        if found := thing_to_remember(reading, place):
            self.duties += found
            return found[-1].quote_end
        may_order = opens_clause(reading, place) and self._may_order(place)
        if may_order and imperative_at(reading, place, in_list=self._in_list(place)):
            return self._take(Trigger(place, place, 0.75, "imperative"))
        if self.duties and place - self.duties[-1].end <= 6 and runs_on(reading, place, self.duties[-1].verb):
            return self._take(Trigger(place, place, 0.7, "imperative"), lead=self._list_lead())
        return place + 1

    def _announced(self, trigger: Trigger) -> int:
        reading = self.reading
        if self._asks(trigger) or is_blocked(reading, trigger) or is_remote(reading, trigger):
            return max(trigger.verb, trigger.start + 1)
        inner = (
            trigger_at(reading, trigger.verb)
            if reading.at(trigger.verb) in ("remember", "make", "remind")
            else None
        )
        if inner:
            trigger = Trigger(trigger.start, inner.verb, trigger.confidence, inner.kind, trigger.is_shared)
        nested = (
            trigger_at(reading, trigger.verb) if reading.at(trigger.verb) in ("i", "i'm", "i've") else None
        )
        if nested:
            return trigger.verb
        if not trigger.head and not names_action(reading, trigger.verb, trigger.kind):
            return max(trigger.verb, trigger.start + 1)
        if not trigger.head and (fronted := put_first(reading, trigger)):
            self.duties.append(fronted)
            return fronted.quote_end
        if is_softened(reading, trigger):
            trigger = replace(trigger, confidence=0.45)
        return self._take_gerunds(trigger) if trigger.head else self._take(trigger)

    def _asks(self, trigger: Trigger) -> bool:
        """Tell whether the sentence is a question, which announces nothing but "can you remind me to"."""
        return trigger.kind != "remind" and self._is_question(trigger.start)

    def _is_question(self, place: int) -> bool:
        return self.reading.at(self.reading.sentence(place)[1] - 1) == "?"

    def _take(self, trigger: Trigger, *, lead: int = -1) -> int:
        """Add the duties of the list that begins at the trigger's verb."""
        self.groups += 1
        spans = read_actions(self.reading, trigger.verb)
        if spans and self.reading.words.follows(spans[-1][1], *_AS_OTHERS_SAY):
            return spans[-1][1]
        for number, (start, end) in enumerate(spans):
            if number and not names_action(self.reading, start, "must"):
                continue
            self.duties.append(
                Duty(
                    start=trigger.start if not number else start,
                    verb=start,
                    end=end,
                    kind=trigger.kind,
                    confidence=trigger.confidence,
                    is_shared=trigger.is_shared,
                    group=self.groups,
                    lead=lead,
                )
            )
        return spans[-1][1] if spans else trigger.verb + 1

    def _take_gerunds(self, trigger: Trigger) -> int:
        """Add the duties of "ringing the vet and sorting the loft"."""
        reading, verb, head, start = self.reading, trigger.verb, trigger.head, trigger.start
        self.groups += 1
        while head in VERBS:
            end = read_actions(reading, verb)[0][1]
            cut = (k for k in range(verb + 2, end) if base_of_gerund(reading.at(k)) in VERBS)
            onward = next((k for k in cut if reading.at(k - 1) in ("and", ",", "then")), end)
            stop = onward if onward == end else onward - 1
            self.duties.append(
                Duty(
                    start=start, verb=verb + 1, end=max(stop, verb + 1), kind=trigger.kind, head=head,
                    confidence=trigger.confidence, is_shared=trigger.is_shared, group=self.groups,
                )
            )  # fmt: skip
            if onward == end:
                return end
            verb = start = onward
            head = base_of_gerund(reading.at(verb)) or ""
        return verb

    def _list_lead(self) -> int:
        """Return where the words begin that may name the date of the list being read."""
        head = self.duties[-1]
        return (
            head.lead
            if head.lead >= 0
            else head.start
            if head.start < head.verb and head.kind == "imperative"
            else -1
        )

    def _in_list(self, place: int) -> bool:
        return bool(self.duties) and place - self.duties[-1].end <= _LIST_REACH

    def _may_order(self, place: int) -> bool:
        """Allow a bare verb after "and" or a comma only in the company of duties, or with a date to come."""
        before = self.reading.at(place - 1)
        if before in ("and", ",", "then", "to", "but", "now", "still", "or", "again", "right", "well"):
            starts = self._starts_sentence(place) or self.reading.after_filler(place)
            return (self._in_list(place) or starts) and before not in ("to", "or")
        return not self._is_question(place)

    def _starts_sentence(self, place: int) -> bool:
        """Tell whether nothing but "oh, and while I remember," stands before `place` in its sentence."""
        start, _ = self.reading.sentence(place)
        if place - start > _LONGEST_ASIDE:
            return False
        lead = [self.reading.at(k) for k in range(start, place)]
        return all(word in CLAUSE_OPENERS or word in _ASIDE for word in lead)

    def _cancels(self, place: int) -> bool:
        """Drop the last duty at "skip that" or "I already did that"; a date after it means a correction instead."""
        reading = self.reading
        after = reading.words.follows(place, *CANCELS)
        taken_by_other = reading.at(place - 1).endswith("'s") or reading.at(place - 1) in ("is", "are")
        taken_by_other = taken_by_other and reading.at(place - 1) not in (
            "it's",
            "that's",
            "there's",
            "what's",
        )
        if taken_by_other and reading.words.follows(place, *_DONE_BY_OTHERS):
            after = place + 2
        if not after or reading.at(place - 1) in (
            "else",
            "or",
            "can't",
            "i'll",
            "to",
            "never",
            "can",
            "there's",
            "with",
            "feel",
        ):
            return False
        is_latest = bool(self.duties) and self.duties[-1].start > self.given_up
        if is_latest and self._speaks_of_a_deed(place):
            return True
        if is_latest and place - self.duties[-1].end <= 20 and not reading.dates_between(after, after + 4):
            self.duties.pop()
        return True

    def _speaks_of_a_deed(self, place: int) -> bool:
        """Tell whether "that's done" is about what its own sentence tells: "I called the dentist, that's done"."""
        reading = self.reading
        start, _ = reading.sentence(place)
        if start < self.duties[-1].end or not reading.words.follows(place, *_IS_DONE):
            return False
        verbs = (
            reading.at(k + 1) for k in range(start, place) if reading.at(k) in ("i", "i've", "we", "we've")
        )
        return any(base_of_participle(verb) in VERBS for verb in verbs)

    def _takes_on(self, place: int) -> bool:
        """Let "that's me" or "I'll take that" make an open duty the speaker's own."""
        duty = self.duties[-1] if self.duties else None
        after = self.reading.words.follows(place, *_TAKEN)
        is_waiting = duty is not None and (
            duty.is_open or (duty.kind == "asked" and duty.confidence < SUGGESTION_BELOW)
        )
        if not after or not duty or not is_waiting or place - duty.end > _TAKING_REACH:
            return False
        duty.is_open, duty.taken, duty.confidence = False, after, 0.75
        return True

    def _listed(self, place: int) -> int:
        """Read the things after "on my list:", one duty each."""
        reading = self.reading
        after = reading.words.follows(place, *_LIST_INTROS)
        if not after:
            return 0
        while (number := reading.date_at(after)) is not None:
            after = reading.date_range(number)[1]
        after = reading.words.skip(after, "is", "are")
        if (
            reading.at(after) in VERBS
            and reading.at(after + 1) in (*DETERMINERS, "up", "out")
            and opens_clause(reading, place)
        ):
            return self._take(Trigger(place, after, 0.8, "imperative"))
        is_spoken_list = place - reading.sentence(place)[0] <= 1 and reading.at(after) in (",", ".")
        if reading.at(after) != ":" and not is_spoken_list:
            return 0
        self.groups += 1
        self.intro = place
        limit = reading.sentence(after + 1)[1]
        place = after + 1
        while place < limit:
            place = self._list_item(place, limit)
        return limit

    def _list_item(self, place: int, limit: int) -> int:
        reading = self.reading
        place = reading.words.skip(
            place, "and", "then", ",", "also", "and then", "finally", "and finally", "oh and"
        )
        trigger = trigger_at(reading, place)
        if trigger:
            return self._announced(trigger)
        if reading.at(place) in VERBS and reading.at(place + 1) not in (",", ".", "and"):
            return self._take(Trigger(place, place, 0.75, "imperative"), lead=self.intro)
        end = place
        while end < limit and reading.at(end) not in (",", "and", ".", ";", "!", "?"):
            end += 1
        if end > place and not any(reading.at(k) in FINITE for k in range(place, end)):
            self.duties.append(
                Duty(
                    start=place,
                    verb=place,
                    end=end,
                    kind="noun",
                    confidence=0.65,
                    group=self.groups,
                    lead=self.intro,
                )
            )
        return end + 1
