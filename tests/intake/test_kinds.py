"""What a file is, told by its bytes, and the sheet in it wherever it stands."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from bptutor.intake.folders import Unreadable
from bptutor.intake.kinds import kind_of, sheet_bytes

SHEET = b"answers: {net_h1: 0.3775}\n"
LIMIT = 100_000


def packed(**files: bytes) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return into.getvalue()


KINDS = {
    "a PDF": b"%PDF-1.7\n%\xe2\xe3",
    "a picture (PNG)": b"\x89PNG\r\n\x1a\n",
    "a picture (JPEG)": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "a picture (GIF)": b"GIF89a",
    "a picture (HEIC)": b"\0\0\0\x18ftypheic\0\0\0\0",
    "a film": b"\0\0\0\x18ftypmp42\0\0\0\0",
    "a picture (WebP)": b"RIFF\0\0\0\0WEBPVP8 ",
    "a picture (TIFF)": b"II*\0\x08\0\0\0",
    "a rich text document (RTF)": b"{\\rtf1\\ansi",
    "an old Office document (.doc, .xls)": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "an archive (7z)": b"7z\xbc\xaf\x27\x1c\0\4",
    "an archive (RAR)": b"Rar!\x1a\x07\0",
    "an archive (gzip)": b"\x1f\x8b\x08\0",
    "a Word document": packed(word__document=b"<w/>"),
    "an Excel workbook": packed(xl__workbook=b"<w/>"),
    "a PowerPoint presentation": packed(ppt__presentation=b"<w/>"),
    "an e-book": packed(**{"META-INF__container.xml": b"<w/>"}),
    "a Jupyter notebook": json.dumps({"cells": [], "nbformat": 4}).encode(),
    "an archive (tar)": b"a.yaml".ljust(257, b"\0") + b"ustar\x0000",
    "a picture (SVG)": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    "a file that is no text": bytes(range(256)),
    "a program": b"\x7fELF\x02\x01\x01\0",
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_is_is_told_whatever_it_is_called(kind: str) -> None:
    assert kind_of(KINDS[kind], "answers.yaml") == kind
    with pytest.raises(Unreadable, match="a text file is needed") as caught:
        sheet_bytes(KINDS[kind], LIMIT, "answers.yaml")
    assert str(caught.value).startswith(f"this is {kind}; ")


@pytest.mark.parametrize("text", [b"BMI: 3\n", b"MZ = 1\n", b"ID3: 0.5\n", b"answers: {}\n", b"GIF: 1\n"])
def test_a_text_is_no_program_whatever_it_begins_with(text: bytes) -> None:
    assert sheet_bytes(text, LIMIT) == text


SAME = {
    "an archive of one": packed(sheet=SHEET),
    "an archive of a Mac": packed(**{"a.yaml": SHEET, "__MACOSX__._a.yaml": b"x", ".DS_Store": b"x"}),
    "hidden files in an archive": packed(**{"hw__a": SHEET, "hw__.git__config": b"x", "hw__.a.swp": b"x"}),
    "in a folder of an archive": packed(hw__answers=SHEET),
    "paragraphs": b"<p>answers:</p><p>&nbsp; net_h1: 0.3775</p>",
    "lines of a page": b"<!DOCTYPE html><html><head><title>x: 1</title></head><body>answers:<br/>"
    b"net_h1: 0.3775</body></html>",
    "Blackboard's text": b"Name: Di Eck (deck4)\r\nAssignment: H\r\n\r\nSubmission Field:\r\n<p>answers:<br>"
    b"net_h1: 0.3775</p>\r\n\r\nComments:\r\nThere are none.\r\n\r\nFiles:\r\n",
}


@pytest.mark.parametrize("case", SAME)
def test_a_sheet_is_found_wherever_it_stands(case: str) -> None:
    text = sheet_bytes(SAME[case], LIMIT).decode().replace("\xa0", " ")
    assert "".join(text.split()).replace("{", "").replace("}", "") == "answers:net_h1:0.3775"


REFUSED = {
    "this is an archive of 2 files, expected one sheet": packed(a=SHEET, b=SHEET),
    "this is an archive of 0 files, expected one sheet": packed(),
    "an archive in an archive": packed(**{"a.zip": packed(a=SHEET)}),
    "this is a Word document": packed(**{"a.docx": packed(word__document=b"x")}),
    "the file in the archive is too large": packed(a=b"0" * (LIMIT + 1)),
    "the file is empty": b" \n",
    "a link was handed in: https://u.example": b'<html><meta http-equiv="refresh" '
    b'content="0; url=https://u.example"></html>',
    "a link was handed in: https://w.example/d?a=1": b"[InternetShortcut]\r\nIDList=\r\nURL=https://w.example/d?a=1\r\n",
    "a link was handed in: https://m.example": b'<?xml version="1.0"?><!DOCTYPE plist><plist><dict><key>URL</key>'
    b"<string>https://m.example</string></dict></plist>",
    "a link was handed in: https://docs.example/1": b'{"url": "https://docs.example/1", "doc_id": "1"}',
    "this is a web page": b"<html><body>See my notes</body></html>",
    "no file and no text was handed in": b"Name: A (a)\n\nSubmission Field:\n"
    b"There is no student submission text data for this assignment.\n\nComments:\nx\n",
}


@pytest.mark.parametrize("reason", REFUSED)
def test_why_there_is_none(reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        sheet_bytes(REFUSED[reason], LIMIT)
    assert reason in str(caught.value)
