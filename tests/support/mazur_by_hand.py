"""Mazur's 2-2-2 problem worked out by hand, in `decimal`, from whatever was written above."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

from bptutor.answers import Answers, Typed
from tests.support.students import typed

Texts = dict[str, str]

_X = {1: Decimal("0.05"), 2: Decimal("0.10")}
_T = {1: Decimal("0.01"), 2: Decimal("0.99")}
_W1 = {(1, 1): Decimal("0.15"), (1, 2): Decimal("0.20"), (2, 1): Decimal("0.25"), (2, 2): Decimal("0.30")}
_W2 = {(1, 1): Decimal("0.40"), (1, 2): Decimal("0.45"), (2, 1): Decimal("0.50"), (2, 2): Decimal("0.55")}
_B1, _B2, _RATE, _HALF = Decimal("0.35"), Decimal("0.60"), Decimal("0.5"), Decimal("0.5")
_PAIRS = list(product((1, 2), (1, 2)))


def worked(wrong: Mapping[str, str] | None = None, *, decimals: int = 4) -> Texts:
    """The whole sheet, each number rounded as it is written down; `wrong` has what is written instead, and used."""
    wrong, texts = wrong or {}, Texts()
    found: dict[str, Decimal] = {}

    def write(cell: str, value: Decimal) -> Decimal:
        rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        texts[cell] = wrong.get(cell, f"{rounded if rounded else abs(rounded):f}")
        found[cell] = Decimal(texts[cell])
        return found[cell]

    for layer, weights, bias in ((1, _W1, _B1), (2, _W2, _B2)):
        incoming = _X if layer == 1 else {i: found[f"out1[{i}]"] for i in (1, 2)}
        for j in (1, 2):
            write(f"net{layer}[{j}]", weights[j, 1] * incoming[1] + weights[j, 2] * incoming[2] + bias)
        for j in (1, 2):
            write(f"out{layer}[{j}]", 1 / (1 + (-found[f"net{layer}[{j}]"]).exp()))
    for k in (1, 2):
        write(f"loss[{k}]", _HALF * (_T[k] - found[f"out2[{k}]"]) ** 2)
    write("loss", found["loss[1]"] + found["loss[2]"])
    for layer in (2, 1):
        for j in (1, 2):
            back = sum((_W2[k, j] * found[f"delta2[{k}]"] for k in (1, 2)), Decimal()) if layer == 1 else None
            write(f"error{layer}[{j}]", found[f"out2[{j}]"] - _T[j] if back is None else back)
            out = found[f"out{layer}[{j}]"]
            write(f"slope{layer}[{j}]", out * (1 - out))
            write(f"delta{layer}[{j}]", found[f"error{layer}[{j}]"] * found[f"slope{layer}[{j}]"])
    new: dict[tuple[int, int, int], Decimal] = {}
    for layer, weights in ((1, _W1), (2, _W2)):
        for j, i in _PAIRS:
            sent = _X[i] if layer == 1 else found[f"out1[{i}]"]
            gradient = write(f"grad_w{layer}[{j},{i}]", found[f"delta{layer}[{j}]"] * sent)
            step = write(f"step_w{layer}[{j},{i}]", -_RATE * gradient)
            new[layer, j, i] = write(f"new_w{layer}[{j},{i}]", weights[j, i] + step)
    write("loss_after", _loss(new))
    return texts


def _loss(new: Mapping[tuple[int, int, int], Decimal]) -> Decimal:
    out: dict[int, Decimal] = _X
    for layer, bias in ((1, _B1), (2, _B2)):
        net = {j: new[layer, j, 1] * out[1] + new[layer, j, 2] * out[2] + bias for j in (1, 2)}
        out = {j: 1 / (1 + (-net[j]).exp()) for j in (1, 2)}
    return sum((_HALF * (_T[k] - out[k]) ** 2 for k in (1, 2)), Decimal())


def sheet(texts: Mapping[str, str], **others: Typed) -> Answers:
    """The sheet with these texts; `others` are cells of which the text alone does not say how they are read."""
    return Answers({cell: typed(text) for cell, text in texts.items()} | others)
