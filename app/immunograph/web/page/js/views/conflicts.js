// Opposing statements side by side, and what explains them.

import { pick, to } from "../address.js";
import { ask, graphCard } from "../api.js";
import { CYPHER } from "../cypher.js";
import { h } from "../dom.js";
import { elsewhere, heading } from "../frame.js";
import { address } from "../questions.js";
import { belief, count, say } from "../words.js";

const MOST = 200;
const SIDES = ["promotes", "inhibits"]; // the order in which a conflict names its statements

export function key(state) {
  return pick(state, ["entity"]).toString();
}

export async function show(state, { signal }) {
  const [answer, graph] = await Promise.all([ask("conflicts", { limit: MOST }, { signal }), graphCard()]);
  const open = answer.items.filter((one) => !one.resolved_by).length;
  const said = answer.items.length === 0
    ? "No two statements that are loaded contradict each other."
    : `${count(answer.total ?? answer.items.length, "pair")} of statements oppose each other: ${open} unresolved, ${answer.items.length - open} told apart by what they were seen in.`;
  const node = h("div", {},
    heading("What contradicts what?", said),
    h("ul", { class: "stack" }, answer.items.map((one) =>
      h("li", { class: "card" },
        h("h2", { class: one.resolved_by ? null : "warn" }, one.resolved_by ? `Told apart by ${say(one.resolved_by)}` : "Not resolved"),
        sides(one),
        h("p", { class: `resolver${one.resolved_by ? "" : " open"}` }, one.explanation, " ",
          h("a", { href: to("conflict", { id: one.id }), "aria-label": `The evidence of both sides: ${one.names.join("; ")}` }, "the evidence of both sides"))))),
    answer.next && h("p", { class: "cutnote" }, `These are the first ${MOST}; more exist.`),
    elsewhere({
      json: address("conflicts", { limit: MOST }),
      file: "conflicts",
      cypher: CYPHER.conflicts(),
      query: { name: "conflicts-and-resolvers" },
      graph,
      snapshot: answer.snapshot,
    }));
  return { title: "Conflicts", node, summary: said };
}

/** Both sides of a conflict with their support and contexts. */
export function sides(conflict) {
  return h("div", { class: "two" }, conflict.names.map((name, side) =>
    h("div", { class: `sidebyside ${SIDES[side]}` },
      h("p", {}, h("a", { class: "quiet", href: to("statement", { id: conflict.statements[side] }) }, name)),
      h("p", { class: "tags" },
        h("span", { class: "tag strong" }, `support ${belief(conflict.support[side])}`),
        contextTags(conflict.contexts[side])))));
}

function contextTags(contexts) {
  const values = new Set();
  for (const context of contexts) {
    for (const value of Object.values(context)) for (const one of [value].flat()) values.add(say(one));
  }
  return [...values].map((value) => h("span", { class: "tag" }, value));
}

export function resolver(conflict) {
  return h("p", { class: `resolver${conflict.resolved_by ? "" : " open"}` },
    conflict.resolved_by
      ? [!conflict.explanation.startsWith("Told apart") && h("strong", {}, `Told apart by ${say(conflict.resolved_by)}. `), conflict.explanation]
      : [h("strong", { class: "warn" }, "Not resolved. "), conflict.explanation]);
}
