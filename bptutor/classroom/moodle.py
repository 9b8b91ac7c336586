"""Grades for Moodle: the offline grading worksheet that a teacher downloaded is filled, grade and feedback together.

Its titles are in the language of the site. Known ones are looked up; others are found by where they stand and what
stands under them, since the order of the columns is the same everywhere.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from bptutor.classroom.grade import Grade, decimal
from bptutor.classroom.gradebooks import (
    BookRow,
    Filled,
    Standing,
    cell,
    decimal_comma,
    match,
    number_of,
    points_of,
    score,
    stands,
)
from bptutor.errors import BptutorError, Where
from bptutor.intake.gradebooks import Gradebook
from bptutor.language import _

_IDENTIFIER = 0  # its column: it is the first, and says `Participant 123456` in the language of the site
_PARTICIPANT = re.compile(r"[^0-9]*([0-9]+)\s*")
_NO = {"no", "nein", "non", "não", "nee", "nie", "нет", "否", "いいえ", "아니오"}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def fill_moodle(
    export: Gradebook, grades: Sequence[Grade], feedback: Callable[[Grade], str], *, force: bool = False
) -> Filled:
    """Fills the columns of the grade, scaled to the maximum grade, and of the feedback, as HTML that is harmless.

    A grade or a comment that a person has given is kept, unless `force` is on; what an earlier run gave is none of
    these. Locked rows stay as they are, and so does `Last modified (grade)`: by it Moodle tells whether somebody has
    graded in between. Raises BptutorError where the file is no grading worksheet.
    """
    columns = _columns(export)
    students = [place for place, row in enumerate(export.rows) if place and any(text.strip() for text in row)]
    matched = match(grades, [_entry(columns, export.rows[place], place) for place in students])
    grade_at, most_at, said_at = columns["grade"], columns.get("maximum"), columns.get("feedback")
    numbers = [cell(row, at) for row in export.rows[1:] for at in (grade_at, most_at)]
    out_of, comma = _maximum(export, columns), decimal_comma(export, numbers)
    cells, unread, locked, standing = {}, [], [], []
    for row, grade in matched.grades.items():
        here, new = export.rows[row], score(grade, out_of, comma=comma)
        entry, before, comment = _entry(columns, here, row), cell(here, grade_at), cell(here, said_at)
        if not grade.readable:
            unread.append(grade)
            continue
        if cell(here, columns.get("changed")).casefold() in _NO:
            locked.append(entry)
            continue
        persons = (stands(before, new) and not _ours(comment, before, out_of)) or (comment and not _says(comment))
        persons = persons or _adds(comment, feedback(grade))
        if persons:
            old = _("{grade}, and a comment").format(grade=before or "-") if comment else before
            standing.append(Standing(entry, old, new, force))
        if force or not persons:
            cells[row, grade_at] = new
            if said_at is not None:
                cells[row, said_at] = feedback(grade)
    said, column = "" if said_at is None else export.rows[0][said_at], export.rows[0][grade_at]
    whose = {_entry(columns, export.rows[row], row).ids[0]: grade for row, grade in matched.grades.items()}
    return Filled(cells, column, out_of, matched.rows, matched.left, unread, [], said, locked, standing, whose)


_SCORE = re.compile(r"\s*'?([0-9]+(?:[.,][0-9]+)?) \D{1,20} ([0-9]+(?:[.,][0-9]+)?) [^\W\d]+\.")


def _says(comment: str) -> tuple[Fraction, Fraction] | None:
    """What an earlier run has written: of how many points how many; None for what a person wrote."""
    found = _SCORE.match(_bare(comment))
    earned, possible = (number_of(text) for text in found.groups()) if found else (None, None)
    return (earned, possible) if earned is not None and possible else None


def _ours(comment: str, grade: str, out_of: Fraction | None) -> bool:
    """Whether a grade is the one that the comment beside it speaks of."""
    if not (said := _says(comment)):
        return False
    earned, possible = said
    return not stands(grade, decimal(earned if out_of is None else out_of * earned / possible))


def _adds(comment: str, ours: str) -> bool:
    """Whether a person has written something behind what we say."""
    said, known = ("".join(html.unescape(_bare(text)).split()) for text in (comment, ours))
    return said != known and bool(known) and said.startswith(known)


def _bare(comment: str) -> str:
    """A comment without its tags, as Moodle gives it back."""
    return re.sub(r"<[^<>]*>", "", comment)


class Member(NamedTuple):
    """A student of a worksheet: the participant's number, what else is known, and the groups."""

    number: str
    name: str
    email: str
    ids: tuple[str, ...]
    groups: tuple[str, ...]


