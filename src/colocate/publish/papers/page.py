"""A document as a page of HTML: static, of one file, without script or anything from outside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from colocate.publish.page import asset, digest, template
from colocate.publish.papers.content import Grid

if TYPE_CHECKING:
    from colocate.publish.papers.content import Document


def page(document: Document, /) -> bytes:
    """Return a document as HTML; whatever it says is escaped.

    Args:
        document: the document.
    """
    kinds = [type(block).__name__ for block in document.blocks]
    style = _style(document)
    html = template("papers/paper.html").render(
        document=document,
        blocks=list(zip(kinds, document.blocks, strict=True)),
        style=style,
        policy=f"default-src 'none'; style-src {digest(style)}; base-uri 'none'; "
        "form-action 'none'",
    )
    return html.encode()


def _style(document: Document) -> str:
    """The style of every document, and a rule for each width of its tables' columns."""
    widths = {
        width for block in document.blocks if isinstance(block, Grid) for width in block.widths
    }
    rules = [f".w{width} {{ width: {width}%; }}" for width in sorted(widths)]
    return re.sub(r"\s*\n\s*", "\n", "\n".join([asset("papers/paper.css"), *rules])).strip()
