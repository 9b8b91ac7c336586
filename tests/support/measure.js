// What a reader would see broken in each frame of the page, as JSON in a script element called "found".
"use strict";

const NEAR = 1; // a pixel that rounding may cost
const LONGEST = 24; // characters of a word; a longer one may break
const WHOLE = /[0-9∂δ]|_|\[/; // numbers, ids and labels: never on two lines
const WORD = /[^\s()·×]+/gu; // formulas may be broken at brackets and signs
const MAY_BREAK = /:\/\/|^\p{L}*[-–—/]\p{L}/u; // addresses, and words with hyphens

function texts(doc) {
  const walk = doc.createTreeWalker(doc.body, NodeFilter.SHOW_TEXT), found = [];
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (node.data.trim() && !node.parentElement.closest("title, script, style, svg title")) found.push(node);
  }
  return found;
}

function rects(doc, node, start, end) {
  const range = doc.createRange();
  range.setStart(node, start);
  range.setEnd(node, end);
  return [...range.getClientRects()].filter(rect => rect.width > 0 && rect.height > 0);
}

function box(element) {
  let one = element;
  while (one.ownerDocument.defaultView.getComputedStyle(one).display.startsWith("inline")
    && one.parentElement && one.tagName != "text") one = one.parentElement;
  return one;
}

function lines(found) { // the tops of lines, whatever the size of letters
  return new Set(found.map(rect => Math.round(rect.top / 4))).size;
}

function measure(frame) {
  const doc = frame.contentDocument, width = frame.clientWidth, says = [];
  const view = doc.defaultView, root = doc.documentElement;
  for (const folded of doc.querySelectorAll("details")) folded.open = true;
  const style = view.getComputedStyle(doc.body);
  const room = doc.body.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  if (root.scrollWidth > width + NEAR) says.push(`the page is ${root.scrollWidth} wide`);
  for (const one of doc.body.querySelectorAll("*")) {
    const look = view.getComputedStyle(one);
    if (look.overflowX == "visible" || look.display.startsWith("inline") || one.closest("svg")) continue;
    if (one.scrollWidth > one.clientWidth + NEAR && !one.matches("[tabindex]")) says.push(`cut off: ${one.tagName} ${one.textContent.trim().slice(0, 40)}`);
  }
  const placed = [];
  for (const node of texts(doc)) {
    const holder = box(node.parentElement), drawn = node.parentElement.closest("svg");
    const scrolled = node.parentElement.closest("[tabindex]");
    for (const rect of rects(doc, node, 0, node.data.length)) {
      placed.push({ rect, holder, node, scrolled });
      if (!scrolled && (rect.left < -NEAR || rect.right > width + NEAR)) says.push(`outside: ${node.data.trim().slice(0, 40)}`);
      if (rect.height < 8) says.push(`too small to read (${rect.height.toFixed(1)}): ${node.data.trim().slice(0, 40)}`);
    }
    if (drawn) continue;
    for (const match of node.data.matchAll(WORD)) {
      const parts = rects(doc, node, match.index, match.index + match[0].length);
      if (lines(parts) < 2) continue;
      const natural = parts.reduce((sum, rect) => sum + rect.width, 0);
      if (match[0].length > LONGEST || natural > room - NEAR || MAY_BREAK.test(match[0])) continue;
      const what = WHOLE.test(match[0]) ? "a number or id on two lines" : "narrower than a word";
      says.push(`${what}: ${match[0].slice(0, 60)}`);
    }
  }
  placed.sort((one, other) => one.rect.top - other.rect.top);
  for (let i = 0; i < placed.length; i++) {
    const { rect: a, holder, scrolled } = placed[i];
    for (let j = i + 1; j < placed.length && placed[j].rect.top < a.bottom - 2 * NEAR; j++) {
      const b = placed[j].rect;
      if (placed[j].holder === holder) continue;
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > NEAR && down > 2 * NEAR) says.push(`overlap: ${placed[i].node.data.trim().slice(0, 30)} / ${placed[j].node.data.trim().slice(0, 30)}`);
    }
  }
  return [...new Set(says)];
}

addEventListener("load", () => {
  const found = {};
  for (const frame of document.querySelectorAll("iframe")) found[frame.id] = measure(frame);
  const told = document.createElement("script");
  told.id = "found";
  told.type = "application/json";
  told.textContent = JSON.stringify(found).replaceAll("<", "\\u003c");
  document.body.append(told);
});
