"""Headings as forms and spreadsheets write them, the columns that say who somebody is, and quotes that do not end."""

from __future__ import annotations

from pathlib import Path

import pytest

from bptutor.errors import BptutorError
from bptutor.files.answer_names import names_of
from bptutor.files.library import load
from bptutor.intake.columns import cell_of, columns, load_columns, refuse_gaps
from bptutor.intake.headings import content_roles
from bptutor.intake.tables import open_table, table_rows

MAZUR = load("mazur")
HEADINGS = {
    "net_h1": "net1[1]",
    "1. net_h1": "net1[1]",
    "12) net_h1 (4 decimals)": "net1[1]",
    "Question 3: net_h1 *": "net1[1]",
    "Your numbers [net_h1]": "net1[1]",
    "Your numbers [new_w2[1,2]]": "new_w2[1,2]",
    "What is net_h1?": "net1[1]",
    "Enter δ_o1, to 4 decimals": "delta2[1]",
    "11. E = ?": "loss",
    "5) w5+ =": "new_w2[1,1]",
    "Net_H1": "net1[1]",
    "ｎｅｔ＿ｈ１": "net1[1]",
    "net_h1\u00a0": "net1[1]",
    "the loss after the update": None,
    "new weight w5": None,
    "net_h1 and net_h2": None,
    "?_o1": None,
    "Timestamp": None,
    "x" * 5000: None,
}


@pytest.mark.parametrize("heading", HEADINGS)
def test_what_a_heading_means(heading: str) -> None:
    found = cell_of(names_of(MAZUR), heading)
    assert (found.id if found and not found.given else None) == HEADINGS[heading]


ROLES = {
    "Google, English": (["Timestamp", "Email Address", "net_h1"], ["2025/03/03 9:00:12 AM EET", "a@b.de", "1"], 1),
    "Google, Chinese": (["时间戳记", "电子邮件地址", "net_h1"], ["2025/03/03 上午9:00:12", "a@b.de", "1"], 1),
    "Google, Russian": (["Отметка времени", "Адрес электронной почты", "x"], ["03.03.2025 9:00:12", "a@b.de", "1"], 1),
    "Google, Swedish": (["Tidstämpel", "E-postadress", "net_h1"], ["2025-03-03 09:00:12", "a@b.de", "1"], 1),
    "Google, Turkish": (["Zaman damgası", "E-posta Adresi", "x"], ["3.03.2025 09:00:12", "a@b.de", "1"], 1),
    "Microsoft": (["ID", "Start time", "Email", "net_h1"], ["1", "2025-03-03 09:00:00", "a@b.de", "1"], 2),
}


@pytest.mark.parametrize("case", ROLES)
def test_addresses_and_times_are_known_by_what_they_are(case: str) -> None:
    header, row, email = ROLES[case]
    roles, asides = content_roles(header, [row])
    assert roles["email"] == email
    assert "id" not in roles
    assert {at for at, text in enumerate(row) if "2025" in text} <= asides


def test_anonymous_is_nobodys_address() -> None:
    roles, asides = content_roles(["ID", "Email", "Name", "net_h1"], [["1", "anonymous", "", "1"]] * 2)
    assert "email" not in roles
    assert 1 in asides
    alone, _asides = content_roles(["Email", "net_h1"], [["ada", "1"], ["bo", "1"]])
    assert alone == {"email": 0}


@pytest.mark.parametrize(
    "heading",
    ["What is your student number?", "Matrikelnummer (8 Stellen)", "Your user name:", "Enter your student ID"],
)
def test_an_id_may_be_asked_for_in_a_sentence(heading: str) -> None:
    assert content_roles(["Timestamp", heading, "net_h1"], [["2025-03-03", "s1", "1"]])[0] == {"id": 1}
    both = content_roles(["id", heading, "net_h1"], [["s1", "s2", "1"]])[0]
    assert both == {"id": 0}


def test_an_id_of_a_roster_may_count_too() -> None:
    roles, _asides = content_roles(["id", "first name", "last name"], [["1", "Ada", "Abel"], ["2", "Bo", "Ben"]])
    assert roles == {"id": 0, "first": 1, "last": 2}


def test_gaps_are_refused_with_the_cells_and_the_headings(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("id,net_h1,second net\ns1,1,2\n")
    table = open_table(tmp_path / "x.csv")
    found = columns(table, MAZUR)
    refuse_gaps(table, found, {"net1[1]": "net_h1"})
    with pytest.raises(BptutorError) as caught:
        refuse_gaps(table, found, {"net1[1]": "net_h1", "net1[2]": "net_h2"})
    assert caught.value.message == "no column for net_h2: 1 of 2 cells would be blank for everybody"
    assert caught.value.hint.startswith("not understood: second net; --columns FILE says")
    (tmp_path / "cells.yaml").write_text("second net: net_h2\n")
    told = open_table(tmp_path / "x.csv", load_columns(tmp_path / "cells.yaml"))
    assert columns(told, MAZUR).ids == ("net1[1]", "net1[2]")
    (tmp_path / "cells.yaml").write_text("[net_h2]\n")
    with pytest.raises(BptutorError, match="expected a heading and its cell in each line"):
        load_columns(tmp_path / "cells.yaml")


QUOTES: dict[str, tuple[str, dict[str, str]]] = {
    "at the end of the file": ('s0,1,1\ns1,1,"2\n', {"s0": "", "s1": "quote"}),
    "in the middle": ('s0,1,1\ns1,1,"2\ns2,1,1\ns3,1,1\n', {"s0": "", "s1": "quote", "s2": "", "s3": ""}),
    "in the first column": ('"s0,1,1\ns1,1,2\n', {"s0": "quote", "s1": ""}),
    "twice": ('s0,"1,1\ns1,1,2\ns2,"1,3\ns3,1,1\n', {"s0": "quote", "s1": "", "s2": "quote", "s3": ""}),
    "closed many rows later": ('s0,1,"1\ns1,1,2\ns2,1,3"\ns3,1,1\n', {"s0": "quote", "s1": "", "s2": "", "s3": ""}),
    "a cell of two lines is one": ('s0,"a\nb",1\ns1,1,2\n', {"s0": "", "s1": ""}),
    "a first cell of two lines too": ('"s\n0",1,1\ns1,1,2\n', {"s\n0": "", "s1": ""}),
    "a quote in a quote": ('s0,"say ""hi""",1\ns1,1,2\n', {"s0": "", "s1": ""}),
}


@pytest.mark.parametrize("case", QUOTES)
def test_a_quote_that_does_not_end_spoils_its_own_row(case: str, tmp_path: Path) -> None:
    text, expected = QUOTES[case]
    (tmp_path / "x.csv").write_text("id,net_h1,net_h2\n" + text)
    rows = list(table_rows(open_table(tmp_path / "x.csv")))
    assert {row.cells[0]: "quote" if row.fault else "" for row in rows} == expected
    assert [row.line for row in rows] == sorted({row.line for row in rows})
