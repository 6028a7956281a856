"""stub"""


def derive(connection, parcels, recipe, as_of):
    pass


def keep_for(connection, as_of):
    pass
