"""Suspect keys and sheets that are alike: what is planted is found, and nobody is named for honest mistakes."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from bptutor.classroom import suspicions
from bptutor.classroom.picture import Picture
from bptutor.classroom.result import WrongNumber
from bptutor.classroom.suspicions import mistakes
from tests.support.simulated_class import CELLS, Numbers, copied, honest_class, result, tallied


def picture(sheets: list[Numbers], variant: str = "") -> Picture:
    return tallied(result(f"s{n}", sheet, variant=variant) for n, sheet in enumerate(sheets)).picture(CELLS)


@pytest.mark.slow
@pytest.mark.parametrize("unknown", [0.01, 0.03, 0.1])
def test_an_honest_class_is_not_accused(unknown: float) -> None:
    for seed in range(25):
        assert picture(honest_class(np.random.default_rng(seed), unknown=unknown)).pairs == ()


@pytest.mark.parametrize("slips", [4, 5, 6])
def test_who_copied_is_found_and_nobody_else(slips: int) -> None:
    for seed in range(25):
        draw = np.random.default_rng(seed)
        sheets = honest_class(draw)
        sheets[17] = sheets[91] = copied(draw, slips=slips)
        (pair,) = picture(sheets).pairs
        assert pair.ids == ("s17", "s91")
        assert pair.chance < 0.01
        assert {found.cell.id for found in pair.numbers} == set(sheets[17])


def test_the_chance_is_what_the_counts_say() -> None:
    alike = {"net1[1]": (0.11, ()), "delta2[1]": (0.22, ()), "grad_w1[1,1]": (-0.33, ()), "grad_w1[1,2]": (0.44, ())}
    other = {"net1[1]": (0.11, ())}
    (pair,) = picture([alike, alike, other, *[{}] * 197]).pairs
    assert math.isclose(pair.chance, 200 * 199 / 2 * 3 / 298 * 2 / 298 * 2 / 298)  # numbers of one kind count once
    assert [(found.cell.id, found.number, found.students) for found in pair.numbers] == [
        ("net1[1]", 0.11, 3),
        ("delta2[1]", 0.22, 2),
        ("grad_w1[1,1]", -0.33, 2),
        ("grad_w1[1,2]", 0.44, 2),
    ]


def test_mistakes_with_a_name_say_nothing_but_are_listed() -> None:
    named = {name: (0.5 + n / 100, (f"rule{n}",)) for n, (name, _label) in enumerate(CELLS[:20])}
    assert picture([named, named, *[{}] * 98]).pairs == ()
    one = named | {"new_w1[1,1]": (0.7, ())}
    assert picture([one, one, *[{}] * 98]).pairs == ()
    three = one | {"grad_w1[1,2]": (0.8, ()), "delta1[1]": (0.9, ())}
    (pair,) = picture([three, three, *[{}] * 98]).groups
    assert math.isclose(pair.chance, 100 * 99 / 2 * (2 / 198) ** 3)
    assert len(pair.causes) == 20


def test_a_sheet_filled_with_one_number_is_nobodys_copy() -> None:
    filled = {name: (0.0, ()) for name, _label in CELLS}
    signs = {name: (0.5 * (-1) ** n, ()) for n, (name, _label) in enumerate(CELLS)}
    assert picture([filled, filled, signs, signs, *[{}] * 96]).pairs == ()


def test_what_a_quarter_of_the_class_shares_tells_nobody_apart() -> None:
    sheet: Numbers = {"net1[1]": (0.11, ()), "delta2[1]": (0.22, ()), "loss": (0.33, ()), "slope1[1]": (0.44, ())}
    assert picture([sheet] * 5 + [{}] * 11).pairs == ()
    assert len(picture([sheet] * 2 + [{}] * 98).pairs) == 1


def test_variants_are_compared_within_themselves() -> None:
    draw = np.random.default_rng(1)
    sheet = copied(draw)
    here = [result("a1", sheet, variant="A"), result("b1", sheet, variant="B")]
    rest = [result(f"{name}{n}", variant=name.upper()) for name in "ab" for n in range(2, 50)]
    assert tallied([*here, *rest]).picture(CELLS).pairs == ()
    (pair,) = tallied([*here, *rest, result("b50", sheet, variant="B")]).picture(CELLS).pairs
    assert (pair.ids, pair.variant) == (("b1", "b50"), "B")


def test_what_follows_from_wrong_numbers_is_no_sign() -> None:
    sheet = copied(np.random.default_rng(2))
    follows = dict.fromkeys(sheet, "follow_through")
    work = replace(result("", sheet).work, verdicts=result("", more=follows).work.verdicts)
    some = [result(f"s{n}")._replace(work=work) for n in range(2)]
    shown = tallied([*some, *(result(f"t{n}") for n in range(98))]).picture(CELLS)
    assert (shown.pairs, shown.unusual) == ((), ())


def test_classes_that_are_too_big_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = copied(np.random.default_rng(2))
    sheets = [sheet, sheet, *[{}] * 98]
    monkeypatch.setattr(suspicions, "MOST_SHEETS", 99)
    monkeypatch.setattr("bptutor.classroom.picture.MOST_SHEETS", 99)
    assert picture(sheets).pairs == ()
    assert "more than 99 sheets" in picture(sheets).notes[0]
    assert picture(sheets[:99]).notes == ()


def test_a_number_that_most_share_is_unusual() -> None:
    odd: Numbers = {"loss": (0.5, ()), "net1[1]": (-2.0, ("bias_sign",))}
    (first, second) = picture([odd] * 6 + [{}] * 6).unusual
    assert (first.cell.id, first.number, first.students, first.answered) == ("net1[1]", -2.0, 6, 12)
    assert (first.causes, second.causes) == (("bias_sign",), ())
    assert picture([odd] * 6 + [{}] * 7).unusual == ()
    assert picture([odd] * 2).unusual == ()


def test_who_left_the_cell_out_has_no_say() -> None:
    wrong = [result(f"s{n}", {"loss": (0.5, ())}) for n in range(3)]
    blank = [result(f"t{n}", more={"loss": "blank" if n % 2 else "unreadable"}) for n in range(20)]
    (found,) = tallied([*wrong, *blank]).picture(CELLS).unusual
    assert (found.students, found.answered) == (3, 3)


def test_unusual_numbers_are_those_of_a_variant() -> None:
    odd: Numbers = {"loss": (0.5, ())}
    sheets = [result(f"a{n}", odd, variant="A") for n in range(4)] + [result(f"b{n}", variant="B") for n in range(50)]
    (found,) = tallied(sheets).picture(CELLS).unusual
    assert (found.variant, found.students, found.answered) == ("A", 4, 4)


def test_a_number_is_found_among_very_many() -> None:
    sheets: list[Numbers] = [{"loss": (0.5, ()), "net1[1]": (float(n), ())} for n in range(1000)]
    (found,) = picture(sheets).unusual
    assert (found.cell.id, found.students) == ("loss", 1000)


@pytest.mark.parametrize(
    ("causes", "found"),
    [
        ([("a", "b")], {"a": 0.5, "b": 0.5}),
        ([("a", "b"), ("b",)], {"b": 1}),
        ([("a", "b"), ("b", "c")], {"b": 1}),
        ([("a",), ("a",), ("c", "d")], {"a": 1, "c": 0.5, "d": 0.5}),
        ([("a+b",)], {"a": 1, "b": 1}),
        ([("a", "b", "c")], dict.fromkeys("abc", Fraction(1, 3))),
        ([()], {}),
    ],
)
def test_mistakes_that_fit_equally_well_are_counted_in_part(
    causes: list[tuple[str, ...]], found: dict[str, float]
) -> None:
    assert mistakes([WrongNumber(0, 1.0, names) for names in causes]) == found


@pytest.mark.parametrize("students", [8, 30, 200])
@pytest.mark.parametrize("ring", [2, 3, 4, 10, 40])
def test_a_ring_is_named_as_one_group(ring: int, students: int) -> None:
    if ring > max(students / 4, 3):
        pytest.skip("most of a class share it: the key is suspect")
    for seed in range(5):
        draw = np.random.default_rng(seed)
        cells = [CELLS[place][0] for place in draw.choice(len(CELLS), 12, replace=False)]
        invented = {name: (float(n) + 2, ()) for n, name in enumerate(cells)}
        sheets = honest_class(draw, students)
        sheets[:ring] = [{**sheet, **invented} for sheet in sheets[:ring]]
        shown = picture(sheets)
        (group,) = shown.groups
        assert group.ids == tuple(f"s{n}" for n in range(ring))
        assert {found.cell.id for found in group.numbers} >= set(cells)
        assert len(shown.pairs) == ring * (ring - 1) // 2


def test_who_meets_two_groups_makes_them_one() -> None:
    kinds = ("net1[1]", "delta2[1]", "grad_w1[1,1]"), ("net1[2]", "delta2[2]", "grad_w1[1,2]")
    one, other = ({name: (0.1 * n + group, ()) for n, name in enumerate(kinds[group])} for group in (0, 1))
    (group,) = picture([one, {**one, **other}, other, *[{}] * 97]).groups
    assert group.ids == ("s0", "s1", "s2")
    assert picture([one, one, other, other, *[{}] * 96]).groups[1].ids == ("s2", "s3")


def rule(*kinds: str, twist: float = 0.0) -> Numbers:
    """What somebody writes who has these kinds of numbers wrong by rules that have no name."""
    names = [name for name, _label in CELLS if name.startswith(kinds)]
    return {name: (0.1 + n / 100 + twist, ()) for n, name in enumerate(names)}


def beside(draw: np.random.Generator, shared: Numbers, count: int) -> list[Numbers]:
    """A class of 200 in which so many have these numbers, besides what they do wrong by themselves."""
    sheets = honest_class(draw)
    return [{**sheet, **(shared if n < count else {})} for n, sheet in enumerate(sheets)]


NOTES = [("slope", "grad_w"), ("net", "step"), ("error", "new_w"), ("net", "slope", "delta")]


@pytest.mark.parametrize("holders", [3, 40])
@pytest.mark.parametrize("kinds", NOTES, ids=" ".join)
def test_wrong_rules_from_the_same_notes_accuse_nobody(kinds: tuple[str, ...], holders: int) -> None:
    for seed in range(2):
        wrong = {**rule(*kinds), "loss_after": (0.7, ())}  # which rests on all of them
        assert picture(beside(np.random.default_rng(seed), wrong, holders)).groups == ()


def test_what_a_known_mistake_explains_does_not_rule_a_rule_out() -> None:
    shared: Numbers = {
        **rule("net"),
        **dict.fromkeys(("slope1[1]", "new_w1[1,1]", "new_w1[1,2]", "new_w1[2,1]"), (0.3, ("slope_at_net",))),
        "slope1[2]": (0.61, ()),
        "new_w1[2,2]": (0.71, ()),
    }
    for holders in (3, 40):
        assert picture([shared] * holders + [{}] * (200 - holders)).groups == ()
    alone: Numbers = {name: found for name, found in shared.items() if not found[1]}  # beside what is right
    assert len(picture([alone] * 3 + [{}] * 197).groups) == 1


def test_as_many_kinds_of_numbers_that_no_rule_gives_do() -> None:
    wrong: Numbers = {"net1[1]": (0.5, ()), "slope2[1]": (0.6, ()), "delta1[2]": (0.7, ())}
    for holders in (3, 10, 40):
        (group,) = picture(beside(np.random.default_rng(1), wrong, holders)).groups
        assert len(group.ids) == holders


def test_a_ring_is_found_beside_the_rules_of_many() -> None:
    for seed in range(2):
        draw = np.random.default_rng(seed)
        sheets = beside(draw, rule("slope", "grad_w"), 45)
        cells = draw.choice([name for name, _label in CELLS], 12, replace=False).tolist()
        invented: Numbers = {name: (2.0 + n, ()) for n, name in enumerate(cells)}
        sheets[30:70] = [{**sheet, **invented} for sheet in sheets[30:70]]
        shown = picture(sheets)
        (group,) = shown.groups
        assert group.ids == tuple(f"s{n}" for n in range(30, 70))  # some of them hold the rules


def test_the_loss_after_the_update_is_no_number_of_its_own() -> None:
    two: Numbers = {"net1[1]": (0.11, ()), "delta2[1]": (0.22, ()), "loss_after": (0.33, ())}
    assert picture([two, two, *[{}] * 198]).groups == ()
    three: Numbers = {**two, "out2[1]": (0.44, ())}
    assert len(picture([three, three, *[{}] * 198]).groups) == 1


def test_the_same_rule_in_other_numbers_makes_a_number_likelier() -> None:
    """Two share three kinds of numbers; what many others have wrong there, by a rule, is hardly a sign."""
    two: Numbers = {**rule("slope"), "net1[1]": (0.5, ()), "grad_w1[1,2]": (0.6, ())}
    assert len(picture([two, two, *[{}] * 198]).groups) == 1
    others = [rule("slope", twist=n / 1000) for n in range(1, 41)]
    assert picture([two, two, *others, *[{}] * 158]).groups == ()
