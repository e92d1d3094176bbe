// The verdict on a question as a small picture: what speaks for each sign, side by side.

import { h } from "./dom.js";
import { behind, firstOf } from "./papers.js";
import { belief, count } from "./words.js";

const KINDS = {
  determined: ["determined", "Every path that is known, of any length, has this sign."],
  leaning: ["leaning", "Paths of both signs are known; this sign is better founded or much better believed."],
  depends: ["depends", "Both signs are known, and something that was stated tells them apart."],
  contested: ["contested", "Both signs are equally well founded, and nothing that was stated tells them apart."],
  open: ["open", "One sign is known, and something may outweigh it."],
  none: ["no path", "Nothing that is loaded connects the two in one direction."],
};
const SIDES = ["promotes", "inhibits"];

/** The kind of a verdict as a word, with what it means. */
export function verdictTag(verdict) {
  const [word, meaning] = KINDS[verdict.kind] ?? [verdict.kind, ""];
  return h("a", { class: `tag verdict-kind ${verdict.kind}`, href: `?view=help#verdict-${verdict.kind}`, title: meaning }, word);
}

/** Both sides of an answer: the best path of each sign as a bar, with what it rests on. */
export function balance(answer, names) {
  const sides = SIDES.map((effect) => sideOf(answer, effect));
  if (sides.every((side) => side === null)) return null;
  return h("div", { class: "balance", role: "group", "aria-label": "What speaks for each sign" },
    sides.map((side, number) => (side ? filled(side, SIDES[number], answer, names) : bare(SIDES[number], answer))));
}

/** The best path of a sign, and how many of the shown ones have it; null where there is none. */
function sideOf({ paths, verdict }, effect) {
  const shown = paths.filter((path) => path.effect === effect);
  const against = verdict.against?.effect === effect ? verdict.against : null;
  const best = shown[0] ?? against;
  return best ? { best, shown: shown.length } : null;
}

function filled({ best, shown }, effect, answer, names) {
  const papers = [...new Set(best.steps.flatMap((step) => behind(step, answer.evidence, names)))];
  const bar = h("span", { class: "bar" });
  bar.style.width = `${Math.max(2, best.belief * 100)}%`;
  return h("div", { class: `pan ${effect}` },
    h("p", {}, h("strong", { class: effect }, effect === "promotes" ? "→ promotes" : "⊣ inhibits"),
      h("span", { class: "number" }, ` ${belief(best.belief)}`)),
    h("div", { class: "track", "aria-hidden": "true" }, bar),
    h("p", { class: "mut small" }, [
      apart(answer.verdict, effect),
      count(best.steps.length, "step"),
      best.human_says,
      firstOf(papers),
      shown > 0 ? `${shown} of ${count(answer.paths.length, "path")} shown` : "by a path that is not among those shown",
    ].filter(Boolean).join(" · ")));
}

/** In which state a sign holds, where that tells the two apart. */
function apart({ because }, effect) {
  const [, promotes, inhibits] = /^told apart by [^:]+: (.+) against (.+)$/.exec(because[0] ?? "") ?? [];
  return effect === "promotes" ? promotes : inhibits;
}

function bare(effect, { question, complete }) {
  const asked = question.effect !== null && question.effect !== effect;
  return h("div", { class: "pan none" },
    h("p", { class: "mut" }, effect === "promotes" ? "→ promotes" : "⊣ inhibits"),
    h("div", { class: "track", "aria-hidden": "true" }),
    h("p", { class: "mut small" }, asked ? "not asked for" : complete ? "no path" : "no path among those shown"));
}