def members_of(export: Gradebook) -> list[Member]:
    """The students of a worksheet; those without a name, where names are hidden, are called as in its first column."""
    columns = _columns(export)
    found = []
    for place, row in enumerate(export.rows):
        if place and any(text.strip() for text in row):
            entry = _entry(columns, row, place)
            said = cell(row, columns.get("group"))  # a comma parts groups, or is part of the name of one
            groups = tuple(dict.fromkeys(filter(None, (said, *(name.strip() for name in said.split(","))))))
            found.append(Member(entry.ids[0] if entry.ids else "", entry.name, entry.email, entry.ids[1:], groups))
    return found


def _entry(columns: Mapping[str, int], row: Sequence[str], place: int) -> BookRow:
    participant = _PARTICIPANT.fullmatch(cell(row, _IDENTIFIER))
    ids = [participant[1] if participant else "", *(cell(row, columns.get(what)) for what in ("idnumber", "username"))]
    known = tuple(filter(None, ids))
    name = cell(row, columns["name"]) if "name" in columns else cell(row, _IDENTIFIER)
    return BookRow(place, known, cell(row, columns.get("email")), name)


def _columns(export: Gradebook) -> dict[str, int]:
    """Where each column stands; raises BptutorError where those are missing that Moodle needs to take the file back."""
    titles, body = export.rows[0], [row for row in export.rows[1:] if any(row)]
    columns = {
        what: column
        for column, title in reversed(list(enumerate(titles)))
        for what, known in TITLES.items()
        if " ".join(title.casefold().split()) in known
    }
    columns |= {what: column for what, column in _by_place(titles, body, columns).items() if what not in columns}
    if "grade" not in columns or not all(_PARTICIPANT.fullmatch(cell(row, _IDENTIFIER)) for row in body):
        message = _(
            "this is not a grading worksheet from Moodle: it begins with {found}, expected Identifier, …, Grade, …"
        )
        hint = _("download it in the assignment, with your language set to English, and do not save it in between")
        raise BptutorError(message.format(found=", ".join(titles[:4])[:80]), Where(export.name, 1), hint)
    return columns


def _by_place(titles: Sequence[str], body: Sequence[Sequence[str]], known: Mapping[str, int]) -> dict[str, int]:
    """What the places and the contents of the columns say, where the titles are not known."""
    last = len(titles) - 1
    free = [column for column in range(1, last + 1) if column not in known.values()]
    texts = {column: [cell(row, column) for row in body] for column in free}
    emails = [at for at in free if any(texts[at]) and all(_EMAIL.fullmatch(text) for text in texts[at] if text)]
    alike = [at for at in free if at > 1 and len(set(texts[at])) == 1 and points_of(texts[at][0])]
    found = {}
    if emails:
        found["email"] = emails[0]
    if 1 in free and 1 not in emails and len(set(texts[1])) > len(body) // 2:
        found["name"] = 1
    if "maximum" not in known and alike and known.get("grade", alike[-1] - 1) == alike[-1] - 1:
        found["maximum"] = alike[-1]  # right behind the grade, and no number follows it
    if maximum := known.get("maximum", found.get("maximum")):
        found["grade"] = maximum - 1
    if last in free and (known.get("modified") == last - 1 or not any(texts[last])):
        found["feedback"] = last
    return found


def _maximum(export: Gradebook, columns: Mapping[str, int]) -> Fraction | None:
    """The grade that all points earn; None where the worksheet does not say it."""
    found = {points_of(text) for row in export.rows[1:] if (text := cell(row, columns.get("maximum")))}
    if None in found or ("scale" in columns and "maximum" not in columns):
        message = _("this assignment is graded on a scale of words, expected a maximum grade")
        raise BptutorError(message, Where(export.name), _("set the assignment to points, and download it again"))
    return max(filter(None, found), default=None)


