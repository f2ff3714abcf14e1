"""Words the rules go by. Tables only: what a word does is said where it is used."""

_NOT_AGAIN = frozenset(
    "rest reform remain reside relate react refine release reserve remark retail reason".split()
)
VERBS = frozenset(
    "call ring phone email e-mail mail text message write reply respond answer contact ask tell remind thank"
    " invite apologise apologize congratulate chase ping nudge dm whatsapp skype facetime meet see visit talk"
    " speak chat catch introduce warn inform update notify confirm rsvp let interview follow buy get order"
    " pick"
    " grab collect fetch pay transfer refund return bring take drop post send mail ship deliver lend borrow"
    " renew cancel subscribe unsubscribe book reserve rebook reschedule postpone move swap sell donate"
    " hire rent"
    " claim deposit withdraw top settle invoice bill budget submit hand register enrol enroll sign apply"
    " clean"
    " tidy wash hoover vacuum mop dust iron fold cook bake water feed walk mow weed plant prune trim rake"
    " paint"
    " repaint decorate fix repair mend replace change install assemble build hang unblock bleed service empty"
    " defrost descale declutter sweep put throw recycle pack unpack move store lock check charge plug switch"
    " turn prepare draft write rewrite edit revise review read finish complete start begin do make create"
    " design"
    " draw sketch plan schedule organise organize arrange set sort file fill scan print copy upload download"
    " publish share present practise practice rehearse study learn memorise research investigate look find"
    " figure work test deploy merge push release debug refactor code document reinstall restart reset compare"
    " decide choose pick discuss raise report record track measure calculate count analyse analyze summarise"
    " summarize transcribe translate proofread format polish outline brainstorm vote nominate mark grade"
    " correct"
    " verify approve exercise stretch run swim jog train weigh refill swallow inject soak bandage list"
    " note add"
    " remove delete clear update enter log type process archive label request demand appeal complain dispute"
    " negotiate quote measure resolve close open unlock activate redeem exchange import export sync"
    " install wrap"
    " label knit sew hem shave cut dig hunt search google explore consider try bring keep hold give show help"
    " drive park tow insure tax inspect pump wire seal glue nail drill sand varnish varnish sharpen oil"
    " grease dye collect babysit groom vaccinate worm train enter circle pin stick attach forward cc bcc redo"
    " undo spend save invest consolidate crop rotate burn rip swap lay wear sew tie light blow stock restock"
    " reorder transplant repot pot bump nip pop head swing rebase patch migrate triage tag escalate upgrade"
    " downgrade rename restore reboot wipe adjust tighten loosen grill slice mash mix knead redesign reprint"
    " resubmit resend recheck rehearse photocopy laminate bind hem alter stain fertilise compost freeze thaw"
    " marinate roast boil chop peel prep serve host"
    " organise ditch winterise winterize drain flush top refuel fuel handle tackle address deal go come leave"
    " stay attend join teach tutor coach mentor supervise delegate assign interview onboard recruit shortlist"
    " evaluate assess audit reconcile balance forecast pitch propose present negotiate finalise finalize"
    " launch"
    " ship announce tweet blog knock borrow stop sleep wake swap treat shred hide mount measure touch run"
    " mute"
    " disable enable configure load unload wrap condition felt price shoot film record snap shop nominate"
    " nail"
    " line ring sterilise sterilize dress stitch hoover bathe feed burp rinse peg bring bake ice frost glaze"
    " steam press rehang hook jot scribble pencil chuck bin dump haul lug cart tile grout caulk rewire"
    " service"
    " top feed brush walk clip string cover scrub wash launder rinse spray disinfect sanitise wax treat"
    " groom stash source score tune"
    " untangle unplug unclog pester nag bug prompt prod hassle loan sponsor craft carve crochet mask prime"
    " strip scrape"
    " insulate lag bolt screw solder weld stamp staple frame tape stick waterproof dispose nip dash hire"
    " wish cough declare pop sift season butter toast fry brew bottle pickle cater harvest sow dig".split()
)
VERBS |= {f"re{verb}" for verb in VERBS if len(verb) > 3 and verb[0] != "e"} - _NOT_AGAIN
# The same form may be the past: these are imperatives only in the company of other duties or of a date to come.
SAME_IN_PAST = frozenset("read put cut set let hit quit shut cost hurt spread bet split".split())
# Duties do not start with these, whatever the trigger was.
NO_ACTION = frozenset(
    "be feel know believe say admit wonder seem like love hate understand guess suppose accept trust relax"
    " rest"
    " breathe calm sleep live enjoy laugh cry prove forget sit survive manage exist matter happen want"
    " need have"
    " mean think hope wait stop quit miss see learn cope deal handle go let keep stay die lie dream worry"
    " confess mention remember imagine grow become realise realize slow cheer forgive appreciate expect"
    " pretend"
    " deserve regret settle hear focus work agree start try consider explore come leave hold concentrate".split()
)
# ... unless one of these follows.
_ACTION_AFTER = {
    "agree": "a, on, the, with",
    "come": "back to, up with",
    "deal": "with",
    "explore": "the",
    "focus": "on my, on the",
    "go": "and, back, buy, by, find, for, get, into, over, pick, round, see, through, to",
    "handle": "all, my, that, the",
    "have": (
        "a call, a chat, a conversation, a look, a meeting, a proper chat, a proper conversation, "
        "a proper look, a quick chat, a quick look, a quick word, a talk, a word, all the, another look, "
        "it, my, our, the, them"
    ),
    "hold": "a, the",
    "keep": "a, an, my, the",
    "learn": "a, about, how to, my, that, the, these, those, to",
    "leave": (
        "a note, her some, him some, them some, her a, him a, them a, her the, him the, them the, a, at, by, early,"
        " feedback, for, my, some, the, work"
    ),
    "let": "dad, everybody, everyone, her, him, mom, mum, my, our, people, the, them",
    "mention": "it, that, the, this, to",
    "quit": "the",
    "say": "goodbye, happy, no, sorry, thank, thanks, yes",
    "see": "a, about, doctor, dr, if, my, our, someone, the, to, whether",
    "settle": "my, our, that, the, up",
    "sit": "down and, down with",
    "start": (
        "a, cleaning, doing, drafting, learning, looking, my, on, our, packing, planning, preparing, "
        "reading, revising, saving, sorting, studying, taking, that, the, training, using, with, working, "
        "writing"
    ),
    "stay": "late",
    "stop": "at, by, my, the",
    "try": "a, again, calling, out, that, the",
    "work": "on, out, through",
}
ACTION_AFTER = {verb: frozenset(phrases.split(", ")) for verb, phrases in _ACTION_AFTER.items()}
GET_INTO_A_STATE = frozenset(
    "better worse used over going up ready sleep rest home there enough married on away lost stuck through"
    " past"
    " tired into myself out me past well older old fit going moving angry upset anxious nervous carried"
    " caught"
    " bored".split()
)
# Also nouns or adjectives: at the start of a clause they need an object with "the", a name or a number to be verbs.
ALSO_NOUNS = frozenset(
    "complete clean open clear light present dry empty correct fit free set close cool secure book cook water"
    " plant test work study play run walk train show watch check plan list note mark mail fish rest dress"
    " trim"
    " top dust paint start sign report review notice deal hold hand face name order record charge change"
    " place"
    " point post park drive visit try share sort type store stock ship shop sand seal sound start stay"
    " talk chat"
    " call phone text email ring mail message answer offer request demand claim count measure track line iron"
    " ice steam press hook bin film price load condition felt shoot service brush clip dump cart tile rake"
    " rent"
    " back release push draft design research swim jog exercise stretch weigh repair document process label"
    " export import exchange bill budget invoice form sleep lock hunt glue nail grease oil mop vacuum mow"
    " weed string cover wax treat score tune bug prompt stamp frame tape stick wish season butter toast brew"
    " bottle mask prime strip bolt screw lag loan craft spray cough".split()
)
CONTACT_VERBS = frozenset(
    "sit call ring phone email mail text message contact ask ping dm whatsapp write reply tell visit see"
    " meet".split()
)
# What follows "call the dentist and ..." belongs to the call.
JOINED_AFTER_CONTACT = frozenset(
    "go discuss ask say tell move reschedule cancel explain apologise apologize complain confirm change thank"
    " wish see find"
    " check arrange postpone make book let invite request sort push try offer query chase get".split()
)

