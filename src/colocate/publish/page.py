"""What every page made here needs: a template, assets, and hashes for its policy."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template


@cache
def asset(name: str, /) -> str:
    """Return the text of one of the package's assets.

    Args:
        name: its path in the folder `assets`.
    """
    return (resources.files("colocate.publish") / "assets" / name).read_text(encoding="utf-8")


@cache
def template(name: str, /) -> Template:
    """Return an asset as a template that escapes, and refuses what it is not given.

    Args:
        name: its path in the folder `assets`.
    """
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(asset(name))


def digest(text: str, /) -> str:
    """Return the hash by which a content security policy allows a script or a style.

    Args:
        text: all that stands between the tags.
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
