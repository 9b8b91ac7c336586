"""What Moodle calls the columns of its grading worksheet, in the languages of its sites, all in small letters."""

from __future__ import annotations

_TITLES = {
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
