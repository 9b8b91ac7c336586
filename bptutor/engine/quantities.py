"""What can stand on the page: quantities and their cells, and how both are called."""

from __future__ import annotations

from typing import NamedTuple

from bptutor.language import _


class Quantity(str):
    """A named array of the page: `net` of layer 1, of sample "3" (or samples "1-3" together), in step 2.

    Layer, sample and step are 0, "" and 0 where the quantity has none or the problem has only one. It is a text,
    `net1@3#2`, since a text keeps its hash: a page is looked up a few hundred times for every solution.
    """

    __slots__ = ("layer", "name", "sample", "step")

    name: str
    layer: int
    sample: str
    step: int

    def __new__(cls, name: str, layer: int = 0, sample: str = "", step: int = 0) -> Quantity:  # noqa: D102
        text = f"{name}{layer}" if layer else name
        quantity = super().__new__(cls, text + (f"@{sample}" if sample else "") + (f"#{step}" if step else ""))
        quantity.name, quantity.layer, quantity.sample, quantity.step = name, layer, sample, step
        return quantity

    def __getnewargs__(self) -> tuple[str, int, str, int]:  # type: ignore[override]
        return self.name, self.layer, self.sample, self.step

    def at(self, sample: str, step: int) -> Quantity:
        """The same quantity of another sample and step."""
        return Quantity(self.name, self.layer, sample, step)


Index = tuple[int, ...]


class Kind(NamedTuple):
    """How a quantity is called: the word of its ids, what its cells are labelled, and the parts a label is made of.

    `of` says whose labels fill the pattern: units of the layer, its weights, its biases, pairs of units, or nobody's.
    `ascii` is another label, for a keyboard that lacks the letters of the first. `title` is what stands over its cells
    where they are explained, with the number of the layer.
    """

    word: str
    label: str
    of: str = "units"
    ascii: str = ""
    title: str = ""


def _of_parameters(word: str, label: str, plain: str, *titles: str) -> dict[str, Kind]:
    """A quantity that weights and biases have alike, each with its title."""
    parts = zip("wb", ("weights", "biases"), titles, strict=True)
    return {f"{word}_{one}": Kind(f"{word}_{one}", label, of, plain, title) for one, of, title in parts}


KINDS: dict[str, Kind] = {
    "inputs": Kind("inputs", "{}"),
    "targets": Kind("targets", "t_{}"),
    "w": Kind("w", "{}", "weights"),
    "b": Kind("b", "{}", "biases"),
    "learning_rate": Kind("learning_rate", "η", ""),
    "momentum": Kind("momentum", "μ", ""),
    "beta": Kind("beta", "β", ""),
    "beta1": Kind("beta1", "β1", ""),
    "beta2": Kind("beta2", "β2", ""),
    "epsilon": Kind("epsilon", "ε", ""),
    "decay": Kind("decay", "λ", ""),
    "t": Kind("t", "", ""),
    "leak": Kind("leak", "", ""),
    "nothing": Kind("nothing", "", ""),
    "ones": Kind("ones", ""),
    "identity": Kind("identity", "", "pairs"),
    "net": Kind("net", "net_{}", title=_("Net input of layer {n}")),
    "out": Kind("out", "out_{}", title=_("Output of layer {n}")),
    "losses": Kind("loss", "E_{}", ascii="loss_{}", title=_("Loss of each output")),
    "loss": Kind("loss", "E", "", title=_("Loss")),
    "error": Kind("error", "error_{}", title=_("Error of layer {n}")),
    "slope": Kind("slope", "slope_{}", title=_("Slope of layer {n}")),
    "slopes": Kind("slope", "slope_{}_{}", "pairs", title=_("Slopes of layer {n}")),
    "delta": Kind("delta", "δ_{}", ascii="delta_{}", title=_("Delta of layer {n}")),
    **_of_parameters(
        "grad",
        "∂E/∂{}",
        "dE/d{}",
        _("Gradient of the weights into layer {n}"),
        _("Gradient of the biases of layer {n}"),
    ),
    "penalty": Kind("penalty", "R", "", title=_("Penalty of large parameters")),
    "cost": Kind("cost", "C", "", title=_("Cost: loss and penalty")),
    **_of_parameters(
        "cost_grad",
        "∂C/∂{}",
        "dC/d{}",
        _("Gradient of the cost, weights into layer {n}"),
        _("Gradient of the cost, biases of layer {n}"),
    ),
    **_of_parameters("m", "m({})", "", _("m of the weights into layer {n}"), _("m of the biases of layer {n}")),
    **_of_parameters("v", "v({})", "", _("v of the weights into layer {n}"), _("v of the biases of layer {n}")),
    **_of_parameters(
        "m_hat", "m̂({})", "m_hat({})", _("m̂ of the weights into layer {n}"), _("m̂ of the biases of layer {n}")
    ),
    **_of_parameters(
        "v_hat", "v̂({})", "v_hat({})", _("v̂ of the weights into layer {n}"), _("v̂ of the biases of layer {n}")
    ),
    **_of_parameters("step", "Δ{}", "", _("Step of the weights into layer {n}"), _("Step of the biases of layer {n}")),
    **_of_parameters("new", "{}+", "", _("New weights into layer {n}"), _("New biases of layer {n}")),
    "net_after": Kind("net_after", "net_{}+", title=_("Net input of layer {n} after the update")),
    "out_after": Kind("out_after", "out_{}+", title=_("Output of layer {n} after the update")),
    "loss_after": Kind("loss_after", "E+", "", title=_("Loss after the update")),
}

CONSTANTS = {"ones", "identity", "leak", "nothing", "t"}
"""What the engine hands to rules but no page shows as a cell: formulas show their digits."""

OF_UPDATES = frozenset(
    f"{word}_{one}" for word in ("grad", "cost_grad", "m", "v", "m_hat", "v_hat", "step", "new") for one in "wb"
)
"""What a parameter has on the way to its new value."""

UNLAYERED = {"losses", "targets", "inputs"}
"""Their ids carry no layer: there is only one."""


def tag(quantity: Quantity) -> str:
    """What sample and step add to an id or a label: `@3#2`."""
    return (f"@{quantity.sample}" if quantity.sample else "") + (f"#{quantity.step}" if quantity.step else "")


def stem(quantity: Quantity) -> str:
    """The id of the whole quantity without sample and step: `net1`, `loss`."""
    kind = KINDS[quantity.name]
    return kind.word if not kind.of or quantity.name in UNLAYERED else f"{kind.word}{quantity.layer}"


def cell_id(quantity: Quantity, index: Index) -> str:
    """The id of one cell, its index counted from 0, () for one that is the only one: `grad_w2[1,3]@2`."""
    place = f"[{','.join(str(i + 1) for i in index)}]" if index else ""
    return f"{stem(quantity)}{place}{tag(quantity)}"
