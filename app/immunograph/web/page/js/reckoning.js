// How the belief of one statement comes about, with its own numbers.

import { h } from "./dom.js";
import { nameOf } from "./papers.js";
import { belief, count, say } from "./words.js";

const KEYS = ["tier", "basis", "directness", "hedge", "checked"];

/** *0.85 = …*, folded; null where nothing counts for or against the statement. */
export function reckoningOf(card, names) {
  const { reckoning } = card;
  if (!reckoning || reckoning.evidence.length === 0) return null;
  const known = new Map(card.evidence.map((one) => [one.id, one]));
  const voices = (test) => bestOf(reckoning.evidence.filter(test));
  const supports = voices((one) => one.role === "supports");
  const refutes = voices((one) => one.role === "refutes" && !one.no_change);
  const nulls = voices((one) => one.role === "refutes" && one.no_change);
  return h("details", { class: "twin reckoning" },
    h("summary", {}, `How ${belief(card.belief)} comes about`),
    h("p", {}, h("strong", { class: "equation" }, `${exact(reckoning.belief)} = ${equation(supports, reckoning)}`)),
    part("For it", supports, known, names),
    part("Against it", refutes, known, names),
    part("Looked, and saw no change: counts half, where nothing tells it apart", nulls, known, names),
    h("p", { class: "mut small" },
      reckoning.stratum !== "unstated" && `Reckoned from what was seen in ${say(reckoning.stratum.replaceAll(":", ", "))}; other systems are never pooled with it. `,
      reckoning.most !== null && `Press alone is never believed more than ${exact(reckoning.most)}. `,
      "The factors are set by experts, not calibrated. ",
      h("a", { href: "?view=help#belief" }, "How belief is computed")));
}

/** Of each lineage, the best of its evidence, and how much more it said. */
function bestOf(evidence) {
  const found = new Map();
  for (const one of evidence) {
    const voice = found.get(one.lineage);
    if (!voice) found.set(one.lineage, { best: one, more: 0 });
    else voice.more += 1;
  }
  return [...found.values()];
}

/** S × (1 − R) in figures; one voice alone by the factors of its weight. */
function equation(supports, { support, refute, most }) {
  const sum = `1 − ${supports.map(({ best }) => `(1 − ${exact(best.p)})`).join("")}`;
  const alone = supports.length === 1 && KEYS.map((key) => supports[0].best.factors[key]).map(exact).join(" × ");
  const against = support > 0 && refute > 0 ? ` × (1 − ${exact(refute)})` : "";
  const product = supports.length === 0 ? "0" : alone ? `${alone}${against}` : against ? `[${sum}]${against}` : sum;
  const capped = most !== null && support * (1 - refute) > most;
  return capped ? `at most ${exact(most)}, of ${product}` : product;
}

function part(title, voices, known, names) {
  if (voices.length === 0) return null;
  return h("div", {}, h("h3", {}, title), h("ul", { class: "plainlist" }, voices.map(({ best, more }) => {
    const one = known.get(best.id);
    const words = one && [say(one.source.tier), say(one.basis), say(one.directness), one.hedged ? "hedged" : "not hedged", one.checked ? null : "not read in the source"];
    const factors = KEYS.map((key, place) => [best.factors[key], words?.[place] ?? null]).filter(([value, word], place) => place < 2 || value !== 1 || (word && place < 3));
    return h("li", {},
      h("b", {}, best.study ? nameOf(best.study, names) : best.lineage === "curator" ? "the curators" : "untraced sources"),
      `: ${exact(best.p)} = `,
      factors.map(([value, word], place) => [place > 0 && " × ", exact(value), word && h("span", { class: "mut" }, ` (${word})`)]),
      more > 0 && h("span", { class: "mut" }, `; ${count(more, "passage")} more of the same work ${more === 1 ? "adds" : "add"} nothing`));
  })));
}

function exact(value) {
  return String(Number(value.toFixed(3)));
}
