"""Where a fact of a dossier comes from, in words: the file that was loaded, or what a plan says of its zone."""

import re

from api.catalogues import sentence

OF_ORGANISATION = re.compile(r"\d+:(?=.)")
"""Before the name of a dataset that is one organisation's own (geo/intake/belonging.py)."""
OF_PLAN = re.compile(r"(DESTOUI|DESTCDT|DESTNON|FORMDOMI|DESTDOMI|TYPEZONE|LIBELLE|LIBELONG)=")
"""What an industry verdict rests on (geo/land/zoning.py): fields of the CNIG standard, one after another."""
CODE = {
    **dict.fromkeys(("DESTOUI", "DESTCDT", "DESTNON"), re.compile(r"[\d ,;-]+")),
    **dict.fromkeys(("FORMDOMI", "DESTDOMI"), re.compile(r"\d+")),
    "TYPEZONE": re.compile(r"\w{1,4}"),
}
"""What a field holds where it holds codes; anything else is a wording."""


def source_told(source: str, lang: str) -> str:
    """A source as people read it; empty is the cadastre."""
    if not source:
        return sentence("dossier.source.cadastre", lang)
    if OF_PLAN.match(source):
        _, *found = OF_PLAN.split(source)
        fields = zip(found[::2], found[1::2], strict=True)
        told = [_field(name, value.strip(), lang) for name, value in fields]
        return sentence("dossier.source.plan", lang, fields=sentence("words.several", lang).join(told))
    return sentence("dossier.source.file", lang, name=OF_ORGANISATION.sub("", source, count=1))


def _field(name: str, value: str, lang: str) -> str:
    """One field of a plan; a dominant use written out is told as it stands, as wordings are."""
    form = (
        f"dossier.source.{name.lower()}" if name in CODE and CODE[name].fullmatch(value) else "dossier.source.wording"
    )
    return sentence(form, lang, value=value)
