"""What the tests of `bptutor practice` share: a problem, how its answers are read, and a student who types lines."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from bptutor.files.library import load
from bptutor.practice.asking import step
from bptutor.practice.exercise import Exercise, Feedback, State, exercise
from bptutor.problem import Problem

SMALL = """\
title: A small exercise
layers: [2, 2, 1]
activation: sigmoid
learning_rate: 0.5
inputs: [1, 0.5]
targets: [1]
weights:
  - [[0.1, -0.2], [0.4, 0.3]]
  - [[0.7, -0.5]]
biases: [[0.1, -0.1], [0.2]]
decimals: 4
ask: [net, out, delta]
"""
SMALL_ANSWERS = ("0.1000", "0.4500", "0.5250", "0.6106", "0.2622", "0.5652", "-0.1069", "-0.0187", "0.0127")
HALF = Fraction(1, 2)


def asked(problem: Problem, by: str = "cell") -> Exercise:
    return exercise(problem, by)


def small(by: str = "cell") -> Exercise:
    from bptutor.files.problem_file import problem_of
    from bptutor.files.reader import parse

    return asked(problem_of(parse(SMALL.encode(), "small.yaml")), by)


def library(name: str, by: str = "cell") -> Exercise:
    return asked(load(name), by)


def typing(exercise: Exercise, lines: Iterable[str], state: State = State()) -> tuple[State, list[Feedback]]:
    """The state after these lines, a second each, and all that was told."""
    told = []
    for line in lines:
        state, feedback = step(exercise, state, line, 1.0)
        told.append(feedback)
    return state, told
