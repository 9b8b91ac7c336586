// Moves about in the page, which Python has written: shows one number after another, asks for it, tries other numbers.
// `F` has for the place of each number that is worked out a function of all numbers; see recomputing.py.
"use strict";
const D = JSON.parse(document.getElementById("data").textContent), W = D.words;
const $ = name => document.getElementById(name), all = (where, what) => [...where.querySelectorAll(what)];

// Where a number stands in the drawing: in a unit, u1-2, or on a line, l2-1-3.
function where(id) {
  const [, name, layer, unit, from] = id.match(/^([a-z_]+?)(\d*)\[(\d+)(?:,(\d+))?\]/) ?? [];
  if (!unit) return "";
  return from ? `l${layer}-${unit}-${from}` : name === "targets" ? `t${unit}` : `u${name === "loss" ? D.depth : layer || 0}-${unit}`;
}
// The numbers: by their place, each with where it stands.
const N = [];
for (const td of all(document, "td[data-c]")) {
  const c = +td.dataset.c, link = td.querySelector("a");
  N[c] = { c, td, link, id: link.getAttribute("href").slice(1), text: link.textContent, given: c in D.given,
    label: td.querySelector("small")?.textContent, head: "", tab: +(td.closest(".tab")?.dataset.t ?? -1), ops: [], uses: [] };
  const heads = all(td.closest("table"), "thead > tr > *");
  N[c].head = heads[td.cellIndex]?.textContent ?? "";
  N[c].where = where(N[c].id);
}
const byId = new Map(N.map(n => [n.id, n.c]));
const order = all(document, ".stage p[id]").map(working => {
  const n = N[byId.get(working.id)];
  n.working = working, n.label = working.querySelector("b").textContent, n.stage = working.closest(".stage");
  for (const part of all(working, "math [data-c]")) {
    const o = +part.dataset.c;
    if (!n.ops.includes(o)) n.ops.push(o), N[o].uses.push(n.c);
    const over = math("munder"), badge = math("mn");
    badge.textContent = n.ops.indexOf(o) + 1, badge.setAttribute("class", "n"), over.setAttribute("class", colour(n.ops.indexOf(o)));
    over.dataset.o = o, part.replaceWith(over), over.append(part, badge);
  }
  n.digits = working.querySelector("span");
  return n.c;
});
const at = new Map(order.map((c, place) => [c, place]));
const stages = [...new Set(order.map(c => N[c].stage))].map(stage => order.find(c => N[c].stage === stage));
function math(name) { return document.createElementNS("http://www.w3.org/1998/Math/MathML", name); }
function colour(n) { return "k" + (n % 6 + 1); }

// Rounding as on paper: the value counts as the decimal number that its first 14 digits show.
function rounded(x, d, even = D.even) {
  let [m, e] = x.toExponential(13).split("e");
  if (+e >= 13 - d) [m, e] = x.toExponential().split("e");
  const digits = m.replace(/[-.]/g, ""), kept = +e + 1 + d;
  if (kept < 0) return (0).toFixed(Math.max(0, d));
  let head = digits.slice(0, kept).padEnd(kept, "0"), tail = digits.slice(kept).replace(/0+$/, "");
  const up = tail > "5" || (tail === "5" && (!even || +(head.at(-1) ?? 0) % 2));
  head = (BigInt(head || 0) + (up ? 1n : 0n)).toString();
  if (d <= 0) head = head === "0" ? "0" : head + "0".repeat(-d);
  else head = head.padStart(d + 1, "0").replace(new RegExp(`(\\d{${d}})$`), ".$1");
  return (x < 0 && /[1-9]/.test(head) ? "-" : "") + head;
}
function significant(x, figures) {
  if (!x) return "0";
  const size = +x.toExponential(13).split("e")[1];
  let d = figures - 1 - size, text = rounded(x, d);
  const top = +(+text).toExponential().split("e")[1];
  if (top > size) text = rounded(x, --d);
  return top >= -5 && top < 15 ? text : (+text).toExponential(figures - 1).replace(/e([+-])(\d)$/, "e$10$2");
}
const digitsOf = c => D.own[c] ?? [D.decimals, D.figures]; // decimals, and figures where they count
function show(x, c) {
  const [d, f] = digitsOf(c);
  return !isFinite(x) ? W.infinite : f ? significant(x, f) : rounded(x, d);
}
function finer(x, more, c) {
  const text = show(x, c);
  if (!more) return text;
  if (text.includes("e")) return x.toExponential(text.split("e")[0].replace(/[-.]/g, "").length - 1 + more).replace(/e([+-])(\d)$/, "e$10$2");
  const decimals = text.includes(".") ? text.split(".")[1].length : 0, longer = rounded(x, decimals + more, false);
  if (!decimals) return longer.replace(/0+$/, "").replace(/\.$/, "");
  return longer.slice(0, longer.length - more) + longer.slice(longer.length - more).replace(/0+$/, "");
}
const paper = text => text.replace("-", "−");

