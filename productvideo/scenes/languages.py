"""What we know of languages: how people name those of the default scenes, and what is no English sentence."""

import re
import unicodedata

ENGLISH = "en"
# How people name the languages that the default scenes are translated into.
SPELLINGS = {
    "de": ("de", "deu", "ger", "german", "deutsch", "allemand", "alemán", "tedesco"),
    "fr": ("fr", "fra", "fre", "french", "français", "francais", "französisch", "francés", "francese"),
    "es": ("es", "spa", "spanish", "español", "espanol", "castellano", "spanisch", "espagnol", "spagnolo"),
    "it": ("it", "ita", "italian", "italiano", "italienisch", "italien"),
}
# Words that no English sentence has; prompts are English, whatever the persona's language.
FOREIGN = frozenset(
    (
        *("auf", "das", "dem", "der", "ein", "eine", "sich", "und", "wird", "über", "aux", "avec", "dans", "les"),
        *("une", "las", "los", "sobre", "una", "il", "della", "nel", "sul", "gli", "het", "een", "uma", "och"),
        *("jest", "la", "le", "el", "du", "del", "van", "naar", "langsam", "langzaam", "sanft", "weiches", "sanftes"),
        *("warmes", "licht", "dampf", "doucement", "lentement", "devagar", "lumière", "luz", "luce"),
    )
)

NOT_ENGLISH = re.compile(r"\w{3}mente\b|[äöüßåøæãõūāłżźćšžčřőűğışơư]")  # and letters that English lacks


def code_of(language: str) -> str:
    """Read “Deutsch (Schweiz)”, “German” and “de-CH” alike; English for what we have no default scenes in."""
    words = language.casefold().replace("-", " ").replace("_", " ").replace("(", " ").split()[:1]
    return next((code for code, spellings in SPELLINGS.items() if set(words) & set(spellings)), ENGLISH)


def is_english(clause: str) -> bool:
    """Whether a clause has Latin letters only, and none of the small words of other languages."""
    if NOT_ENGLISH.search(clause.casefold()):
        return False
    latin = all(unicodedata.name(sign, "").startswith("LATIN") for sign in clause if sign.isalpha())
    return latin and not FOREIGN & set(re.findall(r"\w+", clause.casefold()))
