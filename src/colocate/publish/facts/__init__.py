"""What a person may be told of an option, once: records, disclosure classes, words."""

from colocate.publish.facts.audiences import AGENTS, OPEN_PAGE, SOUGHT, Audience, cut, released
from colocate.publish.facts.disclosure import WithheldError, frame
from colocate.publish.facts.gather import gather
from colocate.publish.facts.records import Facts, Option, Site

__all__ = [
    "AGENTS", "OPEN_PAGE", "SOUGHT", "Audience", "Facts", "Option", "Site", "WithheldError", "cut",
    "frame", "gather", "released",
]  # fmt: skip
