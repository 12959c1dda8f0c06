"""How people write camera moves: nouns that mean the camera anywhere, verbs that need it as their subject."""

import re


def forms(*verbs: str) -> str:
    """“push” -> push, pushes, pushed, pushing."""
    return "(?:" + "|".join(map(inflected, verbs)) + ")"


def inflected(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb[:-1]}(?:e|es|ed|ing)"
    if verb.endswith("y") and verb[-2] not in "aeou":
        return f"{verb[:-1]}(?:y|ies|ied|ying)"
    return f"{verb}(?:e?s|{verb[-1]}?ed|{verb[-1]}?ing)?"


HOW = (
    r"(?:\s\w+ly|\s(?:ever|so|very|just|straight|slow|low|high|close|back|a little|a bit|a touch|it|us|the view)\b)"
    r"{0,3}\s"
)
SLOWLY = (
    r"(?:slow|gentle|soft|smooth|subtle|steady|slight|short|careful|final|cinematic|macro|minimal|calm|quiet|quick"
    r"|fast|horizontal|vertical|lateral|upward|downward|tiny|small|little|controlled|graceful|dramatic|creeping)"
)
IN = (
    r"(?:in(?!\s(?:an?|one|its|their|circles?|parallel|sync|time|real|front|space|place|silence|slow|small|wide)\b)"
    r"|inwards?|closer|nearer|forwards?|towards?|in on|into|up to)\b"
)
BACK = r"(?:backwards?|back|out|outwards?|away|off)\b"
SIDE = r"(?:(?:to the |towards? the )?(?:left|right)(?:wards?)?|sideways|laterally|from (?:left|right))\b"
PAST = rf"(?:{SIDE}|along|alongside|past|across|beside|over|through|with)\b"
UP, DOWN = r"(?:up|upwards?)\b(?!\sto\b)", r"(?:down|downwards?)\b"
AROUND = r"(?:around|round|about the|full circle|in (?:a )?(?:full )?circles?)\b"
GO = forms(
    *("move", "glide", "drift", "travel", "slide", "float", "ease", "creep", "inch", "edge", "sweep", "swing", "come"),
    *("go", "draw", "step", "walk", "wander", "advance", "push", "pull", "dolly", "truck", "track", "zoom", "press"),
    *("lean", "nudge", "skim", "pass", "roll", "fly", "pan", "tilt", "turn", "wrap", "spin", "rotate", "slip", "run"),
)

