"""What a file is, told by its bytes and not by its ending, and the text of a sheet wherever it stands."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from html.parser import HTMLParser

from bptutor.files.encodings import decoded
from bptutor.files.reader import ARCHIVE
from bptutor.files.typed.filled_workbook import is_filled_workbook
from bptutor.intake.folders import Unreadable, is_hidden
from bptutor.language import _

_START = 4096
_SHORT = 3  # letters with which a text may begin too

# What files begin with: www.garykessler.net/library/file_sigs.html, and the specifications of the formats.
_MAGIC = (
    (b"%PDF", _("a PDF")),
    (b"\x89PNG", _("a picture (PNG)")),
    (b"\xff\xd8\xff", _("a picture (JPEG)")),
    (b"GIF8", _("a picture (GIF)")),
    (b"II*\0", _("a picture (TIFF)")),
    (b"MM\0*", _("a picture (TIFF)")),
    (b"BM", _("a picture (BMP)")),
    (b"{\\rtf", _("a rich text document (RTF)")),
    (b"\xd0\xcf\x11\xe0", _("an old Office document (.doc, .xls)")),
    (b"7z\xbc\xaf\x27\x1c", _("an archive (7z)")),
    (b"Rar!", _("an archive (RAR)")),
    (b"\x1f\x8b", _("an archive (gzip)")),
    (b"BZh", _("an archive (bzip2)")),
    (b"\xfd7zXZ", _("an archive (xz)")),
    (b"\x7fELF", _("a program")),
    (b"MZ", _("a program")),
    (b"SQLite format 3", _("a database")),
    (b"bplist", _("a property list")),
    (b"ID3", _("a sound")),
    (b"OggS", _("a sound")),
    (b"\x1aE\xdf\xa3", _("a film")),
)
_ZIP = (ARCHIVE, b"PK\x05\x06")
_STARTS = tuple(start for start, _says in _MAGIC)
_BOXES = {b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIC", b"avif": "AVIF"}
_OFFICE = (
    ("word/", _("a Word document")),
    ("xl/", _("an Excel workbook")),
    ("ppt/", _("a PowerPoint presentation")),
    ("Index/Document.iwa", _("a document of Pages")),
    ("content.xml", _("an OpenDocument file")),
    ("META-INF/container.xml", _("an e-book")),
)
_ENDINGS = {
    "docx": _("a Word document"),
    "xlsx": _("an Excel workbook"),
    "pptx": _("a PowerPoint presentation"),
    "odt": _("an OpenDocument file"),
}
_TEXT = _("a text file is needed, as `bptutor template` writes it")


def kind_of(data: bytes, name: str = "") -> str:
    """What a file is that is no text: "a Word document", "a picture (HEIC)"; "" for a text.

    The ending of its name decides only where an archive is damaged.
    """
    for start, says in _MAGIC if data.startswith(_STARTS) else ():
        if data.startswith(start) and not (
            len(start) <= _SHORT and data[:_START].isascii() and b"\0" not in data[:_START]
        ):
            return says
    if data[4:8] == b"ftyp":
        form = _BOXES.get(data[8:12])
        return _("a picture ({form})").format(form=form) if form else _("a film")
    if data[:4] == b"RIFF":
        return _("a picture (WebP)") if data[8:12] == b"WEBP" else _("a sound")
    if data.startswith(_ZIP):
        return _office(data, name)
    if data[257:262] == b"ustar":
        return _("an archive (tar)")
    if b"<svg" in data[:_START] and re.match(rb"\s*<(?:\?xml|!--|!DOCTYPE svg|svg)\b", data):
        return _("a picture (SVG)")
    if re.match(rb'\s*\{\s*"(?:cells|nbformat|metadata)"\s*:', data[:_START]) and b'"nbformat"' in data:
        return _("a Jupyter notebook")
    return _("a file that is no text") if b"\0" in data[:_START] and "\0" in decoded(data[:_START]) else ""


def _office(data: bytes, name: str) -> str:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        ending = name.rpartition(".")[2].lower()
        return _ENDINGS.get(ending, _("an archive that is damaged"))
    for inner, says in _OFFICE:
        if any(name.startswith(inner) for name in names):
            return says
    return ""


def sheet_bytes(data: bytes, limit: int, name: str = "", *, inside: bool = False) -> bytes:
    """The text of the sheet that a file has in it: itself, a web page without its tags, the only file of an archive.

    A workbook of ours that was filled in stays as it is.

    Raises Unreadable with what it is where that is nothing to read.
    """
    if not data.strip():
        raise Unreadable(_("the file is empty"))
    if is_filled_workbook(data):
        return data
    if kind := kind_of(data, name):
        raise Unreadable(_("this is {kind}; {hint}").format(kind=kind, hint=_TEXT))
    if data.startswith(_ZIP):
        if inside:
            raise Unreadable(_("this is {kind}; {hint}").format(kind=_("an archive in an archive"), hint=_TEXT))
        return sheet_bytes(_only_member(data, limit), limit, name, inside=True)
    if b"http" in data[:_START] and (link := _LINK.match(data)):
        raise Unreadable(_LINKED.format(link=link[1].decode("ascii", "replace")))
    start = data[:_START].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_PAGE):
        text = without_tags(decoded(data))
        if not _NUMBERS.search(text):
            raise Unreadable(_("this is {kind}; {hint}").format(kind=_("a web page"), hint=_TEXT))
        return text.encode()
    if data.startswith(b"Name: ") and b"Submission Field:" in data[:_START]:
        return receipt_text(decoded(data)).encode()
    return data


def _only_member(data: bytes, limit: int) -> bytes:
    """The only file of an archive that a student made; raises Unreadable where there are several, or none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist()[:_MOST] if not info.is_dir()]
            infos = [info for info in infos if not any(map(is_hidden, info.filename.split("/")))]
            if len(infos) != 1:
                message = _("this is an archive of {n} files, expected one sheet").format(n=len(infos))
                raise Unreadable(message)
            with archive.open(infos[0]) as file:
                inner = file.read(limit + 1)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
        raise Unreadable(_("the archive is damaged here: {reason}").format(reason=error)) from None
    if len(inner) > limit:
        raise Unreadable(_("the file in the archive is too large"))
    return inner


