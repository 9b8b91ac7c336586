"""Results come back in order, one a student, whether memory holds them or files."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import pytest
from simulated_class import plain

from bptutor.classroom.grade import Grade
from bptutor.classroom.packing import packed, unpacked
from bptutor.classroom.result import Odd, Result, Student, Work
from bptutor.classroom.spool import Keep, Spool


def result(student: str, when: float = 0.0, earned: int = 0, *, readable: bool = True, source: str = "") -> Result:
    parts = {"net1": str(earned), "out1": "0.5"}
    grade = Grade("", "", "", "", Fraction(earned, 2), Fraction(9), parts, "net1[1]", "a or b", 3, ("n",), readable)
    work = Work(grade, b"\0\1", (Odd(3, 0.5, ("slope", "half")),))
    return Result(Student(student, "N", "e@x", "", source, when, True), work, ("# md", "<p>"))


def kept(spool: Spool) -> list[tuple[str, str, list[str]]]:
    return [(one.student.id, one.student.source, [other.student.source for other in aside]) for one, aside in spool]


def test_a_result_comes_back_as_it_was() -> None:
    results = [result("s1"), result("s2", 2.5, 7), Result(Student("x"), Work(Grade("", readable=False)))]
    results.append(Result(Student("s3"), results[0].work))
    back = unpacked(packed(results))
    assert [*map(plain, back)] == [*map(plain, results)]
    assert isinstance(back[0].work.odd[0], Odd)
    assert [one.work is back[0].work for one in back] == [True, False, False, True]


@pytest.mark.parametrize(("keep", "source"), [(Keep.newest, "last"), (Keep.first, "first"), (Keep.best, "good")])
def test_which_hand_in_counts(tmp_path: Path, keep: Keep, source: str) -> None:
    spool = Spool(tmp_path / "spool", keep)
    some = [("first", 1.0, 3), ("good", 2.0, 5), ("last", 4.0, 1), ("middle", 3.0, 2)]
    spool.add(result("s1", when, earned, source=name) for name, when, earned in some)
    spool.add(
        [result("s1", 9.0, 9, readable=False, source="broken"), result("s1", 0.0, 9, readable=False, source="odd")]
    )
    ((student, counts, aside),) = kept(spool)
    assert (student, counts) == ("s1", source)
    assert sorted([counts, *aside]) == ["broken", "first", "good", "last", "middle", "odd"]


@pytest.mark.parametrize(("keep", "source"), [(Keep.newest, "b"), (Keep.first, "a"), (Keep.best, "b")])
def test_at_the_same_time_the_later_one_is_newer(tmp_path: Path, keep: Keep, source: str) -> None:
    spool = Spool(tmp_path, keep)
    spool.add([result("s1", source="a"), result("s1", source="b")])
    assert kept(spool)[0][1] == source


def test_those_without_a_student_all_stay(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.add([result("0", source="0"), result("", source="a"), result("", source="b")])
    assert kept(spool) == [("", "a", []), ("", "b", []), ("0", "0", [])]


@pytest.mark.parametrize("keep", Keep)
def test_files_give_the_same_as_memory(tmp_path: Path, keep: Keep) -> None:
    draw = random.Random(0)
    results = [
        result(f"s{draw.randrange(400)}", draw.randrange(5), draw.randrange(9), source=str(n)) for n in range(1500)
    ]
    found: list[list[object]] = []
    for most in (10_000, 130):
        spool = Spool(tmp_path / str(most), keep, most)
        for start in range(0, len(results), 40):
            spool.add(results[start : start + 40])
        found.append([(plain(one), [*map(plain, aside)]) for one, aside in spool])
    assert found[0] == found[1]
    assert not (tmp_path / "10000").exists()
    assert len(list((tmp_path / "130").iterdir())) == 11
    ids = [one.result.student.id for one in spool]
    assert ids == sorted(set(ids), key=lambda name: int(name[1:]))
