// A path as one line: what it passes, by which sign, and what is done where that is more than a sign.

import { h } from "./dom.js";
import { verbOf } from "./words.js";

const SIGNS = { 1: ["→", "promotes"], "-1": ["⊣", "inhibits"], 0: ["⋯", "mut"] };

/**
 * The signed chain of a path; the source goes unsaid where all paths share it. Plain verbs are the
 * sign alone, unless `wordy`; `hrefOf` gives the link of a step, where each has one.
 */
export function chainOf(path, { withSource = false, wordy = false, hrefOf = null } = {}) {
  return h("span", { class: "chain" },
    withSource && h("span", { class: "passed" }, path.steps[0].subject.name, " "),
    path.steps.map((step) => link(step, wordy, hrefOf)));
}

/** The chains of some paths: the plainest that look different from one another. */
export function chainsOf(paths, options) {
  const looks = paths.map((path) => path.steps.map(lookOf).join());
  const times = Map.groupBy(looks, (look) => look);
  return paths.map((path, place) => chainOf(path, { ...options, wordy: times.get(looks[place]).length > 1 }));
}

function lookOf(step) {
  return [step.subject.id, step.sign, isPlain(step) ? "" : verbOf(step), step.object.id, step.in_cell?.id ?? ""].join(" ");
}

/** Whether the sign says all that the verb does to who reads a chain. */
function isPlain({ predicate, phrase, aspect }) {
  const verb = phrase ?? predicate;
  return verb === "is a step of" || (["promotes", "inhibits"].includes(verb) && ["none", "amount", undefined].includes(aspect));
}

function link(step, wordy, hrefOf) {
  const [mark, kind] = SIGNS[step.sign];
  const verb = verbOf(step);
  const elsewhere = step.in_cell && ![step.subject.id, step.object.id].includes(step.in_cell.id);
  return h("span", { class: "link" },
    h("span", { class: kind, "aria-hidden": "true" }, mark), " ",
    isPlain(step) && !wordy ? h("span", { class: "vh" }, `${verb} `) : h("span", { class: "verb" }, `${verb} `),
    hrefOf ? h("a", { class: "passed", href: hrefOf(step) }, step.object.name) : h("span", { class: "passed" }, step.object.name),
    elsewhere && h("span", { class: "verb" }, ` (in ${step.in_cell.name})`), " ");
}
