"""A document as DOCX, for word processors: headings they know, tables that break across pages.

No macros, no fields but the page number, nothing from outside. The same bytes for the same
document: its properties bear the study's day and its archive no clock.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

from colocate.publish.papers.content import Grid, Heading, Items, Paragraph

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph as Line

    from colocate.publish.papers.content import Block, Document

NAVY, INK, MUTED = "14263D", "1B2735", "4D5B6A"
LINE, SHADE = "D6DDE4", "F3F6F9"
FONT = "Arial"
"""On Windows, macOS and, as Liberation Sans of the same widths, on Linux."""

TEXT_MM = 174
"""Width of the text of a page of A4 with the margins below."""

EPOCH = (1980, 1, 1, 0, 0, 0)
"""First moment that a ZIP archive can tell."""

UNWRITABLE = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What XML cannot hold, and a register might."""


def word(document: Document, /) -> bytes:
    """Return a document as DOCX.

    Args:
        document: the document.
    """
    import docx

    made = docx.Document()
    _properties(made, document)
    _styles(made)
    _paper(made, document)
    _mark(made, document)
    _line(made.add_paragraph(style="Title"), document.title)
    _line(made.add_paragraph(style="Subtitle"), document.subtitle)
    for block in document.blocks:
        _block(made, block)
    _line(made.add_paragraph(style="Note"), document.closing)
    stream = io.BytesIO()
    made.save(stream)
    return _without_clock(stream.getvalue())


def _properties(made: Word, document: Document) -> None:
    moment = dt.datetime(
        document.as_of.year, document.as_of.month, document.as_of.day, tzinfo=dt.UTC
    )
    told = made.core_properties
    told.title, told.subject = _clean(document.title)[:255], _clean(document.subtitle)[:255]
    told.author = told.last_modified_by = "colocate"
    told.comments, told.keywords = _clean(document.foot)[:255], _clean(document.mark)
    told.created = told.modified = moment
    told.language, told.revision = "en-GB", 1