DETERMINERS = frozenset(
    "a an the my our your his her their its this that these those some any another".split()
)
POSSESSIVES = frozenset(("my", "our", "his", "her", "their", "your", "its"))
SUBJECTS = frozenset(
    "i we he she they you it i'm i've i'll i'd im ive we're we've we'll we'd he's he'll he'd she's she'll"
    " she'd"
    " they're they'll they've they'd you're you'll you've it's it'll its' that's there's there who's what's"
    " nobody everybody everyone somebody".split()
)
FINITE = frozenset(
    "is was were are am isn't wasn't weren't aren't has had hasn't hadn't went goes got gets said says did"
    " does"
    " didn't doesn't came made took gave felt looked seemed told thought knew would could might can can't"
    " couldn't wouldn't will won't keeps kept means ran wants needs says thinks likes goes comes looks seems"
    " feels hates loves knows".split()
)
PRONOUNS = frozenset(("it", "them", "him", "her", "that", "this", "these", "those", "one"))
THINGS = frozenset(("it", "them", "that", "this", "these", "those", "one"))
PERSONS = frozenset(("him", "her", "them"))
PREPOSITIONS = frozenset(
    "to with about for at up out off back in on into round over down from of by through around after"
    " before without"
    " onto near under between against away across inside per as than via towards regarding until till".split()
)