# Read in this order; what one has taken, a later one cannot take again.
NOUNS = (
    ("whip pan", r"(?:whip|swish)(?:es|ping)?[- ]?pans?|(?:whip|crash|snap)[- ]zooms?"),
    ("dolly zoom", r"dolly[- ]zooms?|vertigo (?:effect|shot|zoom)|zolly"),
    (
        "rack focus",
        r"rack(?:s|ed|ing)?[- ](?:the )?focus|focus[- ](?:rack|pull|shift)s?|pull(?:s|ed|ing)?[- ]focus"
        rf"|(?:shift|move|pull|rack)(?:s|ing)?(?: the| its)? focus\b"
        rf"|focus(?: \w+ly)? {forms('rack', 'shift', 'travel')}",
    ),
    (
        "orbit",
        rf"(?:{SLOWLY}|full|half|partial|an?|the|camera|360\S*) orbit(?:s|al|ing)?(?: shot| move)?|orbit(?:al"
        rf"|ing)? shot",
    ),
    ("orbit", r"360[- ]?(?:°|degrees?)?[- ](?:camera|orbit|shot|pan|dolly|arc)\w*"),
    ("crane", r"crane[- ](?:shot|move|movement|up|down)s?|(?:jib|boom)[- ](?:shot|move|up|down)s?"),
    (
        "crane",
        r"(?:drone|aerial|helicopter)[- ](?:shot|view|footage|flight|move|camera|pass)s?|fly[- ]?(?:through"
        r"|over|by)s?",
    ),
    (
        "push-in",
        rf"(?:push|dolly|zoom|move|track|creep)-ins?|(?:{SLOWLY}|a|the) (?:push|dolly|zoom|move|track)[- ](?:in"
        rf"|forward|toward)",
    ),
    ("push-in", r"dolly[- ]in\b|zoom[- ]in\b"),
    (
        "pull-back",
        r"pull-(?:backs?|outs?|away)(?! (?:sofa|bed|drawer|shelf|tray|table|couch|rack|handle))|dolly[- ](?:out"
        r"|back)|zoom[- ]out",
    ),
    ("pull-back", rf"(?:{SLOWLY}|a|the) (?:pull|dolly|zoom|move|track)[- ](?:back|out|away)"),
    ("tilt up", rf"tilt-up|(?:{SLOWLY}|a) tilt up(?:wards?)?|(?:an )?upward tilt"),
    ("tilt down", rf"tilt-down|(?:{SLOWLY}|a) tilt down(?:wards?)?|downward tilt"),
    ("pan", rf"(?:{SLOWLY}|an?) pan(?=(?: to the)? (?:left|right|across|along|over|from)\b)"),
    ("pan", rf"{SLOWLY} pan\b(?! (?:of|with|on|is|stays|sits|rests|lid|handle|stands)\b)|panning shot|camera pan\b"),
    ("tilt", rf"(?:{SLOWLY}) tilt\b(?! (?:of|shift))|tilting shot|camera tilt\b"),
    (
        "tracking",
        r"track(?:ing)?[- ](?:shot|move|movement|motion)s?|trucking shot|follow[- ]shot|slider (?:move|shot)",
    ),
    ("tracking", rf"(?:{SLOWLY}|lateral) (?:tracking|trucking)|dolly (?:shot |move )?(?:to the )?(?:left|right)\b"),
    ("tracking", r"(?:lateral|sideways) (?:slide|glide|move|movement|dolly|truck)|truck[- ](?:left|right)"),
    (
        "handheld",
        r"hand-?held (?:camera|shot|feel|sway|movement|motion|drift|look|style|footage|shake|move)\w*|camera shake",
    ),
    ("push-in", rf"{SLOWLY} (?:push|zoom)\b(?! (?:lens|in|out|back|button))"),
    ("dolly", rf"(?:{SLOWLY}|a|the|camera) dolly(?: (?:shot|move|movement))?\b|dolly (?:shot|move|movement)"),
)
VERBS = (
    ("whip pan", rf"{forms('whip')}{HOW}?(?:\s?{SIDE}|\s?{AROUND}|\s?to\b|\s?over\b)"),
    (
        "orbit",
        rf"{forms('orbit', 'circle', 'revolve', 'encircle')}|{GO}{HOW}{AROUND}|{GO}{HOW}\d{{3}}\b"
        rf"|{forms('spiral')}|360\b",
    ),
    ("slow arc", rf"{forms('arc', 'curve')}|in an? (?:\w+,? ){{0,3}}arc\b|(?:{SLOWLY}|an?) arc\b"),
    ("tilt up", rf"{forms('tilt', 'pan', 'look', 'angle')}{HOW}{UP}"),
    ("tilt down", rf"{forms('tilt', 'pan', 'look', 'angle')}{HOW}{DOWN}"),
    ("tilt", rf"{forms('tilt')}(?!-)"),
    ("pan", rf"{forms('pan')}|{forms('turn', 'swivel')}{HOW}{SIDE}"),
    ("crane", rf"{forms('crane', 'soar', 'swoop', 'boom', 'fly')}"),
    ("rise", rf"(?:rises?|rising|rose|{forms('lift', 'ascend', 'climb', 'pedestal')})|{GO}{HOW}{UP}"),
    ("rise", rf"{GO}(?:\s\w+ly)? from (?:\w+ ){{1,6}}up\b"),
    ("lower", rf"{forms('lower', 'descend', 'sink')}|{GO}{HOW}{DOWN}"),
    ("lower", rf"{GO}(?:\s\w+ly)? from (?:\w+ ){{1,6}}down\b"),
    ("pull-back", rf"{GO}{HOW}{BACK}|{forms('retreat', 'recede', 'withdraw', 'widen')}"),
    ("pull-back", rf"{forms('back')}{HOW}(?:away|off|up|out)\b"),
    ("push-in", rf"{GO}{HOW}{IN}|{forms('approach', 'advance')}|{forms('close')} in\b"),
    ("tracking", rf"{GO}{HOW}{PAST}|{forms('track', 'truck', 'traverse')}|follow(?:s|ing)?"),
    ("push-in", rf"{forms('push', 'zoom')}(?! lens)"),
    ("dolly", forms("dolly")),
    ("roll", forms("roll")),
    ("handheld", r"hand-?held"),
)
# Verbs that mean the camera even where nobody names it, such as “Pans left across the shelf.”
CAMERA_VERBS = re.compile(
    rf"{forms('pan', 'tilt', 'zoom', 'dolly', 'truck', 'track', 'orbit', 'crane', 'push', 'pull', 'arc')}\b",
    re.IGNORECASE,
)
BARE_VERBS = re.compile(
    r"(?:move|glide|circle|fly|sweep|drift|travel|swing|creep|ease|follow|approach|rise|descend|slide)\b",
    re.IGNORECASE,
)
# Where one of these begins a move may be told; all else is passed over, for there are many patterns.
STEMS = (
    "advanc|aerial|angl|approach|arc|ascend|back|boom|camera|circl|climb|clos|com|cran|crash|creep|curv"
    "|descend|dolli|dolly|downward|draw|drift|drone|eas|edg|encircl|fl[iy]|float|focus|follow|glid|go"
    "|hand-?held|helicopter|inch|jib|lateral|lean|lift|look|lower|mov|nudg|orbit|pan|pass|pedestal|press|pull"
    "|push|rack|reced|retreat|revolv|ris|roll|ros|rotat|run|shift|sideways|sink|skim|slid|slip|snap|soar|spin"
    "|spiral|step|sweep|swing|swish|swivel|swoop|tilt|track|travel|travers|truck|turn|upward|vertigo|walk"
    "|wander|whip|widen|withdraw|wrap|zolly|zoom"
)
BEGINNING = re.compile(
    rf"\b(?=(?:(?:an?|the|full|half|partial|360\S*|{SLOWLY}) )?(?:{STEMS})|in an? |360)", re.IGNORECASE
)
NOUN_PATTERNS = tuple((move, re.compile(rf"\b(?:{words})", re.IGNORECASE)) for move, words in NOUNS)
VERB_PATTERNS = tuple((move, re.compile(rf"\b(?:{words})(?![\w])", re.IGNORECASE)) for move, words in VERBS)
ANY_VERB = re.compile("|".join(rf"(?:{words})\b" for _, words in VERBS), re.IGNORECASE)