_MOST = 1_000
_PAGE = tuple(b"<" + tag for tag in b"!doctype html,html,head,meta,body,div,span,p,pre,br,ul,ol,table".split(b","))
_LINKED = _("a link was handed in: {link}")
# What Windows, a Mac and Google Drive save of a page that is elsewhere.
_LINK = re.compile(
    rb"\s*(?:\[InternetShortcut\][^[]{0,500}?\bURL=|<\?xml[^$]{0,500}?<key>URL</key>\s*<string>|\{\s*\"url\":\s*\")"
    rb"(https?://[^\s<\"]{1,200})"
)
_NUMBERS = re.compile(r"[:=：＝]\s*\S{0,20}\d")


class _Text(HTMLParser):
    """Gathers the text of a page, a line a paragraph."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.links: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        if tag in _LINES:
            self.pieces.append("\n")
        named = dict(attrs)
        if tag == "meta" and (named.get("http-equiv") or "").lower() == "refresh":
            self.links.append((named.get("content") or "").partition("url=")[2])

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        if tag in _LINES:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)


_SILENT = ("script", "style", "title", "h1", "head")
_LINES = ("p", "br", "div", "li", "tr", "pre", "h2", "h3", "h4", "ul", "ol", "table")


def without_tags(text: str) -> str:
    """The lines of a web page; raises Unreadable for one that only leads to another."""
    page = _Text()
    page.feed(text)
    page.close()
    if page.links and page.links[0]:
        raise Unreadable(_LINKED.format(link=page.links[0][:200]))
    return re.sub(r"\n{2,}", "\n", "".join(page.pieces)).strip("\n") + "\n"


def receipt_text(text: str) -> str:
    """What a student typed into the box of Blackboard, from the text that it puts beside an upload."""
    found = re.search(r"^Submission Field:[ \t]*\r?\n(.*?)^Comments:", text, re.S | re.M)
    said = without_tags(found[1]) if found else ""
    if not said.strip() or said.startswith("There is no student submission text data"):
        raise Unreadable(_("no file and no text was handed in"))
    return said