ADVERBS = frozenset(
    "also really still just only definitely probably actually absolutely totally seriously basically now then"
    " desperately urgently certainly honestly finally kinda sorta literally obviously simply clearly"
    " quickly maybe perhaps properly first next currently soon quite always at_least especially again please"
    " apparently eventually ideally hopefully all both myself too".split()
)
HEDGES = frozenset(("maybe", "perhaps", "probably", "possibly", "might", "kinda", "eventually"))
CLAUSE_OPENERS = frozenset(
    "and then also so oh ok okay but next finally first firstly second secondly third thirdly fourth last"
    " lastly plus"
    " right anyway yeah yes please well now or still alright hey today tomorrow tonight reminder todo task"
    " tasks self"
    " list do one two three four five item else otherwise again".split()
)
SENTENCE_MARKS = frozenset((".", "!", "?", ";", ":"))
# Where the words of a duty end.
STOP_WORDS = frozenset(
    "because cause cos 'cause coz but which although though otherwise while whereas anyway honestly anyways"
    " unless so okay ok oh yeah hmm whatever wow alright plus except then also since hopefully luckily"
    " apparently right".split()
)
LOW_PRIORITY = (
    "no rush", "no hurry", "whenever", "not urgent", "low priority", "at some point", "when i get a chance",
    "if there's time", "if i have time", "when i have time", "when i get round to it", "not a priority",
    "can wait", "nothing urgent", "not important", "when i get time", "if i get time", "isn't urgent",
    "no deadline", "not in a hurry", "no big rush", "not super urgent", "not that urgent", "not desperate",
    "eventually", "when i get around to it", "not a rush", "lowest priority", "nice to have",
    "if i get a chance", "no particular rush", "in no rush", "some time or other", "one of these days",
    "not pressing", "sometime when", "when there's time",
)  # fmt: skip
HIGH_PRIORITY = (
    "urgent", "urgently", "asap", "a s a p", "as soon as possible", "top priority", "number one thing",
    "the number one", "most important", "really important", "critical", "crucial", "blocking", "blocker",
    "right away", "straight away", "immediately", "high priority", "first priority", "super important",
    "top of the list", "top of my list", "absolutely must", "very important", "without fail",
    "can't wait any longer", "emergency", "nothing else matters", "main priority", "biggest priority",
    "number one priority", "highest priority", "vital", "time sensitive", "pressing", "right now",
    "comes before everything", "everything else can wait", "can't wait", "is important",
    "it's important", "that's important", "priority one",
)  # fmt: skip
NOT_HIGH = ("not urgent", "not super urgent", "isn't urgent", "not that urgent", "nothing urgent", "not important",
            "not critical", "no urgent", "not an emergency", "not really urgent", "not so urgent",
            "wasn't urgent",
            "not pressing", "not super important", "not very important", "not really important")  # fmt: skip
