"""What all programs share: their options, exercises with people who work them out, and how failing sheets are shown."""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Iterator

import yaml
from exercise import Exercise, drawn
from page import Page
from pen import NoNumber, Sheet, text
from updates import KINDS


def options(doc: str, sheets: int) -> argparse.ArgumentParser:
    """The options of every program."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sheets", type=int, default=sheets, help=f"how many (default {sheets})")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print the first N failing sheets as YAML")
    parser.add_argument("--each", type=int, default=20, help="sheets of one exercise (default 20)")
    return parser


def with_kind(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The option of those that have exercises of the newer rules too."""
    parser.add_argument("--kind", choices=tuple(KINDS), default="", help="exercises with these rules (updates.py)")
    return parser


def exercises(seed: int, kind: str = "", **kinds: object) -> Iterator[tuple[random.Random, Exercise, Page]]:
    """Exercises that can be worked out, each with its own randomness; of a kind of `updates.py`, or plain gradients."""
    place = 0
    while True:
        place += 1
        rng = random.Random(f"{seed}/{place}")
        ex = KINDS[kind](rng) if kind else drawn(rng, **kinds)
        try:
            page = Page(ex)
            yield rng, ex, page
        except NoNumber:
            continue


def ask_little(rng: random.Random, ex: Exercise, share: float = 0.2) -> bool:
    """Some exercises ask for net, out, delta and the new parameters only; says whether this one does."""
    if ex.steps > 1 or ex.conv.get("hidden_delta_weights") or rng.random() > share:
        return False
    trained = any(b is not None for b in ex.biases) and ex.conv.get("update_biases") is not False
    ex.ask = ["net", "out", "delta", "new_w", *(["new_b"] if trained else [])]
    return True


class Shown:
    """Prints the first failing sheets."""

    def __init__(self, most: int):
        self.left = most

    def __call__(self, ex: Exercise, sheet: Sheet, *what: str) -> None:
        if self.left <= 0:
            return
        self.left -= 1
        print("#", *what)
        print(yaml.safe_dump(ex.mapping(), default_flow_style=None, sort_keys=False, width=160), end="")
        print("--- # sheet\nanswers:")
        for name, (n, digits) in sheet.items():
            print(f"  {name}: {text(n, digits)}")
        print("---")


def share(part: float, whole: float) -> str:
    """A part of a whole in words."""
    return f"{part} of {whole}" + (f" ({100 * part / whole:.2f} %)" if whole else "")


def at_most(found: int, of: int) -> float:
    """The largest share that would show so few of so many once in twenty (Clopper and Pearson, one-sided, 95 %)."""
    low, high = found / of, 1.0
    for _ in range(50):
        share_ = (low + high) / 2
        likely = sum(math.comb(of, k) * share_**k * (1 - share_) ** (of - k) for k in range(found + 1))
        low, high = (share_, high) if likely > 0.05 else (low, share_)
    return high


class Clock:
    """Says how long a program took."""

    def __init__(self) -> None:
        self.start = time.perf_counter()

    def say(self, sheets: int) -> None:
        took = time.perf_counter() - self.start
        print(f"{sheets} sheets in {took:.0f} s")