// Working out.
const first = {};
let v = [], changed = new Map();
function work() {
  v = [];
  for (const n of N) if (n.given) v[n.c] = changed.get(n.c) ?? D.given[n.c];
  for (const c of order) { v[c] = F[c](v); if (D.carry && isFinite(v[c])) v[c] = +show(v[c], c); }
}
work();
const textOf = c => !changed.size ? N[c].text : N[c].given ? changed.has(c) ? paper(String(v[c])) : N[c].text
  : show(v[c], c) === show(first[c], c) ? N[c].text : paper(show(v[c], c));
for (const c of order) first[c] = v[c];
function digits(c) { // as many as it takes to work the number shown out again
  for (let more = 0; more < 12; more++) {
    const w = v.slice();
    for (const o of N[c].ops) if (!N[o].given) w[o] = +finer(v[o], more, o);
    if (show(F[c](w), c) === show(v[c], c)) return more;
  }
  return 12;
}
function rewrite(n) { // the formula with the numbers of now
  if (!n.digits) return;
  const made = n.working.querySelector("math").cloneNode(true), more = digits(n.c);
  for (const over of all(made, "[data-o]")) {
    const o = +over.dataset.o, text = N[o].given ? textOf(o) : paper(finer(v[o], more, o));
    over.firstChild.replaceWith(math("mn"));
    over.firstChild.textContent = bare(over) ? text : text.replace(/^−.*/, "($&)");
  }
  const equals = math("mo");
  equals.textContent = "=", made.prepend(equals), made.setAttribute("class", "digits");
  n.digits.replaceWith(made), n.digits = made;
}
// Whether a negative number needs no brackets here: it comes first, or stands in brackets already.
const bare = over => !over.previousSibling || over.previousSibling.textContent === "=";

