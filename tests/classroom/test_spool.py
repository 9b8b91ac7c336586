"""Results come back in order, one a student."""

from __future__ import annotations

import pickle
import random
from fractions import Fraction
from pathlib import Path

import pytest

from bptutor.classroom.grade import Grade
from bptutor.classroom.result import Result, Work, WrongNumber
from bptutor.classroom.spool import Keep, Spool
from bptutor.intake.entry import HandIn
from tests.support.simulated_class import plain


def result(student: str, when: float = 0.0, earned: int = 0, *, readable: bool = True, source: str = "") -> Result:
    parts = {"net1": str(earned), "out1": "0.5"}
    grade = Grade(
        "", "", "", "", Fraction(earned, 2), Fraction(9), parts, "0", "0", "net1[1]", "a or b", 3, ("n",), readable
    )
    work = Work(grade, b"\0\1", (WrongNumber(3, 0.5, ("slope", "half")),))
    return Result(HandIn(student, "N", "e@x", "", source, when, True), work, {"md": "# md", "html": "<p>"})


def kept(spool: Spool) -> list[tuple[str, str, list[str]]]:
    return [
        (one.hand_in.id, one.hand_in.source, [other.hand_in.source for other in others])
        for one, _files, others in spool
    ]


def test_a_result_comes_back_as_it_was() -> None:
    results = [result("s1"), result("s2", 2.5, 7), Result(HandIn("x"), Work(Grade("", readable=False)))]
    results.append(Result(HandIn("s3"), results[0].work))
    back = pickle.loads(pickle.dumps(results))  # as workers send them
    assert [*map(plain, back)] == [*map(plain, results)]
    assert isinstance(back[0].work.wrong[0], WrongNumber)
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


def test_those_of_many_students_come_back_in_order(tmp_path: Path) -> None:
    draw = random.Random(0)
    spool = Spool(tmp_path / "spool")
    for _some in range(40):
        spool.add(result(f"s{draw.randrange(400)}", draw.randrange(5)) for _one in range(40))
    ids = [one.result.hand_in.id for one in spool]
    assert ids == sorted(set(ids), key=lambda name: int(name[1:]))
    assert sum(1 + len(one.superseded) for one in spool) == 1600


def test_feedback_waits_in_files(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.add([result("s2"), result("s1", 2.0), result("s1", 1.0)])
    one, other = spool
    for kept in (one, other):
        assert not kept.result.feedback
        assert {ending: file.read_text() for ending, file in kept.feedback.items()} == {"md": "# md", "html": "<p>"}
    assert (one.result.hand_in.id, one.result.hand_in.when) == ("s1", 2.0)
    assert one.feedback != other.feedback
    bare = Spool(tmp_path / "none")
    bare.add([result("s1")._replace(feedback={})])
    assert [kept.feedback for kept in bare] == [{}]
    assert not list((tmp_path / "none").iterdir())
