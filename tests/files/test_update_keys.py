"""Update rules and weight decay as other tools write them: each is answered with what to write here."""

from __future__ import annotations

from pathlib import Path

import pytest

from bptutor.errors import BptutorError
from bptutor.files.library import load

START = """layers: [1, 1]
activation: linear
learning_rate: 0.1
inputs: [1]
targets: [1]
weights: [[[2]]]
"""

CURES = {
    "optimizer: {name: adam, beta1: 0.8}": "{adam: {beta1: 0.8}}",
    "optimizer: {type: adam}": "adam",
    "optimizer: {name: rmsprop, rho: 0.9, eps: 1e-6}": "{rmsprop: {beta: 0.9, epsilon: 1e-6}}",
    "optimizer: {adam: {betas: [0.9, 0.99]}}": "beta1",
    "optimizer: {adam: {eps: 1e-6}}": "epsilon",
    "optimizer: {rmsprop: {decay: 0.9}}": "beta",
    "optimizer: {sgd: {momentum: 0.9}}": "conventions: {momentum: 0.9}",
    "optimizer: {momentum: 0.9}": "conventions: {momentum: 0.9}",
    "optimizer: momentum": "conventions: {momentum: 0.9}",
    "optimizer: AdamW": "weight_decay: {decoupled: 0.01}",
    "optimizer: {adamw: {weight_decay: 0.01}}": "weight_decay: {decoupled: 0.01}",
    "beta1: 0.9": "optimizer: {adam: {beta1: 0.9}}",
    "epsilon: 1e-8": "optimizer: {adam: {epsilon: 1e-8}}",
    "gradients: [0.5]": "given: {grad_w1#1: [[0.5]]",
    "given: {grad_w1: 0.5}": "[[0.5]]",
    "given: {grad_w1: [0.5]}": "[[0.5]]",
    "weight_decay: {lambda: 0.01}": "l2",
    "weight_decay: {lasso: 0.01}": "l1",
    "weight_decay: l2": "{l2: 0.01}",
    "l1: 0.02": "weight_decay: {l1: 0.02}",
    "lasso: 0.02": "weight_decay: {l1: 0.01}",
    "l2: 0.02": "weight_decay: 0.02",
    "momentum: 0.9": "conventions: {momentum: 0.9}",
}


@pytest.mark.parametrize("line", CURES)
def test_what_other_tools_write_is_answered_with_what_to_write_here(line: str, tmp_path: Path) -> None:
    path = tmp_path / "page.yaml"
    path.write_text(f"{START}{line}\n", encoding="utf-8")
    with pytest.raises(BptutorError) as refused:
        load(path)
    hints = [fault.hint for fault in refused.value.faults]
    assert len(hints) == 1
    assert CURES[line] in hints[0]


@pytest.mark.parametrize("line", ["optimizer: nesterov", "optimizer: {nesterov: 0.9}", "clip_norm: 1"])
def test_what_is_not_here_has_no_cure(line: str, tmp_path: Path) -> None:
    path = tmp_path / "page.yaml"
    path.write_text(f"{START}{line}\n", encoding="utf-8")
    with pytest.raises(BptutorError, match="not supported") as refused:
        load(path)
    assert [fault.hint for fault in refused.value.faults] == [""]