CANCELS = (
    "skip that", "scrap that", "scratch that", "forget it", "forget that", "never mind", "nevermind",
    "cancel that", "actually no", "not doing it", "not doing that", "i'm not doing it", "don't bother",
    "drop that", "ignore that", "strike that", "no need", "already did that", "already done that",
    "i did that already", "did that already", "that's already done", "it's already done", "oh i did that",
    "i've done that", "already did it", "no longer needed", "leave it", "changed my mind", "actually don't",
    "already done it", "don't need to anymore", "done that already", "that's done", "not any more",
    "i already did", "turns out i already", "no don't", "take that off",
)  # fmt: skip
CORRECTIONS = (
    "no wait", "wait no", "actually", "sorry", "i mean", "make that", "or rather", "correction", "no",
    "make it",
    "scratch that", "wait", "hang on", "well actually", "let's say", "on second thoughts",
    "on second thought", "so",
    "rather", "hold on", "better", "not",
)  # fmt: skip

IRREGULAR_PARTICIPLES = {
    "done": "do",
    "gave": "give",
    "wrote": "write",
    "took": "take",
    "spoke": "speak",
    "rang": "ring",
    "drew": "draw",
    "chose": "choose",
    "threw": "throw",
    "went": "go",
    "did": "do",
    "sent": "send",
    "paid": "pay",
    "bought": "buy",
    "written": "write",
    "made": "make",
    "taken": "take",
    "brought": "bring",
    "got": "get",
    "gotten": "get",
    "given": "give",
    "spoken": "speak",
    "told": "tell",
    "found": "find",
    "rung": "ring",
    "read": "read",
    "put": "put",
    "cut": "cut",
    "set": "set",
    "chosen": "choose",
    "drawn": "draw",
    "built": "build",
    "sold": "sell",
    "seen": "see",
    "met": "meet",
    "gone": "go",
    "begun": "begin",
    "hung": "hang",
    "lent": "lend",
    "swept": "sweep",
    "thrown": "throw",
    "dug": "dig",
    "fed": "feed",
    "left": "leave",
    "heard": "hear",
    "taught": "teach",
    "redone": "redo",
    "let": "let",
    "dealt": "deal",
    "worn": "wear",
    "shown": "show",
    "rewritten": "rewrite",
    "submitted": "submit",
    "swapped": "swap",
    "heared": "hear",
    "run": "run",
    "woken": "wake",
    "laid": "lay",
    "kept": "keep",
    "held": "hold",
    "filed": "file",
    "caught": "catch",
    "rebuilt": "rebuild",
}

KIN = frozenset("mum mom dad grandma grandpa nana nan granny grandad mummy daddy gran".split())
ROLES = frozenset(
    "dentist doctor landlord landlady plumber boss manager sister brother mother father wife husband partner"
    " accountant teacher neighbour neighbor friend vet gp electrician agent lawyer solicitor supervisor tutor"
    " professor client editor nurse therapist cousin aunt uncle daughter son bank garage school council"
    " insurance company office kids girls boys grandson granddaughter niece nephew pharmacist plasterer"
    " builder"
    " roommate flatmate colleague coach surgery clinic wholesaler supplier university hotel tenant letting"
    " hairdresser barber mechanic consultant parents girlfriend boyfriend fiance housemate secretary"
    " receptionist guy man woman lady couple tenants team league".split()
)
