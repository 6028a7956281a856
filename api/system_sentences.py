"""What the installation could not do, in words: the embedded database, settings, files of this machine.

Codes and parameters come from below; a parameter ``errno`` stands for a reason that the catalogues put in words.
"""

from collections.abc import Mapping
from errno import errorcode

from api.catalogues import catalogue, sentence
from geo.cluster.errors import ClusterError, Note


def told_cluster(error: ClusterError, lang: str) -> str:
    """The sentence of what the embedded database could not do."""
    return told(f"cluster.{error.code}", error.params, lang)


def told_note(note: Note, lang: str) -> str:
    """The sentence of a remark on the embedded database."""
    return sentence(f"cluster.note.{note.code}", lang, **note.params)


def told_system(error: OSError, lang: str) -> str:
    """What the operating system refused: the file and why, or its own words where it says neither."""
    if error.filename is None or error.errno is None:
        return str(error)
    return sentence("os.on_file", lang, file=error.filename, reason=reason_of(error, lang))


def reason_of(error: OSError, lang: str) -> str:
    """Why the operating system refused, in words; its own where the catalogues have none."""
    return _reason(errorcode.get(error.errno or 0), error.strerror or str(error), lang)


def told(code: str, params: Mapping[str, object], lang: str) -> str:
    """A sentence whose ``reason``, where ``errno`` tells the symbol of one, is in the reader's words."""
    if "errno" in params:
        params = {**params, "reason": _reason(params["errno"], str(params["reason"]), lang)}
    return sentence(code, lang, **params)


def _reason(symbol: object, own: str, lang: str) -> str:
    return sentence(f"os.{symbol}", lang) if f"os.{symbol}" in catalogue(lang) else own
