"""Grading worksheets of Moodle in many languages, filled and read back as Moodle does it."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

import pytest

from bptutor.classroom.grade import Grade
from bptutor.classroom.moodle import TITLES, fill_moodle
from bptutor.errors import BptutorError
from bptutor.intake.gradebooks import Gradebook, gradebook_of
from bptutor.render.grades import gradebook_feedback
from tests.support.moodle_importer import Site, imported

F = Fraction
HEADS = {
    "en": "Identifier|Full name|Email address|Status|Grade|Maximum Grade|Grade can be changed|"
    "Last modified (submission)|Online text|Last modified (grade)|Feedback comments|Participant ",
    "de": "ID|Vollständiger Name|E-Mail-Adresse|Status|Bewertung|Bestwertung|Bewertung kann geändert werden|"
    "Zuletzt geändert (Abgabe)|Texteingabe online|Zuletzt geändert (Bewertung)|Feedback als Kommentar|Teilnehmer/in",
    "fr": "Identifiant|Nom complet|Adresse de courriel|Statut|Note|Note maximale|La note peut être modifiée|"
    "Dernière modification (travail remis)|Texte|Dernière modification (note)|Feedback par commentaires|Participant ",
    "es": "Identificador|Nombre completo|Dirección de correo|Estado|Calificación|Calificación máxima|"
    "La calificación puede ser cambiada|Última modificación (entrega)|Texto|Última modificación (calificación)|"
    "Comentarios de retroalimentación|Participante ",
    "it": "Identificativo|Nome / Cognome|Indirizzo email|Stato|Valutazione|Valutazione massima|Modificabile|"
    "Ultima modifica (consegna)|Testo|Ultima modifica (valutazione)|Commenti|Partecipante ",
    "ru": "Идентификатор|Полное имя|Адрес электронной почты|Статус|Оценка|Максимальная оценка|Можно изменить|"
    "Последнее изменение (ответ)|Текст|Последнее изменение (оценка)|Отзыв в виде комментария|Участник",
    "ja": "識別子|フルネーム|メールアドレス|ステータス|評点|最大評点|変更可|"
    "最終更新日時 (提出)|テキスト|最終更新日時 (評定)|フィードバックコメント|参加者 ",
    "unknown": "Qwa|Qwb|Qwc|Qwd|Qwe|Qwf|Qwg|Qwh|Qwi|Qwj|Qwk|Qw ",
    "grade alone known": "Qwa|Qwb|Qwc|Qwd|Grade|Qwf|Qwg|Qwh|Qwi|Qwj|Qwk|Qw ",
}
PEOPLE = {
    "1001": ("Jane Doe", "jane@uni.edu"),
    "1002": ("Ümit Şahin", "umit@uni.edu"),
    "1003": ("=1+1", "evil@uni.edu"),
    "1004": ("No Handin", "none@uni.edu"),
}
GRADES = [
    Grade("1001", "Somebody Else", earned=F(13, 2), possible=F(44), first_error="net1[1]"),
    Grade("x", "", "Umit@uni.edu", earned=F(44), possible=F(44)),
    Grade("y", "=1+1", earned=F(0), possible=F(44), notes=("=1\n<script>",)),
    Grade("7", "Stranger", possible=F(44)),
]


def worksheet(language: str, comma: str = ".", end: str = "\r\n") -> tuple[Gradebook, Site]:
    *titles, word = HEADS[language].split("|")
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator=end)
    writer.writerow(titles)
    for number, (name, email) in PEOPLE.items():
        status, date = "Submitted - 3,5 kB", "Tuesday, 1 July 2025, 10:00 AM"
        text = 'a "quote",\nand a line'
        writer.writerow([word + number, name, email, status, "", f"50{comma}00", "Yes", date, text, "-", ""])
    site = Site(titles[0], titles[4], titles[9], titles[10], word, comma)
    return gradebook_of(b"\xef\xbb\xbf" + stream.getvalue().encode(), "worksheet.csv"), site


@pytest.mark.parametrize("language", HEADS)
@pytest.mark.parametrize("comma", [".", ","])
def test_grade_and_feedback_are_filled_and_moodle_reads_them(language: str, comma: str) -> None:
    book, site = worksheet(language, comma)
    filled = fill_moodle(book, GRADES, gradebook_feedback)
    result = imported(book.filled(filled.cells), site, set(PEOPLE), 50)
    assert {number: grade for number, (grade, _record) in result.items()} == {
        "1001": 7.3864,
        "1002": 50,
        "1003": 0,
        "1004": None,
    }
    assert result["1001"][1].grade == f"7{comma}3864"
    assert result["1001"][1].feedback == "6.5 of 44 points.<br>First cell that is not right: net1[1]."
    assert result["1003"][1].feedback.endswith("<br>=1 &lt;script&gt;")
    assert {record.modified for _grade, record in result.values()} == {"-"}
    assert result["1004"][1].feedback == ""
    assert filled.out_of == 50
    assert filled.feedback == site.feedback
    assert [str(entry) for entry in filled.missing] == ["No Handin (1004)"]
    assert [grade.id for grade in filled.left] == ["7"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_other_byte_stays(end: str) -> None:
    book, _site = worksheet("de", end=end)
    filled = fill_moodle(book, GRADES, gradebook_feedback)
    new = gradebook_of(book.filled(filled.cells), "new.csv")
    same = {(row, column) for row, cells in enumerate(book.raw) for column in range(len(cells))} - set(filled.cells)
    assert {column for _row, column in filled.cells} == {4, 10}
    assert all(book.raw[row][column] == new.raw[row][column] for row, column in same)
    assert (new.ends, new.bom) == (book.ends, book.bom)


def test_participants_without_names() -> None:
    text = (
        "Identifier,Status,Grade,Maximum Grade,Grade can be changed,Last modified (grade),Feedback comments\n"
        "Participant 1001,Submitted,,10.00,Yes,-,\n"
    )
    book = gradebook_of(text.encode(), "x.csv")
    assert fill_moodle(book, GRADES, gradebook_feedback).cells[1, 2] == "1.4773"


def test_a_worksheet_without_a_maximum_takes_points_as_they_are() -> None:
    text = "Identifier,Full name,Email address,Status,Grade,Grade can be changed,Last modified (grade)\n"
    text += "Participant 1001,X,,,,Yes,-\n"
    filled = fill_moodle(gradebook_of(text.encode(), "x.csv"), GRADES, gradebook_feedback)
    assert (filled.cells, filled.out_of) == ({(1, 4): "6.5"}, None)


def test_other_numbers_that_are_all_alike_are_no_maximum() -> None:
    book, _site = worksheet("unknown")
    rows = [[*row[:2], "2025" if place else "Year", *row[2:]] for place, row in enumerate(book.rows)]
    rows[1][5] = rows[2][5] = rows[3][5] = rows[4][5] = "50.00"  # graded before, all the same
    filled = fill_moodle(book._replace(rows=rows), GRADES, gradebook_feedback)
    assert {column for _row, column in filled.cells} == {5, 11}
    assert filled.out_of == 50


def test_the_id_number_is_an_id() -> None:
    text = "Identifier,Full name,ID number,Grade,Maximum Grade,Last modified (grade)\nParticipant 5,X,1001,,10,-\n"
    filled = fill_moodle(gradebook_of(text.encode(), "x.csv"), GRADES, gradebook_feedback)
    assert filled.cells == {(1, 3): "1.4773"}  # no column for feedback


def test_a_date_is_not_taken_for_feedback() -> None:
    book, _site = worksheet("unknown")
    rows = [row[:-1] for row in book.rows]
    filled = fill_moodle(book._replace(rows=rows), GRADES, gradebook_feedback)
    assert {column for _row, column in filled.cells} == {4}
    assert filled.feedback == ""


def test_an_unreadable_hand_in_leaves_its_cells() -> None:
    book, _site = worksheet("en")
    filled = fill_moodle(book, [Grade("1001", readable=False, notes=("no YAML",))], gradebook_feedback)
    assert (filled.cells, [grade.id for grade in filled.unread]) == ({}, ["1001"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Student,ID,Section,Grade\nDoe,1,A,\n", "this is not a grading worksheet from Moodle"),
        ("Identifier,Full name\nParticipant 1,Jane\n", "this is not a grading worksheet from Moodle"),
        ("Identifier,Full name,Grade\nJane,Jane,\n", "this is not a grading worksheet from Moodle"),
        ('Identifier,Name,Grade,Scale,Last modified (grade)\nParticipant 1,J,,"a\nb",-\n', "a scale of words"),
    ],
)
def test_another_file_is_refused(text: str, says: str) -> None:
    with pytest.raises(BptutorError, match=says):
        fill_moodle(gradebook_of(text.encode(), "x.csv"), GRADES, gradebook_feedback)


def test_no_title_stands_for_two_columns() -> None:
    titles = [title for known in TITLES.values() for title in known]
    assert len(titles) == len(set(titles))
    assert all(title == " ".join(title.casefold().split()) for title in titles)


AGAIN: dict[str, tuple[str, str, bool]] = {  # what stands there: the grade, the comment, and whether a person gave it
    "the same, as it was put in": ("1.48", "6.5 of 44 points.<br>First cell that is not right: net1[1].", False),
    "the same, as Moodle gives it back": ("1.48", "6.5 of 44 points.First cell that is not right: net1[1].", False),
    "what other prices gave": ("2.05", "9 of 44 points.First cell that is not right: out1[1].", False),
    "a comma of another language": ("1,48", "6,5 of 44 points.", False),
    "another grade": ("2.05", "6.5 of 44 points.First cell that is not right: net1[1].", True),
    "a grade alone": ("2.05", "", True),
    "a person's comment": ("1.48", "Please see me", True),
    "something behind our comment": (
        "1.48",
        "6.5 of 44 points.First cell that is not right: net1[1]. Please see me.",
        True,
    ),
    "nothing yet": ("", "", False),
}


@pytest.mark.parametrize("case", AGAIN)
def test_what_a_person_gave_is_told_from_what_a_run_gave(case: str) -> None:
    grade, comment, persons = AGAIN[case]
    text = (
        "Identifier,Full name,Grade,Maximum grade,Grade can be changed,Last modified (grade),Feedback comments\n"
        f'Participant 1001,X,"{grade}",10.00,Yes,-,"{comment}"\n'
    )
    filled = fill_moodle(gradebook_of(text.encode(), "x.csv"), GRADES[:1], gradebook_feedback)
    assert bool(filled.standing) == persons
    assert bool(filled.cells) == (not persons)


@pytest.mark.parametrize("end", ["\\", "a \\", "\\\\", "C:\\", "\\t\\"])
def test_no_comment_has_a_backslash_that_moodle_would_take_for_an_escape(end: str) -> None:
    assert "\\" not in gradebook_feedback(GRADES[0]._replace(notes=(end,)))
