"""Lambert-93 to longitude and latitude with nothing but + - * / and the square root.

Those five are exact to the last bit on every machine, sine and logarithm are not: with them, the same seed
could give other last digits, hence other bytes, on another processor. Formulas: IGN NTG 71 (Lambert conic
conformal, GRS80); the latitude, which depends on the distance R to the pole of the cone alone, is a
polynomial fitted to them at the Chebyshev nodes of the span below (largest error 5e-15 degree).
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_EXPONENT = 0.7256077650532679
_FALSE_EASTING = 700_000.0
_POLE_NORTHING = 12_655_612.049876
_CENTRAL_MERIDIAN = 3.0
_DEGREES_PER_RADIAN = 57.29577951308232

_R_MIDDLE, _R_HALF_SPAN = 6_160_000.0, 170_000.0
_LATITUDE = (
    45.560005670526174,
    -1.5308050414568846,
    1.3236426650453992e-04,
    1.7835464465121742e-04,
    -1.1953714024198758e-06,
    -1.1133753390346612e-08,
    5.371161293510341e-12,
    5.673346237244914e-12,
)
_ARCTANGENT = (1.0, -1 / 3, 1 / 5, -1 / 7, 1 / 9, -1 / 11)

EASTINGS = (620_000.0, 1_010_000.0)
NORTHINGS = (6_352_000.0, 6_648_000.0)
"""The rectangle (EPSG:2154) the two series were fitted for: Auvergne-Rhône-Alpes and its edges."""


def to_lonlat(easting: Floats, northing: Floats) -> Floats:
    """Longitude and latitude in degrees, as an (n, 2) array rounded to 8 decimals (about 1 mm).

    The points must lie in ``EASTINGS`` x ``NORTHINGS``; outside, ValueError.
    """
    _check(easting, EASTINGS)
    _check(northing, NORTHINGS)
    across = easting - _FALSE_EASTING
    down = _POLE_NORTHING - northing
    tangent = across / down
    angle = tangent * _polynomial(_ARCTANGENT, tangent * tangent)
    radius = np.sqrt(across * across + down * down)
    lonlat = np.empty((len(easting), 2))
    lonlat[:, 0] = _CENTRAL_MERIDIAN + angle * (_DEGREES_PER_RADIAN / _EXPONENT)
    lonlat[:, 1] = _polynomial(_LATITUDE, (radius - _R_MIDDLE) / _R_HALF_SPAN)
    return np.rint(lonlat * 1e8) / 1e8


def _polynomial(coefficients: tuple[float, ...], x: Floats) -> Floats:
    """Horner's rule, one rounding at a time."""
    value = np.full_like(x, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        value = value * x + coefficient
    return value


def _check(values: Floats, span: tuple[float, float]) -> None:
    if values.size and not (span[0] <= values.min() and values.max() <= span[1]):
        raise ValueError(f"a point lies outside {span[0]:.0f} to {span[1]:.0f} m (EPSG:2154)")
