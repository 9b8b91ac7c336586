"""The page of an exercise as trees of arithmetic, cell by cell, written from the textbook for these programs alone.

A tree is a number, the id of a cell, or a tuple: ("+", …) a sum, ("*", …) a product, ("-", a), ("/", a, b),
("f", name, a) a function of one number, ("softmax", k, nets …). A cell has one or more trees: several where people go
several ways. Cells whose id starts with _ are never written. `wrong` replaces the tree of a kind of cell: a mistake is
such a function of (page, right tree, layer, unit, …), see made.py.
"""

from __future__ import annotations

from collections.abc import Callable

from exercise import Exercise

Tree = object
Wrong = dict[str, Callable[..., Tree]]

SLOPE = {"sigmoid": "sigmoid_slope", "tanh": "tanh_slope"}


class Page(dict[str, list[Tree]]):
    """Trees by cell id, each cell after those it rests on."""

    def __init__(self, ex: Exercise, wrong: Wrong | None = None):
        super().__init__()
        self.ex, self.wrong = ex, wrong or {}
        self.falling = ex.conv.get("delta") == "descent"
        self.threshold = ex.conv.get("bias") == "subtracted"
        self.frozen = ex.conv.get("update_biases") is False
        self.late = ex.conv.get("hidden_delta_weights") == "updated" or ("late" in self.wrong and len(ex.samples) == 1)
        self.momentum = float(ex.conv.get("momentum", 0))
        self.n = len(ex.samples)
        self.online = ex.conv.get("batch") == "online"
        self.last: dict[tuple[object, ...], str] = {}  # the cell of the update before, by what it is of
        self.t, self.looks_back = 0, False
        self.w: dict[tuple[int, int, int], Tree] = {}
        self.b: dict[tuple[int, int], Tree] = {}
        for k, rows in enumerate(ex.weights, 1):
            for j, row in enumerate(rows):
                for i, value in enumerate(row):
                    self.w[k, j, i] = value
            bias = ex.biases[k - 1]
            if bias is not None:
                for j in range(len(rows)):
                    self.b[k, j] = bias[j] if isinstance(bias, list) else bias
        for step in range(1, ex.steps + 1):
            self.step = step
            self.mark = f"#{step}" if ex.steps > 1 else ""
            self._one_step()

    # names

    def shared(self, k: int) -> bool:
        return isinstance(self.ex.biases[k - 1], float | int)

    def at(self, s: int) -> str:
        return (f"@{s + 1}" if self.n > 1 else "") + self.mark

    def put(self, hook: str, name: str, tree: Tree, *where: object, more: tuple[Tree, ...] = ()) -> None:
        if hook in self.wrong:
            other = self.wrong[hook](self, tree, *where)
            if other is not None and other != tree:
                self[name] = [other]
                return
        self[name] = [tree, *more]

    # the pass

    def _one_step(self) -> None:
        ex = self.ex
        self.tag = self.mark
        if self.online and self.n > 1:
            for s in range(self.n):
                self._one_row(s)
            return
        self.t += 1
        self.old_w, self.old_b = dict(self.w), dict(self.b)
        for s in range(self.n):
            self.forward(s)
            self.losses(s)
            if self.late and self.n == 1:
                continue
            self.backward(s, range(ex.depth, 0, -1))
            for k in range(1, ex.depth + 1):
                self.gradients(s, k)
        tag = self.mark
        if self.n > 1:
            parts = [f"loss{self.at(s)}" for s in range(self.n)]
            self.put("batch_loss", f"loss{tag}", self.combined(parts), parts)
        if self.late and self.n == 1:
            for k in range(ex.depth, 0, -1):
                self.backward(0, [k])
                self.gradients(0, k)
                self.update(k)
        else:
            if self.n > 1:
                for k in range(1, ex.depth + 1):
                    self.combine_gradients(k)
            self.costs()
            for k in range(1, ex.depth + 1):
                self.update(k)
        self.after(range(self.n))

    def _one_row(self, s: int) -> None:
        """One sample with an update of its own."""
        self.tag, self.t = self.at(s), self.t + 1
        self.old_w, self.old_b = dict(self.w), dict(self.b)
        self.forward(s)
        self.losses(s)
        self.costs()
        self.backward(s, range(self.ex.depth, 0, -1))
        for k in range(1, self.ex.depth + 1):
            self.gradients(s, k)
        for k in range(1, self.ex.depth + 1):
            self.update(k)
        self.after([s])

    def net(self, k: int, j: int, x: list[Tree], *, w: dict | None = None, b: dict | None = None) -> Tree:
        w, b = w if w is not None else self.w, b if b is not None else self.b
        terms: list[Tree] = [("*", w[k, j, i], x[i]) for i in range(len(x))]
        if (k, j) in b:
            terms.append(("-", b[k, j]) if self.threshold else b[k, j])
        return ("+", *terms)

    def incoming(self, k: int, s: int) -> list[Tree]:
        if k == 1:
            return list(self.ex.samples[s][0])
        return [f"out{k - 1}[{i + 1}]{self.at(s)}" for i in range(self.ex.layers[k - 1])]

    def activation(self, k: int, j: int, nets: list[Tree]) -> Tree:
        name = self.ex.acts[k - 1]
        if name == "softmax":
            return ("softmax", j, *nets)
        if name in ("step", "sign"):
            name += "_from_0" if self.ex.conv.get("at_zero") == 1 else "_above_0"
        return ("f", name, nets[j])

    def forward(self, s: int) -> None:
        for k in range(1, self.ex.depth + 1):
            units = self.ex.layers[k]
            for j in range(units):
                tree = self.net(k, j, self.incoming(k, s))
                self.put("net", f"net{k}[{j + 1}]{self.at(s)}", tree, k, j, self.incoming(k, s))
            nets = [f"net{k}[{j + 1}]{self.at(s)}" for j in range(units)]
            for j in range(units):
                self.put("out", f"out{k}[{j + 1}]{self.at(s)}", self.activation(k, j, nets), k, j, nets)

    def outs(self, s: int) -> list[Tree]:
        return [f"out{self.ex.depth}[{j + 1}]{self.at(s)}" for j in range(self.ex.layers[-1])]

    def one_loss(self, o: Tree, t: float) -> Tree:
        loss = self.ex.loss
        gap = ("f", "sq", ("+", t, ("-", o)))
        if loss == "half_squared_error":
            return ("*", 0.5, gap)
        if loss == "squared_error":
            return gap
        if loss == "mean_squared_error":
            return ("/", gap, float(self.ex.layers[-1]))
        if loss == "cross_entropy":
            return ("*", -t, ("f", "ln", o)) if t else 0.0
        parts: list[Tree] = [("*", -t, ("f", "ln", o))] if t else []
        if t != 1:
            parts.append(("*", -(1 - t), ("f", "ln", ("+", 1.0, ("-", o)))))
        return parts[0] if len(parts) == 1 else ("+", *parts)

    def losses(self, s: int) -> None:
        targets, outs = self.ex.samples[s][1], self.outs(s)
        trees = [self.one_loss(o, t) for o, t in zip(outs, targets, strict=True)]
        if len(trees) == 1:
            self.put("loss", f"loss{self.at(s)}", trees[0], 0, outs[0], targets[0])
            return
        for j, tree in enumerate(trees):
            self.put("loss", f"loss[{j + 1}]{self.at(s)}", tree, j, outs[j], targets[j])
        self[f"loss{self.at(s)}"] = [("+", *(f"loss[{j + 1}]{self.at(s)}" for j in range(len(trees))))]

    def direct(self) -> bool:
        """Whether loss and activation give delta = o − t at once, or a unit has no slope."""
        if self.ex.acts[-1] in ("step", "sign"):
            return True
        return (self.ex.loss, self.ex.acts[-1]) in (
            ("cross_entropy", "softmax"),
            ("binary_cross_entropy", "sigmoid"),
        )

    def gap(self, s: int, j: int) -> Tree:
        o, t = self.outs(s)[j], self.ex.samples[s][1][j]
        return ("+", t, ("-", o)) if self.falling else ("+", o, -t)

    def slope(self, k: int, j: int, s: int) -> Tree:
        act, out, net = self.ex.acts[k - 1], f"out{k}[{j + 1}]{self.at(s)}", f"net{k}[{j + 1}]{self.at(s)}"
        if act == "linear":
            return 1.0
        return ("f", "relu_slope", net) if act == "relu" else ("f", SLOPE[act], out)

    def backward(self, s: int, layers) -> None:
        ex, at = self.ex, self.at(s)
        for k in layers:
            for j in range(ex.layers[k]):
                here = f"[{j + 1}]{at}"
                if k == ex.depth and self.direct():
                    self.put("delta_direct", f"delta{k}{here}", self.gap(s, j), k, j, s)
                    continue
                if k == ex.depth:
                    gap = self.gap(s, j)
                    factor = {"squared_error": 2.0, "mean_squared_error": 2.0 / ex.layers[-1]}.get(ex.loss)
                    if ex.loss == "mean_squared_error" and ex.layers[-1] > 1:
                        tree: Tree = ("/", ("*", 2.0, gap), float(ex.layers[-1]))
                    else:
                        tree = ("*", factor, gap) if factor else gap
                    self.put("error_out", f"error{k}{here}", tree, k, j, s)
                else:
                    tree = self.back(k, j, s)
                    self.put("error_hidden", f"error{k}{here}", tree, k, j, s)
            for j in range(ex.layers[k]):
                if not (k == ex.depth and self.direct()):
                    self.put("slope", f"slope{k}[{j + 1}]{at}", self.slope(k, j, s), k, j, s)
            for j in range(ex.layers[k]):
                if not (k == ex.depth and self.direct()):
                    here = f"{k}[{j + 1}]{at}"
                    self.put("delta", f"delta{here}", ("*", f"error{here}", f"slope{here}"), k, j, s)

    def back(self, k: int, j: int, s: int, *, w=None) -> Tree:
        """The sum that comes back to unit j of layer k."""
        w = w if w is not None else (self.w if self.late else self.old_w)
        terms = [("*", f"delta{k + 1}[{m + 1}]{self.at(s)}", w[k + 1, m, j]) for m in range(self.ex.layers[k + 1])]
        return ("+", *terms) if len(terms) > 1 else terms[0]

    def delta(self, k: int, j: int, s: int) -> str:
        return f"delta{k}[{j + 1}]{self.at(s)}"

    def gradients(self, s: int, k: int) -> None:
        ex, at = self.ex, self.at(s)
        for j in range(ex.layers[k]):
            for i, x in enumerate(self.incoming(k, s)):
                tree: Tree = ("*", self.delta(k, j, s), x)
                if self.falling:
                    tree = ("-", tree)
                self.put("grad_w", f"grad_w{k}[{j + 1},{i + 1}]{at}", tree, k, j, i, s)
        if ex.biases[k - 1] is None or self.frozen:
            return
        turned = self.falling != self.threshold
        if self.shared(k):
            deltas = [self.delta(k, j, s) for j in range(ex.layers[k])]
            tree = ("+", *(("-", d) if turned else d for d in deltas))
            self.put("grad_b", f"grad_b{k}{at}", tree, k, None, s)
        else:
            for j in range(ex.layers[k]):
                d = self.delta(k, j, s)
                self.put("grad_b", f"grad_b{k}[{j + 1}]{at}", ("-", d) if turned else d, k, j, s)

    def combined(self, parts: list[Tree]) -> Tree:
        return ("/", ("+", *parts), float(self.n)) if self.ex.conv.get("batch") == "mean" else ("+", *parts)

    def parameters(self, k: int):
        """The ids' tails of weights and biases of a layer that are trained, with their keys."""
        for j in range(self.ex.layers[k]):
            for i in range(self.ex.layers[k - 1]):
                yield "w", f"{k}[{j + 1},{i + 1}]", (k, j, i)
        if self.ex.biases[k - 1] is not None and not self.frozen:
            if self.shared(k):
                yield "b", f"{k}", (k, None)
            else:
                for j in range(self.ex.layers[k]):
                    yield "b", f"{k}[{j + 1}]", (k, j)

    def combine_gradients(self, k: int) -> None:
        for kind, tail, key in self.parameters(k):
            parts = [f"grad_{kind}{tail}{self.at(s)}" for s in range(self.n)]
            self.put("batch_grad", f"grad_{kind}{tail}{self.mark}", self.combined(parts), parts, key)

    def update(self, k: int) -> None:
        new_w, new_b = dict(self.w), dict(self.b)
        for kind, tail, key in self.parameters(k):
            tail += self.tag
            old = self.w[key] if kind == "w" else self.b[key if key[1] is not None else (k, 0)]
            grad, decays = f"grad_{kind}{tail}", self.ex.decay and (kind == "w" or self.ex.decay.get("biases"))
            if decays and "decoupled" not in self.ex.decay:
                where, grad = (kind, key, tail, old, grad), f"cost_grad_{kind}{tail}"
                self.put("cost_grad", grad, self.pulled(where[-1], old), *where)
            right, more = self.direction(grad, kind, key, tail)
            if self.momentum and ("step", kind, key) in self.last:
                before = ("*", self.momentum, self.last["step", kind, key])
                right, more = ("+", right, before), tuple(("+", one, before) for one in more)
            self.put("step", f"step_{kind}{tail}", right, kind, key, tail, more=more)
            self.last["step", kind, key] = f"step_{kind}{tail}"
            kept: Tree = old
            if decays and "decoupled" in self.ex.decay:
                kept = ("*", round(1 - self.ex.rate * self.ex.decay["decoupled"], 9), old)
            self.put("new", f"new_{kind}{tail}", ("+", kept, f"step_{kind}{tail}"), kind, key, tail, old)
            if kind == "w":
                new_w[key] = f"new_w{tail}"
            elif key[1] is None:
                new_b |= {(k, j): f"new_b{tail}" for j in range(self.ex.layers[k])}
            else:
                new_b[key] = f"new_b{tail}"
        self.w, self.b = new_w, new_b

    # update rules with a memory, and weight decay

    def pulled(self, grad: str, old: Tree) -> Tree:
        """The gradient of loss and penalty together."""
        (kind, rate), *_ = self.ex.decay.items()
        return ("+", grad, ("*", rate, old) if kind == "l2" else ("*", rate, ("f", "sign", old)))

    def costs(self) -> None:
        """The penalty of large parameters, and what is minimised."""
        if not self.ex.decay or "decoupled" in self.ex.decay:
            return
        (kind, rate), *_ = self.ex.decay.items()
        every = [*self.w.values()]
        if self.ex.decay.get("biases"):
            shared = [k for k in range(1, self.ex.depth + 1) if self.shared(k)]
            every += [value for (k, j), value in self.b.items() if k not in shared or not j]
        parts = [("f", "sq" if kind == "l2" else "abs", one) for one in every]
        self.put("penalty", f"penalty{self.tag}", ("*", rate / 2 if kind == "l2" else rate, ("+", *parts)), parts)
        self[f"cost{self.tag}"] = [("+", f"loss{self.tag}", f"penalty{self.tag}")]

    def remembered(self, word: str, kind: str, key) -> Tree:
        """What an average was in the update before; 0 in the first."""
        return self.last.get((word, kind, key), 0.0)

    def direction(self, grad: str, kind: str, key, tail: str) -> tuple[Tree, tuple[Tree, ...]]:
        """The step by the update rule, and other ways to work it out; the numbers on the way become cells."""
        rate = self.ex.rate
        if not self.ex.optimizer:
            more = (self.climb(kind, key),) if self.falling and self.n == 1 and not self.ex.decay else ()
            return ("*", -rate, grad), more
        (name, numbers), *_ = self.ex.optimizer.items()
        cells = {"grad": grad}

        def line(word: str, tree: Tree) -> None:
            cells[word] = f"{word}_{kind}{tail}"
            self.put(word, cells[word], tree, kind, key, tail, grad)
            self.last[word, kind, key] = cells[word]

        if name in ("moving_average", "adam"):
            line("m", self.average(numbers.get("beta", numbers.get("beta1")), self.remembered("m", kind, key), grad))
        if name in ("rmsprop", "adam"):
            beta = numbers.get("beta", numbers.get("beta2"))
            line("v", self.average(beta, self.remembered("v", kind, key), ("f", "sq", grad)))
        if name == "adagrad":
            line("v", ("+", self.remembered("v", kind, key), ("f", "sq", grad)))
        if name == "adam":
            for word, beta in (("m", numbers["beta1"]), ("v", numbers["beta2"])):
                line(f"{word}_hat", ("/", cells[word], 1 - beta**self.t))
        above = cells.get("m_hat", cells.get("m", grad))
        below = cells.get("v_hat", cells.get("v"))
        return self.stepped(above, below)

    @staticmethod
    def average(beta: float, before: Tree, new: Tree) -> Tree:
        return ("+", ("*", beta, before), ("*", round(1 - beta, 9), new))

    def stepped(self, above: Tree, below: Tree | None, root: str = "sqrt") -> tuple[Tree, tuple[Tree, ...]]:
        """The step: what is above, over the root of what is below."""
        if below is None:
            return ("*", -self.ex.rate, above), ()
        (_name, numbers), *_ = self.ex.optimizer.items()
        epsilon = numbers["epsilon"]
        divisor: Tree = ("+", ("f", root, below), epsilon)
        if numbers.get("epsilon_inside"):
            divisor = ("f", "sqrt", ("+", ("f", "abs", below) if root != "sqrt" else below, epsilon))
        return ("/", ("*", -self.ex.rate, above), divisor), (("*", -self.ex.rate, ("/", above, divisor)),)

    def climb(self, kind: str, key) -> Tree:
        """The step from a falling delta itself, η·δ·x."""
        k, j = key[0], key[1]
        if kind == "w":
            return ("*", self.ex.rate, self.delta(k, j, 0), self.incoming(k, 0)[key[2]])
        rate = -self.ex.rate if self.threshold else self.ex.rate
        if j is None:
            return ("*", rate, ("+", *(self.delta(k, m, 0) for m in range(self.ex.layers[k]))))
        return ("*", rate, self.delta(k, j, 0))

    def first(self, kind: str, key, tail: str) -> Tree:
        """A new parameter from the very first one, whatever happened meanwhile."""
        k, j = key[:2]
        bias = self.ex.biases[k - 1]
        old = self.ex.weights[k - 1][j][key[2]] if kind == "w" else bias[j] if isinstance(bias, list) else bias
        return ("+", old, f"step_{kind}{tail}")

    def after(self, samples) -> None:
        """The loss after the update; the forward pass for it is scratch work."""
        self.looks_back = True
        losses: list[Tree] = []
        for s in samples:
            inputs, targets = self.ex.samples[s]
            x: list[Tree] = list(inputs)
            for k in range(1, self.ex.depth + 1):
                nets = []
                for j in range(self.ex.layers[k]):
                    name = f"_net{k}[{j + 1}]{self.at(s)}"
                    self.put("net", name, self.net(k, j, x), k, j, x)
                    nets.append(name)
                x = []
                for j in range(self.ex.layers[k]):
                    name = f"_out{k}[{j + 1}]{self.at(s)}"
                    self.put("out", name, self.activation(k, j, nets), k, j, nets)
                    x.append(name)
            parts = []
            for j, (o, t) in enumerate(zip(x, targets, strict=True)):
                name = f"_loss{j + 1}{self.at(s)}"
                self.put("loss", name, self.one_loss(o, t), j, o, t)
                parts.append(name)
            losses.append(parts[0] if len(parts) == 1 else ("+", *parts))
        name = f"loss_after{self.tag}"
        if len(losses) == 1:
            self[name] = [losses[0]]
        else:
            self.put("batch_loss", name, self.combined(losses), losses)
        self.looks_back = False


def operands(trees: list[Tree]) -> set[str]:
    """The cells that trees use."""
    found: set[str] = set()
    waiting = list(trees)
    while waiting:
        tree = waiting.pop()
        if isinstance(tree, str):
            found.add(tree)
        elif isinstance(tree, tuple):
            waiting += (
                [part for part in tree[2:] if not isinstance(part, int)] if tree[0] in ("f", "softmax") else tree[1:]
            )
    return found


def old_value(page: Page, name: str) -> float:
    """The parameter before an update."""
    kind_, tail = name[4], name[5:].partition("#")[0]
    layer, _, rest = tail.partition("[")
    places = [int(one) - 1 for one in rest.rstrip("]").split(",")] if rest else [0]
    value = page.ex.weights[int(layer) - 1] if kind_ == "w" else page.ex.biases[int(layer) - 1]
    for place in places if isinstance(value, list) else ():
        value = value[place]
    return float(value)
