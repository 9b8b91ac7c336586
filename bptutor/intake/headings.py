"""What the columns of tables are called that say who somebody is, in the languages of forms and gradebooks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_LANGUAGES = {
    "id": (
        *("id", "student id", "student number", "sid", "sis user id", "id number", "matriculation number", "matric no"),
        *(
            "Matrikelnummer",
            "Matrikel-Nr",
            "Matr.-Nr",
            "numéro d'étudiant",
            "numéro étudiant",
            "matricola",
            "matrícula",
        ),
        *("número de matrícula", "número de estudiante", "número de alumno", "studentnummer", "学号", "学籍番号"),
        *("OrgDefinedId", "sis login id", "username", "user name", "Benutzername", "Anmeldename", "nom d'utilisateur"),
        *("nombre de usuario", "nome utente", "gebruikersnaam", "identifier", "student"),
    ),
    "name": (
        *("name", "full name", "fullname", "student name", "vollständiger Name", "nom complet", "nombre completo"),
        *("nome completo", "nome e cognome", "naam", "volledige naam", "imię i nazwisko", "姓名", "氏名", "student"),
    ),
    "first": ("first name", "firstname", "given name", "Vorname", "prénom", "nombre", "nome", "voornaam", "imię", "名"),
    "last": (
        *("last name", "lastname", "surname", "family name", "Nachname", "Familienname", "nom", "nom de famille"),
        *("apellido", "apellidos", "apellido(s)", "cognome", "sobrenome", "achternaam", "nazwisko", "姓"),
    ),
    "email": (
        *("email", "e-mail", "email address", "e-mail address", "mail", "E-Mail-Adresse", "Mailadresse", "courriel"),
        *("adresse e-mail", "adresse de courriel", "correo", "correo electrónico", "dirección de correo"),
        *("dirección de correo electrónico", "indirizzo email", "endereço de e-mail", "e-mailadres", "adres e-mail"),
        *("useremail", "邮箱", "メールアドレス"),
    ),
    "variant": ("variant", "variante", "version", "wariant"),
}


def plain(text: str) -> str:
    """A name as it is compared: without accents, case, signs between words and spaces around them."""
    letters = unicodedata.normalize("NFKD", text[:500]).casefold().replace("’", "'")
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[\s_.:*-]+", " ", kept).split())


# The name of a column of ours, and what others call it; where a table has several, the first of these counts.
ROLES = {role: tuple(map(plain, names)) for role, names in _LANGUAGES.items()}


_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")
_DATE = r"[0-9]{1,4}[-/. 年][0-9]{1,2}[-/. 月][0-9]{1,4}日?"
_TIME = re.compile(rf"{_DATE}.{{0,4}}?[0-9]{{1,2}}:[0-9]{{2}}.{{0,20}}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T?.{{0,20}}")
_ASIDES = {"score", "points", "total points", "quiz feedback", "language", "end of line indicator", "punkte"}


def content_roles(header: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[dict[str, int], frozenset[int]]:
    """The columns that say who a student is, by their titles and contents, and those that say neither that nor a cell.

    A column of addresses is the e-mail in any language; an ID that only numbers the responses is nobody's.
    """
    texts = [[row[at].strip() for row in rows if at < len(row)] for at in range(len(header))]
    counted = {at for at, heading in enumerate(header) if plain(heading) == "id" and _counts(texts[at])}
    times = {at for at, column in enumerate(texts) if any(column) and all(_TIME.fullmatch(t) for t in column if t)}
    found = roles(["" if at in counted else heading for at, heading in enumerate(header)])
    if counted and (not times or not found.keys() & {"id", "email", "name", "first", "last"}):
        found, counted = roles(header), set()
    asides = {at for at, heading in enumerate(header) if plain(heading) in _ASIDES}
    said = set(texts[found["email"]]) if "email" in found else set[str]()
    if len(said) == 1 and not any("@" in text for text in said):
        asides.add(found.pop("email"))  # "anonymous" in all rows is nobody's address
    addresses = [at for at, column in enumerate(texts) if any(column) and all(map(_is_address, column))]
    if "email" not in found and addresses and addresses[0] not in found.values():
        found["email"] = addresses[0]
    return found, frozenset((counted | times | asides) - set(found.values()))


def _is_address(text: str) -> bool:
    return not text or bool(_EMAIL.fullmatch(text))


def _counts(column: Sequence[str]) -> bool:
    """Whether a column numbers its rows."""
    return bool(column) and column == [str(number) for number in range(1, len(column) + 1)]


def roles(header: Sequence[str]) -> dict[str, int]:
    """In which column stands what is known of a student; absent where no column has it."""
    columns: dict[str, int] = {}
    for column, heading in enumerate(header):
        columns.setdefault(plain(heading), column)
    found: dict[str, int] = {}
    for role, names in ROLES.items():
        for column in [columns[name] for name in names if name in columns][:1]:
            if column not in found.values():
                found[role] = column
    if not found.keys() & {"id", "email"}:  # asked for in a sentence: "What is your student number?"
        asked = (at for heading, at in columns.items() if any(f" {name} " in _bare(heading) for name in _ASKED))
        found |= dict(zip(["id"], asked, strict=False))
    return found


def _bare(heading: str) -> str:
    """The words of a heading, a space around each."""
    words = re.sub(r"[^\w]+", " ", heading).strip()
    return f" {words} "


_ASKED = tuple(name for name in ROLES["id"] if " " in name or len(name) >= len("username"))