def _styles(made: Word) -> None:
    """Set the type: one face, dark ink, headings in navy."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name, size, colour, before, after in (
        ("Normal", 10, INK, 0, 5), ("Title", 20, NAVY, 0, 2), ("Subtitle", 10, MUTED, 0, 10),
        ("Heading 1", 15, NAVY, 20, 5), ("Heading 2", 11, NAVY, 11, 3), ("Lead", 11.5, INK, 0, 5),
        ("Note", 8.5, MUTED, 2, 5), ("Cell", 9, INK, 0, 0), ("Mark", 9, INK, 0, 10),
        ("List Bullet", 10, INK, 0, 2), ("List Number", 10, INK, 0, 2),
        ("Header", 8, MUTED, 0, 0), ("Footer", 8, MUTED, 0, 0),
    ):  # fmt: skip
        known = name in {style.name for style in made.styles}
        style: Any = (
            made.styles[name] if known else made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        )
        if not known:
            style.base_style = made.styles["Normal"]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = RGBColor.from_string(colour)
        style.font.italic = False
        style.paragraph_format.space_before, style.paragraph_format.space_after = (
            Pt(before),
            Pt(after),
        )
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for face in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{face}"), None)
        for face in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(face), FONT)
    for drawn in ("w:pBdr", "w:spacing"):  # a line below the title, letters set apart
        for style in (made.styles["Title"], made.styles["Subtitle"]):
            for found in list(style.element.iter(qn(drawn))):
                if drawn == "w:pBdr" or found.get(qn("w:val")) is not None:
                    found.getparent().remove(found)


def _paper(made: Word, document: Document) -> None:
    """A4 with margins; on every page for whom it is above, and the notice and its number below."""
    from docx.shared import Mm

    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.header_distance = section.footer_distance = Mm(9)
    _line(section.header.paragraphs[0], document.mark)
    foot = section.footer.paragraphs[0]
    run = foot.add_run("Page ")
    number = _tag("instrText")
    number.text = "PAGE"
    for piece in (_tag("fldChar", fldCharType="begin"), number, _tag("fldChar", fldCharType="end")):
        run._r.append(piece)  # noqa: SLF001 - python-docx knows no fields
    _line(foot, f" · {document.foot}")


def _mark(made: Word, document: Document) -> None:
    """For whom it is, in a box at the head."""
    table = made.add_table(rows=1, cols=1)
    cell = table.rows[0].cells[0]
    _dress(cell, left=(36, NAVY), top=(4, NAVY), right=(4, NAVY), bottom=(4, NAVY))
    line = cell.paragraphs[0]
    line.style = "Cell"
    line.add_run(_clean(f"{document.mark}. ")).bold = True
    line.add_run(_clean(document.told))
    made.add_paragraph(style="Cell")


def _block(made: Word, block: Block) -> None:
    if isinstance(block, Heading):
        _line(made.add_paragraph(style=f"Heading {block.level}"), block.text)
    elif isinstance(block, Paragraph):
        style = {"body": "Normal", "lead": "Lead", "note": "Note"}[block.style]
        _line(made.add_paragraph(style=style), block.text)
    elif isinstance(block, Items):
        for number, text in enumerate(block.texts, start=1):
            # Numbered by hand: a word processor would count on from the list before.
            said = f"{number}. {text}" if block.numbered else text
            style = "Normal" if block.numbered else "List Bullet"
            _line(made.add_paragraph(style=style), said)
    elif isinstance(block, Grid):
        _grid(made, block)
    else:
        _line(made.add_paragraph(style="Note"), block.told)


def _grid(made: Word, grid: Grid) -> None:
    """A table whose headings repeat on every page and whose rows stay whole."""
    from docx.shared import Mm

    lines = [*([grid.head] if grid.head else []), *grid.rows]
    table = made.add_table(rows=len(lines), cols=len(grid.widths))
    table.autofit = False
    for place, width in enumerate(grid.widths):
        table.columns[place].width = Mm(TEXT_MM * width / 100)
    for number, (row, texts) in enumerate(zip(table.rows, lines, strict=True)):
        heads = number == 0 and bool(grid.head)
        rules = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx sets neither of these
        rules.append(_tag("cantSplit"))
        if heads:
            rules.append(_tag("tblHeader"))
        for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = Mm(TEXT_MM * grid.widths[place] / 100)
            _cell(cell, text, heads=heads, named=place == 0 and bool(grid.head),
                  number=place in grid.numbers)  # fmt: skip
    made.add_paragraph(style="Cell")


def _cell(cell: _Cell, text: str, /, *, heads: bool, named: bool, number: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    line = cell.paragraphs[0]
    line.style = "Cell"
    run = line.add_run(_clean(text))
    run.bold = heads or named
    if number:
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _dress(cell, shade=SHADE if heads else "", apart=200 if number else 80,
           bottom=(4, NAVY if heads else LINE))  # fmt: skip


def _dress(cell: _Cell, /, *, shade: str = "", apart: int = 80, **edges: tuple[int, str]) -> None:
    """Give a cell edges, each so many eighths of a point in a colour, a ground and margins.

    In the order that the format asks for.
    """
    about = cell._tc.get_or_add_tcPr()  # noqa: SLF001 - python-docx draws no edges
    sides = ("top", "left", "bottom", "right")
    about.append(_tag("tcBorders", *(
        _tag(side, val="single", sz=str(edges[side][0]), space="0", color=edges[side][1])
        for side in sides if side in edges
    )))  # fmt: skip
    if shade:
        about.append(_tag("shd", val="clear", color="auto", fill=shade))
    widths = {"top": "40", "left": "80", "bottom": "40", "right": str(apart)}
    about.append(_tag("tcMar", *(_tag(side, w=widths[side], type="dxa") for side in sides)))


def _tag(name: str, /, *within: Any, **about: str) -> Any:  # noqa: ANN401 - an element of lxml
    """Make an element of the format, which python-docx has no word for."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{name}")
    for key, value in about.items():
        made.set(qn(f"w:{key}"), value)
    for element in within:
        made.append(element)
    return made


def _line(line: Line, text: str, /) -> None:
    line.add_run(_clean(text))


def _clean(text: str) -> str:
    return UNWRITABLE.sub("\ufffd", text)


def _without_clock(packed: bytes) -> bytes:
    """Pack an archive anew, in its order, without the time of its making."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, date_time=EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return stream.getvalue()