// A formula as text, for who listens.
function spoken(node) {
  const [a, b, c] = [...node.children].map(spoken), tag = node.localName;
  return { msub: () => `${a}_${b}`, msup: () => `${a}^(${b})`, msubsup: () => `${a}_${b}${c}`, mfrac: () => `${part(a)}/${part(b)}`,
    munder: () => a }[tag]?.() ?? (node.children.length ? [...node.children].map(spoken).join("") : node.textContent);
}
const part = text => /[-+−·^(/]/.test(text) ? `(${text})` : text;

// Where we are: a number, how far the page has come, what the reader found or gave up.
let here = order[0], reached = 0, tried = false, timer = 0;
const known = new Set();
const asks = c => $("predict").checked && c in D.accepted && !known.has(c) && !changed.size;
const found = c => N[c].given || at.get(c) < reached || (at.get(c) === reached && !asks(c));

function go(c, how = "push") {
  if (!(c in N)) return;
  stop_unless(how === "play");
  here = c, tried = false;
  if (!N[c].given) reached = at.get(c);
  const hash = "#" + N[c].id;
  if (how === "push" && decodeURIComponent(location.hash) !== hash) history.pushState(null, "", hash);
  else if (how !== "hash") history.replaceState(null, "", hash);
  draw();
}
const move = by => go(order[Math.max(0, Math.min(order.length - 1, reached + by))]);
function stage(by) {
  const place = stages.findLastIndex(c => at.get(c) <= reached), inside = at.get(stages[place]) < reached;
  go(stages[Math.max(0, Math.min(stages.length - 1, place + by + (by < 0 && inside)))]);
}
function mark(c, ...names) {
  for (const part of parts(c)) part.classList.add(...names);
  return parts(c);
}
function parts(c) { // of the tables and of the drawing; in the drawing the sample of now
  const n = N[c], drawn = n.where && (n.tab < 0 || n.tab === N[order[reached]].tab) ? all($("net"), `[data-s="${n.where}"]`) : [];
  return [n.td, ...drawn];
}
function draw() {
  const n = N[here], shown = N[order[reached]];
  for (const part of all(document, ".now, .made, .used, .path, [class*=k]:not(munder)")) {
    if (part.closest("#tables, #net, #formulas")) part.classList.remove("now", "made", "used", "path", "k1", "k2", "k3", "k4", "k5", "k6");
  }
  for (const td of all(document, "td[data-n]")) delete td.dataset.n;
  for (const one of N) {
    one.link.hidden = !found(one.c);
    const text = textOf(one.c);
    one.link.replaceChildren(...(text === one.text ? [text] : [tag("del", one.text), " → ", tag("ins", text)]));
  }
  for (const tab of all(document, ".tab")) tab.classList.toggle("now", +tab.dataset.t === shown.tab);
  drawing(shown.tab);
  formula(n);
  const question = asks(here);
  mark(here, "now");
  if (!n.given && !question) n.ops.forEach((o, place) => {
    const several = /error/.test(n.head) && n.ops.length > 2;
    for (const part of mark(o, colour(place))) {
      if (part === N[o].td) part.dataset.n = place + 1;
      else if (several) part.classList.add("path"), part.style.setProperty("--n", place >> 1);
    }
  });
  const inTab = order.filter(c => N[c].tab === shown.tab);
  $("slider").max = inTab.length - 1, $("slider").value = inTab.indexOf(shown.c);
  $("slider").setAttribute("aria-valuetext", `${shown.label}, ${inTab.indexOf(shown.c) + 1}/${inTab.length}`);
  $("stages").replaceChildren(...stages.filter(c => N[c].tab === shown.tab).map(c => {
    const li = document.createElement("li"), link = tag("a", N[c].stage.firstChild.textContent.replace(/ \(.*\)$/, ""));
    link.href = "#" + N[c].id, li.append(link), li.style.flex = inTab.filter(d => N[d].stage === N[c].stage).length;
    if (N[c].stage === shown.stage) link.setAttribute("aria-current", "step");
    return li;
  }));
  all(document, "#tabs a").forEach((link, place) => place === shown.tab ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current"));
  $("reset").hidden = !changed.size;
  reveal($("tables"), n.td), reveal($("net"), $("net").querySelector(".now"));
}
function reveal(box, part) { // scrolls a pane, and not the page
  if (!part) return;
  const b = box.getBoundingClientRect(), p = part.getBoundingClientRect();
  if (p.top < b.top || p.bottom > b.bottom) box.scrollTop += p.top - b.top - b.height / 2;
  if (p.left < b.left || p.right > b.right) box.scrollLeft += p.left - b.left - b.width / 2;
}
function tag(name, text) { return Object.assign(document.createElement(name), { textContent: text }); }
function drawing(tab) {
  const [tag] = N[order[reached]].id.match(/@[\d-]+/) ?? [""];
  const put = (line, n, word) => {
    line.textContent = (line.long ? (word ?? line.word) + " = " : "") + textOf(n.c);
  };
  for (const group of all($("net"), "g[data-s]")) {
    const lines = all(group, "text"), where = group.dataset.s, [, layer, unit] = where.match(/(\d+)-?(\d*)/);
    for (const line of lines) line.long ??= line.textContent.includes(" = "), line.word ??= line.textContent.split(" = ")[0];
    // What stands before a step is what the exercise gives, or what the last update has left.
    const there = N.filter(n => found(n.c) && (n.tab === tab || n.given || /^new_/.test(n.id)));
    if (where[0] === "l") {
      const n = there.findLast(one => one.where === where);
      if (n) put(lines[0], n, n.label.replace(/^∂E\//, ""));
    } else if (where[0] === "t" || layer === "0") {
      const n = N[byId.get((where[0] === "t" ? `targets[${layer}]` : `inputs[${unit}]`) + tag)];
      if (n) put(lines.at(-1), n);
    } else for (const line of lines.slice(1)) {
      const word = line.word, value = /^(net|out|δ)$/.test(word);
      const n = value ? there.findLast(one => one.where === where && one.head === word)
        : there.findLast(one => one.id.match(/^(?:new_)?b(\d+)(?:\[(\d+)\])?/)?.slice(1).every((part, k) => !part || part === [layer, unit][k]));
      if (n) put(line, n);
      else if (value) line.textContent = "";
    }
  }
}
function formula(n) {
  const question = asks(n.c);
  $("given").hidden = !n.given, $("ask").hidden = !question;
  if (n.given) {
    const [name, value, what] = all($("given"), "b, output, span");
    name.textContent = n.label, value.textContent = textOf(n.c), what.textContent = `(${W.given})`;
    $("given").querySelector("input").value = "";
    return $("told").textContent = `${n.label} = ${textOf(n.c)}, ${W.given}`;
  }
  if (question) {
    n.stage.classList.add("now");
    $("ask").querySelector("b").textContent = n.label, $("ask").querySelector("input").value = "";
    $("ask").querySelector("p").textContent = "";
    $("ask").querySelector("input").focus({ preventScroll: true });
    return $("told").textContent = `${n.label} = ?`;
  }
  rewrite(n);
  for (const part of [n.stage, n.working.parentNode, n.working]) part.classList.add("now");
  n.working.querySelector("output").textContent = " = " + textOf(n.c);
  $("told").textContent = [n.label + " = ", ...all(n.working, "math").map(spoken), " = " + textOf(n.c)].join("");
}

// What is hovered over, or focused: what it is made of; with Shift, what it is used for.
let pointed = null;
function point(c, shift) {
  for (const part of all(document, ".made, .used")) part.classList.remove("made", "used");
  pointed = c;
  if (c === null || c === undefined || !found(c)) return;
  for (const o of shift ? N[c].uses : N[c].ops) mark(o, shift ? "used" : "made");
}
const placeOf = target => {
  const td = target.closest?.("td[data-c]"), over = target.closest?.("[data-o]"), part = target.closest?.("[data-s]");
  if (td) return +td.dataset.c;
  if (over) return +over.dataset.o;
  return part && N.findLast(n => n.where === part.dataset.s && found(n.c) && (n.given || n.tab === N[order[reached]].tab))?.c;
};
for (const kind of ["mouseover", "focusin"]) document.addEventListener(kind, event => point(placeOf(event.target), event.shiftKey));

// Predicting.
function read(text) { // a number as people type it, and how many decimals it has
  const plain = text.normalize("NFKC").trim().replace(/[−–—]/g, "-").replace(",", ".").replace(/\.$/, "");
  const part = plain.match(/^([+-]?\d+)\/([1-9]\d*)$/);
  if (part) return [part[1] / part[2], 17];
  const m = plain.match(/^[+-]?(?:(?:0|[1-9]\d*)(?:\.(\d*))?|\.(\d+))(?:e([+-]?\d{1,4}))?$/i);
  return m && isFinite(+plain) ? [+plain, Math.max(0, Math.min(17, (m[1] ?? m[2] ?? "").length - (m[3] ?? 0)))] : null;
}
// Bounds with more decimals: what is rounded is rounded to more, and what comes out even stands for itself.
const finest = ([lo, hi], more) => Math.abs(hi - 0.5) < 1e-6 ? [lo, hi] : [(lo + 0.55) * 10 ** more - 0.55, (hi - 0.55) * 10 ** more + 0.55];
function judge(c, text) { // as `check` does: whether it is accepted, and what is said
  const typed = read(text);
  if (!typed) return [false, W.number];
  const [value, decimals] = typed, d = digitsOf(c)[0], more = Math.max(0, decimals - d);
  const off = unit => (value - v[c]) / unit, inside = (x, lo, hi) => x >= lo - 2e-6 && x <= hi + 2e-6;
  const bounds = D.accepted[c], at = bounds.length > 2 ? decimals < d ? 4 : Math.min(3, more) : 0;
  const same = at === 3 && Math.abs(bounds[6] - bounds[4]) + Math.abs(bounds[7] - bounds[5]) < 1e-4;
  const unit = 10 ** -(d + more), [lo, hi] = finest(bounds.slice(2 * at), same ? 0 : more - at % 4);
  // A 0, and a parameter left as it was, follow from anything: only the number of the page itself will do.
  const idle = value === 0 || (/^new_/.test(N[c].id) && N[c].ops.some(o => /^(new_|w|b)/.test(N[o].id) && [v[o], +show(v[o], o)].includes(value)));
  if (idle ? inside(off(unit), -0.5, 0.5) : inside(off(unit), lo, hi)) return [true, W.right];
  if (decimals < d && Math.abs(off(10 ** -decimals)) < 1) return [false, W.more.replace("{n}", d)];
  const near = (bounds[1] - bounds[0]) / 2 * 10 ** -d, half = 0.55 * 10 ** -Math.min(decimals, d), others = D.mistakes[c] ?? [];
  for (let k = 0; k < others.length; k += 2) if (Math.abs(value - others[k]) <= half + near) return [false, W.maybe.replace("{cause}", D.says[others[k + 1]])];
  return [false, W.wrong];
}
$("ask").addEventListener("submit", event => {
  event.preventDefault();
  const input = $("ask").querySelector("input"), text = input.value, c = here;
  const [right, says] = judge(c, text);
  if (right || tried) {
    known.add(c), draw();
    $("told").textContent = (right ? W.right : W.itis.replace("{value}", textOf(c))) + " " + $("told").textContent;
    $("formulas").focus({ preventScroll: true });
  } else tried = true, $("ask").querySelector("p").textContent = says, input.select();
});
$("predict").addEventListener("change", () => { known.clear(); draw(); });

// What if.
$("given").querySelector("form").addEventListener("submit", event => {
  event.preventDefault();
  const typed = read(event.target.querySelector("input").value);
  if (!typed) return $("told").textContent = W.number;
  typed[0] === D.given[here] ? changed.delete(here) : changed.set(here, typed[0]);
  work(), draw();
});
$("reset").querySelector("button").addEventListener("click", () => { changed.clear(), work(), draw(); $("formulas").focus(); });

// Steering.
function stop_unless(playing) {
  if (playing || !timer) return;
  clearInterval(timer), timer = 0, $("play").setAttribute("aria-pressed", "false"), $("play").textContent = W.play;
}
function play() {
  if (timer) return stop_unless(false);
  $("pace").hidden = false, $("play").setAttribute("aria-pressed", "true"), $("play").textContent = W.pause;
  timer = setInterval(() => {
    if (asks(here)) return;
    if (reached === order.length - 1) return stop_unless(false);
    go(order[reached + 1], "play");
  }, 1000 * $("speed").value);
}
$("speed").addEventListener("change", () => { if (timer) play(), play(); });
const KEYS = { ArrowRight: () => move(1), ArrowLeft: () => move(-1), ArrowDown: () => stage(1), ArrowUp: () => stage(-1),
  Home: () => go(order[0]), End: () => go(order.at(-1)), " ": play, "?": help };
function help() {
  $("keys").hidden = !$("keys").hidden, $("help").setAttribute("aria-expanded", String(!$("keys").hidden));
}
document.addEventListener("keydown", event => {
  if (event.key === "Shift") return point(pointed, true);
  const name = event.target.localName, typing = event.target.matches?.("input:not([type=range]):not([type=checkbox]), select");
  if (typing && !(event.target.value === "" && /^Arrow(Left|Right|Up|Down)$/.test(event.key))) return;
  if (name === "select" || event.ctrlKey || event.altKey || event.metaKey || !KEYS[event.key]) return;
  if (event.key === " " && /button|summary|input|a/.test(name) && name !== "main") { if (name !== "a") return; }
  event.preventDefault(), KEYS[event.key]();
});
document.addEventListener("keyup", event => { if (event.key === "Shift") point(pointed, false); });
for (const [name, key] of Object.entries({ first: "Home", up: "ArrowUp", back: "ArrowLeft", next: "ArrowRight", down: "ArrowDown", last: "End", play: " ", help: "?" })) {
  $(name).addEventListener("click", KEYS[key]);
}
$("slider").addEventListener("input", () => go(order.filter(c => N[c].tab === N[order[reached]].tab)[$("slider").value], "slide"));
document.addEventListener("click", event => {
  const link = event.target.closest?.("a[href^='#']"), c = link ? byId.get(link.getAttribute("href").slice(1)) : placeOf(event.target);
  if (c === undefined || event.target.closest("form, #steer button")) return;
  event.preventDefault(), go(c);
});
const fromAddress = () => byId.get(decodeURIComponent(location.hash.slice(1)));
window.addEventListener("popstate", () => go(fromAddress() ?? order[0], "hash"));

// On paper the network has all its numbers, as the rest has.
const whole = $("net").innerHTML;
window.addEventListener("beforeprint", () => {
  $("net").innerHTML = whole;
  for (const detail of all(document, "details")) detail.open = true;
});
window.addEventListener("afterprint", draw);

document.documentElement.classList.add("js");
$("steer").hidden = false;
if ($("tabs")) $("tabs").hidden = false;
for (const detail of all(document, "header details")) detail.open = innerWidth > 1000;
if (order.length) go(fromAddress() ?? order[0], "hash");
window.addEventListener("load", () => draw()); // a browser that has gone to a fragment has left the field to type in
