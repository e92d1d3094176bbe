// What the lines and marks of a diagram mean; only those that stand in it.

import { badgesOf, badgeShape, glyph, stepsOf } from "./diagram.js";
import { h, s } from "./dom.js";
import { family, FAMILY_NAMES } from "./words.js";

function sample(...parts) {
  return s("svg", { class: "diagram sample", width: 34, height: 16, viewBox: "0 0 34 16", "aria-hidden": "true" }, ...parts);
}

function line(kind, head) {
  return sample(s("g", { class: `step ${kind}` }, s("path", { class: "line", d: head ? "M1 8H25" : "M1 8H33", "stroke-width": 3 }), head));
}

/** The legend of some paths. */
export function legend(paths, { cuts = false, net = false, kindOf }) {
  const steps = stepsOf(paths);
  const has = (test) => steps.some(({ step, loose }) => test(step, loose));
  const found = [];
  const entry = (picture, text) => found.push(h("li", {}, picture, h("span", {}, text)));
  if (has((step) => step.sign > 0)) {
    entry(line("promotes", s("path", { class: "head", d: "M33 8l-9 -5.500v11Z" })), "promotes");
  }
  if (has((step) => step.sign < 0)) {
    entry(line("inhibits", s("path", { class: "bar", d: "M27 1v14" })), "inhibits");
  }
  if (has((step) => step.sign === 0)) entry(line("structural", null), "structural");
  if (has((step, loose) => loose && !step.hypothesised)) entry(line("promotes stitched", null), "stitched: contexts that never met");
  if (has((step) => step.hypothesised)) entry(line("promotes hypothesised", null), "hypothesised");
  if (net) entry(sample(s("g", { class: "net" }, s("path", { d: "M1 14C8 -2 26 -2 33 14" }))), "net effect");
  if (cuts) {
    entry(sample(s("g", { class: "cut" }, s("path", { class: "cutbar", d: "M15 0v16M19 0v16" }))), "where an intervention cuts");
  }
  const marks = new Map(steps.flatMap(({ step }) => badgesOf(step)).map((mark) => [mark[1], mark]));
  for (const [letter, kind, meaning] of marks.values()) {
    entry(s("svg", { class: "diagram sample", width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true" },
      badgeShape({ left: 1.5, top: 1.5, letter, kind, meaning })), meaning);
  }
  found.push(h("li", {}, "thickness: belief"));
  const kinds = new Set(steps.flatMap(({ step }) => [step.subject, step.object]).map((e) => family(e.kind ?? kindOf(e.id))));
  for (const kin of Object.keys(FAMILY_NAMES)) {
    if (kinds.has(kin)) {
      entry(s("svg", { class: "diagram sample", width: 16, height: 16, viewBox: "0 0 16 16", "aria-hidden": "true" }, glyph(kin, 8, 8)), FAMILY_NAMES[kin]);
    }
  }
  return h("ul", { class: "legend", "aria-label": "Legend" }, found);
}
