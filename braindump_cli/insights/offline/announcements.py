"""The phrases with which people announce a duty, and how sure each is. Tables only."""

CERTAIN, LIKELY, FAIR, VAGUE, FAINT = 0.9, 0.8, 0.7, 0.6, 0.45

# After "I" or "we" (or nothing at all, at the start of a clause).
MUST = {
    **dict.fromkeys(
        ("need to", "have to", "have got to", "gotta", "got to", "must", "haveta", "needa"), CERTAIN
    ),
    **dict.fromkeys(
        ("had better", "better", "ought to", "absolutely must", "have still got to", "have yet to"), LIKELY
    ),
    **dict.fromkeys(("should", "shall", "still need to", "might as well", "may as well"), FAIR),
    **dict.fromkeys(("am supposed to", "am meant to", "am due to", "are supposed to", "are meant to"), FAIR),
    **dict.fromkeys(("want to", "wanna", "would like to"), VAGUE),
}
WILL = {
    **dict.fromkeys(("will", "am going to", "am gonna", "are going to", "plan to", "intend to"), FAIR),
    **dict.fromkeys(
        ("am to", "am planning to", "have decided to", "decided to", "aim to", "am aiming to"), FAIR
    ),
}
PROMISE = {
    **dict.fromkeys(
        ("promised to", "agreed to", "offered to", "volunteered to", "committed to", "signed up to"), LIKELY
    ),
    **dict.fromkeys(
        ("have promised to", "have agreed to", "have offered to", "have been asked to", "was asked to"),
        LIKELY,
    ),
    **dict.fromkeys(
        ("have been meaning to", "keep meaning to", "keep forgetting to", "am on the hook to"), FAIR
    ),
    **dict.fromkeys(("still have to", "have still to"), CERTAIN),
    **dict.fromkeys(
        ("got asked to", "got roped into", "forgot to", "have forgotten to", "have volunteered to"), FAIR
    ),
}
# "i'm" and its like, opened up.
OPENED = {
    "i'm": ("i", "am"), "im": ("i", "am"), "i've": ("i", "have"), "ive": ("i", "have"), "i'll": ("i", "will"),
    "i'd": ("i", "would"), "id": ("i", "would"), "we're": ("we", "are"), "we've": ("we", "have"),
    "we'll": ("we", "will"), "we'd": ("we", "would"), "i": ("i", ""), "we": ("we", ""),
}  # fmt: skip
REMIND = {
    "remind me to": CERTAIN, "remember to": CERTAIN, "don't forget to": CERTAIN, "dont forget to": CERTAIN,
    "do not forget to": CERTAIN, "don't let me forget to": CERTAIN, "mustn't forget to": CERTAIN,
    "must not forget to": CERTAIN, "can't forget to": CERTAIN, "cannot forget to": CERTAIN,
    "note to self": LIKELY, "make sure to": LIKELY, "make sure i": LIKELY, "make sure that i": LIKELY,
    "be sure to": LIKELY, "reminder to": CERTAIN, "remind us to": CERTAIN, "remind myself to": CERTAIN,
    "don't let me forget i need to": CERTAIN, "todo": LIKELY, "to do": LIKELY, "mental note to": LIKELY,
    "memo to self": LIKELY, "shouldn't forget to": CERTAIN, "better not forget to": CERTAIN,
    "let's not forget to": CERTAIN, "don't want to forget to": CERTAIN,
    "let us not forget to": CERTAIN, "need reminding to": CERTAIN,
    "note to myself": LIKELY, "can you remind me to": CERTAIN,
}  # fmt: skip
NOUN_REMIND = ("don't forget", "dont forget", "do not forget", "remind me about", "don't let me forget", "remember",
                "reminder", "mustn't forget", "can't forget", "remind me of")  # fmt: skip
NOMINAL = (
    "my job to", "my turn to", "on me to", "up to me to", "down to me to", "my job is to", "my task is to",
    "what i will do is", "what i'll do is", "what i actually have to do is", "what i really need to do is",
    "what i'm going to do is", "what i actually need to do is", "what i really have to do is",
    "what i should do is", "next step is to", "the plan is to", "my plan is to", "next up is to",
    "main thing is to", "goal is to", "priority is to", "first thing is to", "all that's left is to",
    "all i have to do is", "all i need to do is", "what i need to do is", "what i have to do is",
    "thing i need to do is", "thing i have to do is", "it's time to", "time to", "time i", "left to do is",
    "my homework is to", "my mission is to", "my responsibility to", "job is to", "the thing to do is to",
    "the thing to do is", "next thing is to", "only thing left is to", "the aim is to",
    "task for today is to",
    "one thing is to", "my action is to", "action for me is to", "action item is to", "on the hook to",
    "i'm the one who has to", "i'm the one who needs to", "i'm the one that has to", "it's me who has to",
    "falls to me to", "the deal is i", "all that's left to do is", "what's left is to", "one job is to", "still to",
)  # fmt: skip
ASKED = (
    "asked me to", "needs me to", "asked if i could", "asked if i can",
    "asked whether i could", "reminded me to", "needed me to", "is expecting me to",
    "asked us to", "need me to", "are expecting me to", "begged me to", "is waiting for me to",
    "are waiting for me to", "waiting on me to", "counting on me to", "relying on me to",
)  # fmt: skip
WISHED = (
    "wants me to",
    "want me to",
    "expects me to",
    "told me to",
    "wanted me to",
    "wants us to",
    "would like me to",
)
SAID_I = (
    "promised",
    "said",
    "told",
    "swore",
    "agreed",
    "offered",
    "committed",
    "assured",
    "texted",
    "mentioned",
)
# These take the "-ing" form: "I'm in charge of booking the hall".
GERUND_LEADS = (
    "in charge of", "responsible for", "on the hook for", "roped into", "landed with", "stuck with",
    "settled on me", "agreed on me", "decided on me", "ended up with me", "comes down to me", "down to me",
    "volunteered for", "signed up for", "said yes to", "agreed to me", "could do with", "get on with",
)  # fmt: skip
FORWARD = (
    "actually", "try to", "try and", "make sure to", "make sure i", "make sure that i", "go and",
    "get round to",
    "get around to", "remember to", "not forget to", "sit down and", "be sure to", "make time to",
    "find time to", "go ahead and", "please", "finally", "also", "just", "quickly", "definitely", "then",
    "really", "first", "probably", "maybe", "either", "at least", "properly", "get on and", "hurry up and",
    "have to", "need to", "have got to", "gotta", "got to", "sit down", "go up and", "go over and",
    "go out and",
    "go in and", "go down and", "go back and", "go round and", "pop out and", "pop in and", "pop round and",
    "pop over and", "nip out and", "nip down and", "get up and", "knuckle down and", "bite the bullet and",
    "manage to", "start by", "still", "start", "to", "stop putting off", "be", "ask you to", "now",
)  # fmt: skip
