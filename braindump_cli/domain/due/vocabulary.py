"""Words of the calendar: what people call numbers, days, months and the parts of a day."""

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
)
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
    " fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)

ONES = {word: value for value, word in enumerate(f"{_ONES} seventeen eighteen nineteen".split())}
TENS = _TENS
CARDINALS = {**ONES, **TENS}
ORDINALS = {**{word: value for value, word in enumerate(_ORDINALS.split(), 1)}, "thirtieth": 30}
ORDINAL_ENDINGS = frozenset(("st", "nd", "rd", "th"))

WEEKDAYS = {
    word: number
    for number, names in enumerate(
        (
            "monday",
            "tuesday tues tue",
            "wednesday weds",
            "thursday thurs thur thu",
            "friday fri",
            "saturday",
            "sunday",
        )
    )
    for word in names.split()
}
SHORT_WEEKDAYS = {"mon": 0, "wed": 2, "sat": 5, "sun": 6}  # other words too: only in safe company
WEEKDAY_PLURALS = {f"{word}s": number for word, number in WEEKDAYS.items() if word.endswith("day")}

MONTHS = {
    word: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb febuary",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for word in names.split()
}
MONTHS_THAT_ARE_WORDS = frozenset(
    ("march", "may", "mar", "jan", "sep", "jun", "dec")
)  # need a day or a preposition

UNITS = {
    **dict.fromkeys(("minute", "minutes", "min", "mins"), "minute"),
    **dict.fromkeys(("hour", "hours", "hr", "hrs"), "hour"),
    **dict.fromkeys(("day", "days"), "day"),
    **dict.fromkeys(("week", "weeks", "wk", "wks"), "week"),
    **dict.fromkeys(("fortnight", "fortnights"), "fortnight"),
    **dict.fromkeys(("month", "months"), "month"),
    **dict.fromkeys(("quarter", "quarters"), "quarter"),
    **dict.fromkeys(("year", "years", "yr", "yrs"), "year"),
    **dict.fromkeys(("decade", "decades"), "decade"),
}

TODAY = frozenset(("today", "tonight", "tonite"))
TOMORROW = frozenset(("tomorrow", "tomorow", "tommorow", "tommorrow", "tmrw", "tmr", "tmw", "2moro"))
PARTS_OF_DAY = frozenset(
    "morning afternoon evening night lunchtime lunch noon midday teatime dinnertime bedtime arvo am pm".split()
)
LATE_PARTS = frozenset(
    ("afternoon", "evening", "night", "tonight", "tonite", "arvo", "teatime", "bedtime", "pm")
)
MEALS = frozenset(
    "lunch lunchtime dinner dinnertime tea teatime supper breakfast bed bedtime work school".split()
)
FILLERS = frozenset(("um", "uh", "er", "erm", "uhm", "umm", "uhh", "hmm", "ah"))

# An ordinal is a day of the month only where no noun can follow it: "on the second" but not "on the second floor".
AFTER_A_DATE = frozenset(
    "and or but so because cause cos as since at in on by to for if when then also which that that's it's"
    " its i"
    " i'm i'll i've i'd we we're we'll he she they you it is was are at the latest before after from with"
    " until"
    " till or sooner please um uh er okay ok oh anyway though not no else otherwise unless while the my"
    " our his"
    " her their this maybe right yeah well just now what there there's ask call buy send get have has need"
    " needs"
    " must should will can could would do does of morning afternoon evening night noon fine you what who"
    " how good great everyone mind they're he's she's you're"
    " i'd they'll he'll she'll apparently hopefully honestly which whatever only once after let don't".split()
)
