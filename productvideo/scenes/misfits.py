"""What a clause of the language model may not say, though a person may: it can be asked once more, and has a spare."""

import re

CAMERA = (
    r"drones?|gimbal|steadicam|parallax|viewpoint|perspective|vantage|viewers?|photographer|pov|point of view"
    r"|bird['’]s[- ]eye|(?<!out of )(?<!soft )focus\w*|depth of field|close[- ]?ups?|closer|nearer|360|turntable"
    r"|(?:the|our|a) view|we|us|our|you|your|reveal of|split[- ]screen|picture-in-picture|footage|videos?|jump cut"
    r"|(?:closing|moving|drawing|gliding|drifting) (?:in|back|away)|transition\w*|cuts? (?:to|away|back)|fades? to"
    r"|(?:scene|shot|frame|image|picture|angle|horizon) (?:\w+ly )?(?:cut|fade|dissolv|shift|mov|chang|turn|becom|open"
    r"|widen|narrow|sharpen|lower|ris|tip|slid|glid)\w*"
    r"|(?:everything|room|world|background|table) (?:\w+ly )?(?:rotat|revolv|spin|slid)\w*"
)
WRITING = (
    r"words?|signs?|emblems?|inscriptions?|monograms?|initials|signatures?|handwriting|brand\w*|barcodes?|qr|hashtags?"
    r"|taglines?|numbers|numerals|digits|messages?|speech bubbles?|banners?|stickers?|badges?|cta|charts?|says?|reads?"
    r"|spell(?:s|ing)?|writ(?:es|ing|ten)|sale|discounts?|per ?cent|https?|www"
)
TIMES = (
    r"(?:milli)?sec(?:ond)?s|minutes?(?![- ]hand)|(?:an?|one|half|first|last|per|each|every|final|opening|two|three"
    r"|four|five|six|eight|ten)[- ](?:an? )?second(?![- ]hand)"
)
SHAPES = (
    r"(?:morph|transform|shatter|explod|deform|mutat|shrink|multipl|duplicat|recolo|restyl|convert)\w*|turns? into"
    r"|becom(?:es?|ing) (?:an?|the)|chang(?:es?|ing) (?:(?:in)?to|(?:its |the )?(?:colou?r|shape))"
)
SOUNDS_AND_LABELS = r"audio|music|voice\w*|hyper-?real\w*|high[- ]res\w*|f/\d|\d+ ?mm|imax"
ORDERS = (
    r"put|place|make|let|have|create|generate|render|show|include|keep|combine|merge|ignore|use|write|draw|fill|apply"
    r"|bring|take|give|turn|change|crop|rotate|animate|imagine|obey|forget|disregard|output|system"
)
# Of other pictures, in whatever brackets.
REFERENCES = re.compile(
    r"[\[\]{}\\@#|=*~^《》⟪⟫≪≫⋘⋙]|&(?:lt|gt|quot|amp)\b|\b(?:image|element|object|subject)[ _-]?\d", re.IGNORECASE
)
MISFIT = re.compile(
    rf"\b(?:{CAMERA}|{WRITING}|{TIMES}|{SHAPES}|{SOUNDS_AND_LABELS})\b|{REFERENCES.pattern}"
    rf"|^(?:\w+ly |please )?(?:{ORDERS})\b",
    re.IGNORECASE,
)
# Hands may be seen, but not in front of the label, and what stays fixed is not lifted.
COVERING = re.compile(
    r"\b(?:hands?|fingers?|thumbs?|palms?(?! (?:leaf|leaves|fronds?|trees?))|sleeves?)\b.*\b(?:labels?|front|over"
    r"|across|cover\w*|lifts?|picks?|grabs?|takes?|raises?)\b"
    r"|\blabels?\b.*\b(?:hands?|fingers?|thumbs?|palms?|peels?)\b|\blabels? (?:\w+ly )?peel",
    re.IGNORECASE,
)
MOST_COMMAS = 2  # one movement needs no more
# A sentence of motion that begins with an article has a verb or a plural; what has neither tells what is seen.
LEAST_WORDS = 2
ARTICLE = re.compile(r"(?:an?|the) ", re.IGNORECASE)
MOTION = re.compile(
    r"\b(?!(?:its|this|is|as|us|has|was|glass|stands|sits|lies|rests|stays|remains)\b)\w+(?:s|ing|ly)\b"
    r"|\b(?:drift|play|rise|move|sway|dance|shift|glide|fall|curl|flicker|shimmer|swirl|float|ripple)\b",
    re.IGNORECASE,
)
GOES = r"(?:spin|rotat|revolv|fly|flies|jump|leap|tip|topple|fall|lift|rise|float|hover|slid|roll|bounc|swing)\w*"
LEAST_COPIED = 4  # long words
COPIED = 0.8  # of a motion's long words


def is_misfit(clause: str) -> bool:
    return bool(MISFIT.search(clause) or COVERING.search(clause)) or clause.count(",") > MOST_COMMAS


def tells_motion(clause: str) -> bool:
    is_sentence = len(re.findall(r"[^\W\d]{2,}", clause)) >= LEAST_WORDS
    return is_sentence and (ARTICLE.match(clause) is None or MOTION.search(clause) is not None)


def moves_product(clause: str, name: str) -> bool:
    """Whether the product itself goes somewhere, which is to stay where it is."""
    things = "|".join(map(re.escape, ("product", "it", *re.findall(r"\w+", name)[:8])))
    return re.match(rf"(?:the |an? |this )?(?:\w+ )?(?:{things}) (?:\w+ly )?{GOES}", clause, re.IGNORECASE) is not None


def is_copied(clause: str, *texts: str) -> bool:
    """Whether a motion repeats what is seen or described, instead of telling what moves."""
    long = long_words(clause)
    return len(long) >= LEAST_COPIED and any(len(long & long_words(text)) >= COPIED * len(long) for text in texts)


def long_words(text: str) -> set[str]:
    return set(re.findall(r"\w{4,}", text.casefold()))
