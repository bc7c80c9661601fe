"""The patterns that a garment may have: stable English identifiers."""

from typing import Final

SOLID: Final = "solid"
# Any pattern without a name here: camouflage, paisley, lace.
OTHER: Final = "other"
PATTERNS: Final = (SOLID, "striped", "checked", "dotted", "floral", "animal", "graphic", OTHER)
