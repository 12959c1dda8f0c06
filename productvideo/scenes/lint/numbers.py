"""Reads numbers that promise something: a size, a discount, a price, a time that it lasts."""

from __future__ import annotations

import re
from collections.abc import Iterator

UNITS = {
    "%": r"%|percent|per cent|prozent|pour ?cent|por ciento|per cento",
    "€": r"€|eur|euros?",
    "$": r"\$|usd|us-?dollars?|dollars?",
    "£": r"£|gbp|pounds?",
    "ml": r"ml|millilit(?:er|re)s?",
    "cl": r"cl",
    "l": r"l|lit(?:er|re)s?|litros?|litri",
    "kg": r"kg|kilos?|kilograms?",
    "g": r"g|grams?|gramm|grammes?|gramos?|grammi",
    "mg": r"mg",
    "oz": r"oz|ounces?",
    "lb": r"lbs?",
    "mm": r"mm",
    "cm": r"cm",
    "inch": r"inch(?:es)?|zoll|pouces?|pulgadas?|pollici",
    "m": r"m|met(?:er|re)s?|metros?|metri",
    "w": r"w|watts?",
    "kw": r"kw",
    "v": r"volts?",
    "mah": r"m ?ah",
    "wh": r"k?wh",
    "hz": r"[kmg]?hz",
    "gb": r"gb",
    "tb": r"tb",
    "mp": r"mp|megapixels?",
    "bar": r"bar",
    "atm": r"atm",
    "hour": r"h|hrs?|hours?|stunden?|heures?|horas?|ore",
    "day": r"days?|tage?|jours?|días?|dias?|giorni",
    "year": r"years?|jahre?|ans|años?|anos?|anni",
    "°": r"° ?[cf]|degrees (?:celsius|fahrenheit)",
    "carat": r"karat|carats?|kt",
    "calorie": r"k?cal|calories?",
    "times": r"x (?=more|faster|stronger|longer|better|lighter|brighter)|times (?=more|faster|stronger|longer"
    "|better|lighter)",
}
NUMBER = r"(?P<number>\d{1,9}(?:[.,]\d{1,9})?)"
COUNTED = re.compile(
    rf"(?<![\w.,])(?:[-−–+] ?)?{NUMBER}[ -]?(?:"
    + "|".join(f"(?P<u{at}>{words})" for at, words in enumerate(UNITS.values()))
    + r")(?![\w°])(?: (?:off|less|cheaper|discount|more)\b)?",
    re.IGNORECASE,
)
BEFORE = re.compile(rf"(?P<unit>[€$£]|\bspf|\busd|\beur|\bip(?=\d|x\d)x?|\bipx) ?{NUMBER}(?!\w)", re.IGNORECASE)
OF_THE_PICTURE = re.compile(
    r"\b(?:camera|lens|focal|frame|macro|aperture|speed|slower|faster|opacity|zoom|brighter|darker|closer"
    r"|larger|smaller"
    r"|shot|fps|screen height|frame height)\b",
    re.IGNORECASE,
)
END = re.compile(r"[.;!?](?:\s|$)")
NEAR = 30  # characters
NAMES = tuple(UNITS)


def number_claims(text: str, known: str) -> Iterator[tuple[int, int]]:
    """Where numbers with a unit stand that are not in what is known of the product."""
    proven = {amount for amount, _span in amounts(known)}
    for amount, (start, end) in amounts(text):
        near = END.split(text[max(0, start - NEAR) : start])[-1] + END.split(text[end : end + NEAR])[0]
        if amount not in proven and (amount[1] == "times" or not OF_THE_PICTURE.search(near)):
            yield start, end


def amounts(text: str) -> Iterator[tuple[tuple[float, str], tuple[int, int]]]:
    for match in COUNTED.finditer(text):
        unit = NAMES[next(at for at in range(len(NAMES)) if match[f"u{at}"])]
        yield (value(match), unit), match.span()
    for match in BEFORE.finditer(text):
        yield (value(match), match["unit"].lower().replace("usd", "$").replace("eur", "€")), match.span()


def value(match: re.Match[str]) -> float:
    return float(match["number"].replace(",", "."))
