"""The page in a browser: it shows what `solve --explain` does, accepts what `check` does, all of it by keyboard.

Needs Chromium and playwright; where one is missing, these tests are skipped and say so.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bptutor.browser.page import page
from bptutor.engine.notation import PAGE
from bptutor.files.library import load
from bptutor.problem import Problem
from bptutor.solution.trace import Trace
from tests.support.browsing import browser, changed_otherwise, looking_at, misjudged, predictions

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser"]

pytestmark = pytest.mark.slow

Write = Callable[..., str]
FUNCTIONS = {"exp": math.exp, "ln": math.log, "tanh": math.tanh, "max": max, "abs": abs}
HASH = "decodeURIComponent(location.hash)"
_NAME = r"(?:∂E/∂|Δ)?[a-zδη][\w.]*(?<!²)"
LIBRARY = ("mazur", "softmax-lab", "karpathy", "relu-bce", "habr-momentum", "hmkcode")


@pytest.fixture
def written(tmp_path: Path) -> Write:
    """Writes the page of a problem; where it is."""

    def write(problem: Problem, at: str = "", **options: Any) -> str:
        path = tmp_path / "page.html"
        path.write_text(page(Trace(problem), **options), "utf-8")
        return path.as_uri() + (f"#{at}" if at else "")

    return write


def worth(formula: str) -> float:
    """A formula of the page worked out."""
    text = formula.replace("−", "-").replace("·", "*").replace("²", "**2").replace("^(", "**(")
    text = re.sub(r"\be\*\*", "exp", text)
    text = re.sub(r"\|([^|]*)\|", r"abs(\1)", text)
    return float(eval(text, {"__builtins__": {}, **FUNCTIONS}))


@pytest.mark.parametrize("name", LIBRARY)
def test_every_formula_is_that_of_explain(browser: Browser, written: Write, name: str) -> None:
    """Names and digits, of each number in turn."""
    trace = Trace(load(name))
    explainer = trace.explainer(PAGE)
    with looking_at(browser, written(trace.problem)) as seen:
        told = seen.evaluate("order.map(c => { go(c, 'play'); return [N[c].id, $('told').textContent]; })")
    found = {ident: text.split(" = ", 1)[1].rsplit(" = ", 1) for ident, text in told}
    for cell in trace.cells():
        why = explainer.explain(cell.quantity, cell.at)
        formula, value = found[cell.id]
        names, _equal, digits = formula.partition("=")
        assert value == cell.text.replace("-", "−")
        plain = names.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))
        assert re.findall(_NAME, plain) == re.findall(_NAME, why.formula)
        if digits:
            assert re.findall(r"\d+(?:\.\d+)?", digits.replace("^(2)", "")) == re.findall(
                r"\d+(?:\.\d+)?", why.substituted
            )
            assert worth(digits) == pytest.approx(worth(why.substituted), abs=1e-12)


def test_predictions_are_judged_as_check_judges_them(browser: Browser, written: Write) -> None:
    for name in ("mazur", "han-kamber", "relu-softmax"):
        trace = Trace(load(name))
        first = next(trace.cells()).id
        typed = [
            (first, text) for text in ("0,3775", "−1", "1/3", "+.5", "3e-1", "abc", "", "0.3775.", "nan", "０．５")
        ]
        with looking_at(browser, written(trace.problem)) as seen:
            wrong = misjudged(seen, trace, [*typed, *predictions(trace, 7, 1000)])
        assert len(wrong) <= 2, wrong  # at the very edge of what rounding can do


def test_what_if_works_out_what_python_does(browser: Browser, written: Write) -> None:
    for name in ("mazur", "softmax-lab", "habr-momentum", "relu-bce"):
        with looking_at(browser, written(load(name))) as seen:
            assert changed_otherwise(seen, Trace(load(name)), 3, 25) == []


def test_changed_numbers_show_what_they_were(browser: Browser, written: Write) -> None:
    with looking_at(browser, written(load("mazur"), "w1[1,1]")) as seen:
        seen.locator("#given input").fill("0,9")
        seen.keyboard.press("Enter")
        assert seen.locator("td:has(a[href='#w1[1,1]'])").inner_text() == "w1 0.15 → 0.9"
        seen.locator("#slider").focus()
        seen.keyboard.press("End")
        changed = seen.locator("td:has(a[href='#net1[1]'])").inner_text()
        trace = Trace(load("mazur"))
        weights = (np.array([[0.9, 0.2], [0.25, 0.3]]), trace.problem.weights[1])
        assert changed == f"0.3775 → {next(Trace(replace(trace.problem, weights=weights)).cells()).text}"
        seen.locator("#reset button").click()
        assert seen.locator("td:has(a[href='#net1[1]'])").inner_text() == "0.3775"
        assert seen.locator("del").count() == 0


def test_all_by_keyboard(browser: Browser, written: Write) -> None:
    with looking_at(browser, written(load("mazur"))) as seen:
        steps = {
            "ArrowRight": "#net1[2]",
            "ArrowDown": "#loss[1]",
            "ArrowLeft": "#out2[2]",
            "ArrowUp": "#net1[1]",
            "End": "#loss_after",
            "Home": "#net1[1]",
        }
        for key, place in steps.items():
            seen.keyboard.press(key)
            assert seen.evaluate(HASH) == place, key
        seen.keyboard.press("?")
        assert seen.locator("#keys").is_visible()
        seen.keyboard.press(" ")
        assert seen.locator("#play").get_attribute("aria-pressed") == "true"
        assert seen.locator("#speed").is_visible()
        seen.keyboard.press(" ")
        assert seen.locator("#play").get_attribute("aria-pressed") == "false"
        seen.keyboard.press("End")
        seen.locator("a[href='#delta2[1]']").focus()
        assert seen.locator("td.made").count() == 2
        seen.keyboard.down("Shift")
        assert seen.locator("td.made").count() == 0
        assert seen.locator("td.used").count() == 4  # two gradients, two hidden errors
        seen.keyboard.up("Shift")
        seen.keyboard.press("Enter")
        assert seen.evaluate(HASH) == "#delta2[1]"
        assert seen.locator("a[href='#delta2[2]']").is_hidden()
        seen.go_back()
        assert seen.evaluate(HASH) == "#loss_after"


def test_the_address_leads_to_a_number(browser: Browser, written: Write) -> None:
    with looking_at(browser, written(load("mazur"), "delta2[1]")) as seen:
        assert seen.locator("td.now").inner_text() == "0.1385"
        assert seen.locator("td[data-n]").all_inner_texts() == ["0.7414", "0.1868"]
        assert seen.locator(".stage p[id]:visible").count() == 1
        assert seen.locator("g.now .unit").count() == 1


def test_the_paths_that_are_added_up(browser: Browser, written: Write) -> None:
    with looking_at(browser, written(load("mazur"), "error1[1]")) as seen:
        paths = seen.locator("line.path").all()
        assert [path.get_attribute("data-s") for path in paths] == ["l2-1-1", "l2-2-1"]
        assert [path.evaluate("one => one.style.getPropertyValue('--n')") for path in paths] == ["0", "1"]


def test_predict_first(browser: Browser, written: Write) -> None:
    with looking_at(browser, written(load("mazur"), "delta2[1]", practice=True)) as seen:
        number, said = seen.locator("a[href='#delta2[1]']"), seen.locator("#ask p")
        assert number.is_hidden()
        assert seen.evaluate("document.activeElement.closest('#ask') !== null")
        seen.keyboard.type("0.7414")  # the slope is left out
        seen.keyboard.press("Enter")
        assert "slope" in said.inner_text()
        seen.keyboard.type("0,1385")
        seen.keyboard.press("Enter")
        assert number.inner_text() == "0.1385"
        assert "Right." in seen.locator("#told").inner_text()
        seen.keyboard.press("ArrowRight")
        number = seen.locator("a[href='#delta2[2]']")
        seen.keyboard.type("x")
        seen.keyboard.press("Enter")
        assert said.inner_text() == "That is no number."
        assert number.is_hidden()
        seen.keyboard.press("Enter")
        assert number.inner_text() == "−0.0381"


def test_samples_and_steps_are_tabs_and_the_curve_can_be_clicked(browser: Browser, written: Write) -> None:
    problem = load("people")
    with looking_at(browser, written(problem)) as seen:
        assert seen.locator("#tabs a").count() > 1
        seen.locator("#tabs a").nth(1).click()
        assert seen.locator(".tab:visible").count() == 1
        assert "@2" in seen.evaluate(HASH)
        net = seen.locator("#net").inner_text()
        assert [f"{value:g}".replace("-", "−") in net for value in problem.inputs[1]] == [True, True]
    with looking_at(browser, written(load("mazur").repeated(3), "net2[1]#3")) as seen:
        weight = next(cell for cell in Trace(load("mazur").repeated(3)).cells() if cell.id == "new_w2[1,1]#2")
        assert f"{weight.label} = {weight.text}" in seen.locator("#net").inner_text()
        assert seen.locator("svg.curve a").count() == 4
        seen.locator("svg.curve a").nth(1).click()
        assert seen.evaluate(HASH) == "#loss#2"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("practice", [False, True])
def test_axe_finds_nothing(browser: Browser, written: Write, scheme: str, practice: bool) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe, which looks for barriers, is missing"
    )
    for at in ("", "error1[1]", "w1[1,1]", "loss_after"):
        with looking_at(browser, written(load("mazur"), at, practice=practice), color_scheme=scheme) as seen:
            found = axe.Axe().run(seen)
            assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_no_page_scrolls_sideways(browser: Browser, written: Write, width: int) -> None:
    for name in ("mazur", "softmax-lab", "people"):
        with looking_at(browser, written(load(name)), viewport={"width": width, "height": 700}) as seen:
            assert seen.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_whole_without_scripts(browser: Browser, written: Write) -> None:
    with looking_at(browser, written(load("mazur")), java_script_enabled=False) as seen:
        assert seen.locator("#steer").is_hidden()
        assert seen.locator("#ask").is_hidden()
        shown = seen.locator("main").inner_text()
        for cell in Trace(load("mazur")).cells():
            assert cell.text.replace("-", "−") in shown
        assert seen.locator(".stage p[id]:visible").count() == seen.locator(".stage p[id]").count()


def test_less_motion(browser: Browser, written: Write) -> None:
    with looking_at(browser, written(load("mazur"), "error1[1]"), reduced_motion="reduce") as seen:
        assert seen.locator("line.path").first.evaluate("one => getComputedStyle(one).animationName") == "none"


def test_on_paper_all_is_there(browser: Browser, written: Write) -> None:
    with looking_at(browser, written(load("mazur"))) as seen:
        seen.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        seen.emulate_media(media="print")
        shown = seen.locator("body").inner_text()
        for cell in Trace(load("mazur")).cells():
            assert cell.text.replace("-", "−") in shown
        assert "δ = 0.1385" in seen.locator("#net").inner_text()
        assert seen.locator(".stage p[id]:visible").count() == seen.locator(".stage p[id]").count()
        assert seen.locator("#steer").is_hidden()