# What Moodle calls the columns of its grading worksheet, in the languages of its sites, all in small letters.
_TITLES = {
    "status": "status | statut | estado | stato | estatuto | статус | 状态 | 提出ステータス | 상태",
    "group": "group | gruppe | groupe | grupo | gruppo | groep | grupa | группа | 小组 | グループ | 모둠 | 그룹",
    "changed": (
        "grade can be changed | bewertung kann geändert werden | la note peut être modifiée | note modifiable | "
        "la calificación puede ser cambiada | la calificación se puede cambiar | nota pode ser alterada | "
        "la valutazione può essere modificata | cijfer kan gewijzigd worden | ocena może zostać zmieniona | "
        "оценка может быть изменена | 成绩可以更改 | 評点は変更可能"
    ),
    "name": (
        "full name | vollständiger name | nom complet | nombre completo | nome completo | "
        "nome / cognome | volledige naam | imię i nazwisko | полное имя | фамилия имя | имя / фамилия | "
        "全名 | 姓名 | フルネーム | 氏名 | 성명 | 이름"
    ),
    "idnumber": (
        "id number | id-nummer | numéro d’identification | numéro d'identification | número de id | "
        "número de identificación | número id | numero id | codice identificativo | numer id | "
        "numer identyfikacyjny | индивидуальный номер | идентификационный номер | 学号 | id编号 | idナンバー | "
        "id 번호 | 학번"
    ),
    "username": (
        "username | anmeldename | nom d’utilisateur | nom d'utilisateur | nombre de usuario | "
        "nome de utilizador | identificação de usuário | gebruikersnaam | nazwa użytkownika | логин | "
        "用户名 | ユーザ名 | 사용자 아이디"
    ),
    "email": (
        "email address | e-mail-adresse | adresse de courriel | dirección de correo | dirección email | "
        "indirizzo email | endereço de email | e-mailadres | adres e-mail | адрес электронной почты | "
        "电子邮件地址 | メールアドレス | 이메일 주소"
    ),
    "grade": (
        "grade | bewertung | note | calificación | nota | avaliação | valutazione | voto | beoordeling | "
        "cijfer | ocena | оценка | 成绩 | 評点 | 評定 | 성적 | 得分 | 成績"
    ),
    "maximum": (
        "maximum grade | bestwertung | maximale bewertung | note maximale | calificación máxima | "
        "nota máxima | avaliação máxima | valutazione massima | voto massimo | maximale beoordeling | "
        "maximumcijfer | maksymalna ocena | максимальная оценка | 最高成绩 | 最大評点 | 最大評定 | "
        "최고 성적 | 최대 성적 | bestbewertung | 最高得分 | 最高成績"
    ),
    "scale": "scale | skala | barème | escala | scala | schaal | шкала | 等级 | 量尺 | 評価尺度 | 척도",
    "modified": (
        "last modified (grade) | zuletzt geändert (bewertung) | dernière modification (note) | "
        "última modificación (calificación) | última modificação (nota) | "
        "última modificação (avaliação) | ultima modifica (valutazione) | "
        "laatst gewijzigd (beoordeling) | ostatnio modyfikowane (ocena) | последнее изменение (оценка) | "
        "最后修改（成绩） | 最后修改 (成绩) | "
        "最終更新日時 (評点) | 最終更新日時 (評定) | 최종 수정 (성적) | "
        "最后修改（教师） | 最後修改的(得分) | 最後修改（老師）"
    ),
    "feedback": (
        "feedback comments | feedback als kommentar | feedback-kommentare | commentaires de feedback | "
        "feedback par commentaires | comentarios de retroalimentación | "
        "comentarios de la retroalimentación | comentários de feedback | comentários ao feedback | "
        "commenti | commenti di feedback | feedback opmerkingen | feedback als commentaar | "
        "komentarze zwrotne | komentarz zwrotny | отзыв в виде комментария | 反馈评语 | 反馈评论 | "
        "フィードバックコメント | 피드백 의견 | 피드백 댓글"
    ),
}

TITLES = {what: frozenset(titles.split(" | ")) for what, titles in _TITLES.items()}
"""Titles by what stands in the column."""
