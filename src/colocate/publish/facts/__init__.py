"""What a person may be told of an option, once: records, disclosure classes, words."""

from colocate.publish.facts.audiences import (
    AGENTS,
    MARKET,
    OPEN_PAGE,
    Audience,
    admits,
    appointed,
    cut,
    reach,
    restricted,
)
from colocate.publish.facts.disclosure import WithheldError, frame
from colocate.publish.facts.gather import gather
from colocate.publish.facts.records import Facts, Option
from colocate.publish.facts.site_records import Site

__all__ = [
    "AGENTS", "MARKET", "OPEN_PAGE", "Audience", "Facts", "Option", "Site", "WithheldError",
    "admits", "appointed", "cut", "frame", "gather", "reach", "restricted",
]  # fmt: skip