CAMERA = re.compile(
    r"(?<!toward the )(?<!towards the )(?<!to the )(?<!past the )(?<!at the )(?<!facing the )(?<!from the )"
    r"(?<!into the )(?<!of the )(?<!near the )(?<!for the )\b(?:camera|cam|viewpoint|dolly shot)(?!\s?(?:bag"
    r"|strap|lens|case))\b",
    re.IGNORECASE,
)
VIEW = re.compile(
    r"\b(?:the|our|this|a|one|single|macro|wide|opening|slow|pov) (?:\w+ )?(?:shot|view|frame|perspective"
    r"|framing|lens)"
    r"(?: \w+ly| then| will| begins? to| starts? to)*\s*$|\b(?:we|the viewer)(?: \w+ly| then| will)*\s*$",
    re.IGNORECASE,
)
FILLERS = re.compile(
    r"^\W*(?:(?:\w+ly|then|also|next|it|to|by|and|again|now|begins?|starts?|continues?|keeps?|makes?|one|a|slow|smooth"
    r"|gentle|soft|very|still|in|finally|just|ever|so|with)\W+)*",
    re.IGNORECASE,
)
NEGATED = re.compile(
    r"\b(?:no|not|never|without|nor|neither|avoid(?:s|ing)?|\w+n['’]t|cannot|zero"
    r"|free of)\b(?:[\s,/]+\w+){0,3}[\s,/]*$",
    re.IGNORECASE,
)
STILL = (
    r"(?:locked|static|still|fixed|stationary|motionless|unmoving|frozen|immobile|anchored|tripod|in place|at rest"
    r"|where it is|hold(?:s|ing)?|steady)"
)
LOCKED = re.compile(
    rf"\b(?:camera|shot|frame|framing|view|viewpoint|perspective)(?: (?!and\b|while\b|as\b)\w+){{0,3}} {STILL}\b"
    rf"|\b(?:locked|static|fixed|stationary|still|motionless|unmoving|locked[- ]off|locked[- ]down|tripod)[- ]?"
    r"(?:off |down )?(?:macro |wide |close )?(?:camera|shot|frame|framing|view|tripod)\b"
    r"|\block(?:ed)?[- ](?:off|down)\b|\b(?:on|from) an? (?:\w+ )?tripod\b"
    r"|\b(?:no|without|zero)(?: any)? (?:camera|lens) (?:move|movement|motion|shake|work)s?\b"
    r"|\bcamera(?: \w+)?(?: not| never| \w+n['’]t) (?:\w+ )?(?:mov|chang|shift|budg)\w+"
    r"|\bhold(?:s|ing)? (?:the|its|this) (?:frame|framing|position|shot)\b",
    re.IGNORECASE,
)
