// What the lines and marks of a diagram mean; only those that stand in it.

import { badgesOf, badgeShape, glyph, stepsOf } from "./diagram.js";
import { h, s } from "./dom.js";
import { denied, family, FAMILY_NAMES } from "./words.js";

function sample(...parts) {
  return s("svg", { class: "diagram sample", width: 34, height: 16, viewBox: "0 0 34 16", "aria-hidden": "true" }, ...parts);
}

function line(kind, head) {
  return sample(s("g", { class: `step ${kind}` }, s("path", { class: "line", d: head ? "M1 8H25" : "M1 8H33", "stroke-width": 3 }), head));
}

function lineOf(sign) {
  if (sign > 0) return line("promotes", s("path", { class: "head", d: "M33 8l-9 -5.500v11Z" }));
  return sign < 0 ? line("inhibits", s("path", { class: "bar", d: "M27 1v14" })) : line("structural", null);
}

const THICKNESS = () => sample(s("g", { class: "step promotes" }, s("path", { class: "wedge", d: "M1 8L33 5v6Z" })));

function list(entries) {
  return h("ul", { class: "legend", "aria-label": "Legend" }, entries.filter(Boolean).map(([picture, text]) => h("li", {}, picture, h("span", {}, text))));
}

function kindsOf(entities) {
  const kinds = new Set(entities.map((entity) => family(entity.kind)));
  return Object.keys(FAMILY_NAMES).filter((kin) => kinds.has(kin)).map((kin) => [
    s("svg", { class: "diagram sample", width: 16, height: 16, viewBox: "0 0 16 16", "aria-hidden": "true" }, glyph(kin, 8, 8)),
    FAMILY_NAMES[kin],
  ]);
}

/** The legend of some paths. */
export function legend(paths, { cuts = false, net = false }) {
  const steps = stepsOf(paths);
  const has = (test) => steps.some(({ step, loose }) => test(step, loose));
  const marks = new Map(steps.flatMap(({ step }) => badgesOf(step)).map((mark) => [mark[1], mark]));
  return list([
    has((step) => step.sign > 0) && [lineOf(1), "promotes"],
    has((step) => step.sign < 0) && [lineOf(-1), "inhibits"],
    [THICKNESS(), "the thicker, the more believed"],
    has((step) => step.sign === 0) && [lineOf(0), "structural"],
    has((step, loose) => loose && !step.hypothesised) && [line("promotes stitched", null), "stitched: contexts that never met"],
    has((step) => step.hypothesised) && [line("promotes hypothesised", null), "hypothesised"],
    net && [sample(s("g", { class: "net" }, s("path", { d: "M1 14C8 -2 26 -2 33 14" }))), "net effect"],
    cuts && [sample(s("g", { class: "cut" }, s("path", { class: "cutbar", d: "M15 0v16M19 0v16" }))), "where an intervention cuts"],
    ...[...marks.values()].map(([letter, kind, meaning]) => [
      s("svg", { class: "diagram sample", width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true" },
        badgeShape({ left: 1.5, top: 1.5, letter, kind, meaning })),
      meaning,
    ]),
    ...kindsOf(steps.flatMap(({ step }) => [step.subject, step.object])),
  ]);
}

/** The same in words, for a picture that is taken elsewhere. */
export function keyOf(paths) {
  const steps = stepsOf(paths);
  const has = (test) => steps.some(({ step, loose }) => test(step, loose));
  const marks = new Map(steps.flatMap(({ step }) => badgesOf(step)).map((mark) => [mark[1], mark]));
  return [
    "Arrow: promotes; bar: inhibits; number and thickness: belief",
    has((step) => step.sign === 0) && "dots: structural",
    has((step, loose) => loose && !step.hypothesised) && "dashes: stitched from contexts that never met",
    has((step) => step.hypothesised) && "short dashes: hypothesised",
    ...[...marks.values()].map(([letter, , meaning]) => `${letter}: ${meaning}`),
  ].filter(Boolean).join("; ") + ".";
}

/** The legend of some statements around an entity. */
export function legendAround(statements) {
  const has = (test) => statements.some(test);
  return list([
    has((one) => one.sign > 0 && !denied(one)) && [lineOf(1), "promotes"],
    has((one) => one.sign < 0 && !denied(one)) && [lineOf(-1), "inhibits"],
    [THICKNESS(), "the thicker, the more believed"],
    has((one) => one.sign === 0 && !denied(one)) && [lineOf(0), "without a sign"],
    has(denied) && [line("denied", s("circle", { class: "none-seen", cx: 29, cy: 8, r: 3.6 })), "no effect, or none known"],
    has((one) => one.status === "hypothesised") && [line("promotes hypothesised", null), "hypothesised"],
    ...kindsOf(statements.flatMap((one) => [one.subject, one.object])),
  ]);
}
