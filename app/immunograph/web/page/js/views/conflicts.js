// Opposing statements side by side, and what explains them.

import { pick, to } from "../address.js";
import { ask, graphCard } from "../api.js";
import { CYPHER } from "../cypher.js";
import { dataTable } from "../datatable.js";
import { h } from "../dom.js";
import { elsewhere, heading } from "../frame.js";
import { address } from "../questions.js";
import { entitiesOn, statementsById } from "../topics.js";
import { belief, count, say } from "../words.js";

const MOST = 200;

export function key(state) {
  return pick(state, ["entity"]).toString();
}

export async function show(state, { signal }) {
  const [answer, graph] = await Promise.all([ask("conflicts", { limit: MOST }, { signal }), graphCard()]);
  const on = await statementsById(graph, signal);
  const open = answer.items.filter((one) => !one.resolved_by).length;
  const said = answer.items.length === 0
    ? "No two statements that are loaded contradict each other."
    : `${count(answer.total ?? answer.items.length, "pair")} of statements oppose each other: ${open} unresolved, ${answer.items.length - open} told apart by what they were seen in.`;
  const node = h("div", {},
    heading("What contradicts what?", said),
    h("section", { class: "card" }, dataTable({
      label: "Conflicts", noun: "conflict", rows: answer.items, empty: "None.",
      columns: [
        { name: "promotes", value: (one) => one.names[0], cell: (one) => side(one, 0) },
        { name: "inhibits", value: (one) => one.names[1], cell: (one) => side(one, 1) },
        { name: "told apart by", filter: "resolution", choose: "one", value: (one) => (one.resolved_by ? say(one.resolved_by) : "not resolved"), cell: (one) => [
          h("strong", { class: one.resolved_by ? null : "warn" }, one.resolved_by ? `Told apart by ${say(one.resolved_by)}` : "Not resolved"),
          h("span", { class: "block" }, one.explanation.replace(/^Told apart by [^:.]*[:.] */, ""))] },
        { name: "belief", value: (one) => Math.min(...one.support), cell: (one) => one.support.map(belief).join(" : ") },
        { name: "evidence", value: (one) => one.conflict, cell: (one) =>
          h("a", { href: to("conflict", { id: one.id }), "aria-label": `The evidence of both sides: ${one.names.join("; ")}` }, "both sides") },
        { name: "entity", hidden: true, choose: "one", value: (one) => entitiesOn(one.statements, on) },
      ],
    })),
    answer.next && h("p", { class: "cutnote" }, `These are the first ${MOST}; more exist.`),
    elsewhere({
      json: address("conflicts", { limit: MOST }),
      file: "conflicts",
      cypher: CYPHER.conflicts(),
      query: { name: "conflicts-and-resolvers" },
      graph,
      snapshot: answer.snapshot,
    }));
  return { title: "Conflicts", node, summary: said, snapshot: answer.snapshot };
}

/** One side of a conflict, with what it was seen in. */
function side(conflict, number) {
  return [
    h("a", { class: "quiet", href: to("statement", { id: conflict.statements[number] }) }, conflict.names[number]),
    h("span", { class: "mut small block" }, contextsOf(conflict.contexts[number]).join(" · "))];
}

function contextsOf(contexts) {
  return [...new Set(contexts.flatMap((context) => Object.values(context).flat().map(say)))];
}

export function resolver(conflict) {
  return h("p", { class: `resolver${conflict.resolved_by ? "" : " open"}` },
    conflict.resolved_by
      ? [!conflict.explanation.startsWith("Told apart") && h("strong", {}, `Told apart by ${say(conflict.resolved_by)}. `), conflict.explanation]
      : [h("strong", { class: "warn" }, "Not resolved. "), conflict.explanation]);
}
