"""Which e-mail addresses are an office's, and which may be a person's."""

import re

from geo.land.text import fold

_ADDRESS = re.compile(r"[^\s,;|/<>()]+@[^\s,;|/<>()]+")
_FUNCTIONS = frozenset(
    {"contact", "accueil", "info", "infos", "information", "mairie", "commune", "ville"}
    | {"secretariat", "direction", "service", "services", "bureau", "agence", "eco", "economie"}
    | {"economique", "developpement", "dev", "foncier", "urbanisme", "amenagement", "immobilier", "implantation"}
    | {"commercial", "vente", "ventes", "rh", "recrutement", "compta", "administration", "admin"}
    | {"webmaster", "support", "friche", "friches", "fondfriche", "observatoire", "ddt", "dreal"}
    | {"epf", "epci", "cci", "cma", "scot", "sig", "geomatique", "cerema"}
    | {"region", "departement", "agglo", "metropole"}
)


def of_an_office(address: object) -> bool:
    """Whether an e-mail address says by itself that it is an office's: ``contact@``, ``developpement-eco@``.

    An address that says nothing of the kind may be a person's, and counts as one; of several, each must be an office's.
    """
    if address is None:
        return True
    addresses = _ADDRESS.findall(str(address)) or [str(address)]
    return all(set(fold(one.split("@")[0]).split()) & _FUNCTIONS for one in addresses)
