"""The text of a file whose character set nobody has told: UTF-8, else what the systems of its writers save."""

from __future__ import annotations

import codecs
import re

_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SAMPLE = 4096
_HIGH = re.compile(rb"[\x80-\xff]+")
_DOUBLE = re.compile(rb"(?:[\xa1-\xa9\xb0-\xf7][\xa1-\xfe])+")
_EXPECTED = re.compile("[，。、：；０-９Ａ-Ｚａ-ｚ－＋．＝δΔ∂\u3040-\u30ff\u4e00-\u9fff\u3000-\u303f]+")


def decoded(data: bytes) -> str:
    """The text of what a person has saved; never fails, what is no text of any kind comes out as odd characters.

    A byte order mark decides, then UTF-8, then UTF-16 without a mark (every other byte is 0), then the Greek Windows
    where its deltas stand before cells, GB 18030 or Shift JIS where all bytes above 127 are pairs of these, else
    Windows-1252.

    >>> [decoded("student: Björn".encode(code)) for code in ("utf-8", "utf-16", "utf-16-le", "cp1252")]
    ['student: Björn', 'student: Björn', 'student: Björn', 'student: Björn']
    """
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return data.decode(name, "replace")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_wide(data) or _greek(data) or _of_pairs(data) or _western(data), "replace")
    name = _wide(data)
    return data.decode(name, "replace") if name else text


def _wide(data: bytes) -> str:
    """UTF-16 in one of its orders, as far as the zeros in it tell; "" where they do not."""
    sample = data[:_SAMPLE]
    if sample.count(0) * 3 < len(sample):
        return ""
    return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"


def _greek(data: bytes) -> str:
    """Windows-1253, if a δ or Δ stands where cells have it, alone before `_`, E or w; "" else."""
    return "cp1253" if re.search(rb"(?<![\w\x80-\xff])[\xe4\xc4](?:_[a-z]|E/|w[0-9])", data) else ""


def _western(data: bytes) -> str:
    """Windows-1252, or what old programs of the Mac save: there a dash is what Windows takes for a letter."""
    return "mac_roman" if re.search(rb"[\xd0\xd1][0-9]", data) else "cp1252"


def _of_pairs(data: bytes) -> str:
    """The character set of East Asia in which all bytes above 127 say something; "" where there is none."""
    if all(_DOUBLE.fullmatch(run) for run in _HIGH.findall(data)):
        return "gb18030"
    for name in ("shift_jis", "big5"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        strange = re.sub("[\x00-\x7f]+", "", text)
        if strange and _EXPECTED.fullmatch(strange) and not re.search("[A-Za-z][\u4e00-\u9fff][A-Za-z]", text):
            return name
    return ""
