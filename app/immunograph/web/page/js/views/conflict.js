// One conflict with the evidence of both sides.

import { to } from "../address.js";
import { ask, graphCard } from "../api.js";
import { CYPHER } from "../cypher.js";
import { h } from "../dom.js";
import { passage } from "../evidence.js";
import { elsewhere, heading, reportLink } from "../frame.js";
import { referenceList } from "../papers.js";
import { address, segment } from "../questions.js";
import { belief, count } from "../words.js";
import { resolver } from "./conflicts.js";

export function key(state) {
  return state.get("id") ?? "";
}

export async function show(state, { signal }) {
  const id = state.get("id") ?? "";
  const [card, graph] = await Promise.all([ask(`conflicts/${segment(id)}`, {}, { signal }), graphCard()]);
  const about = card.names.join(" — ");
  const papers = new Map(card.references.map((paper) => [paper.study, paper]));
  const node = h("div", {},
    heading(card.resolved_by ? "Two findings that seem to contradict each other" : "Two findings that contradict each other"),
    resolver(card),
    h("div", { class: "two wide" }, card.sides.map((side) =>
      h("section", { class: `card sidebyside ${side.sign > 0 ? "promotes" : "inhibits"}` },
        h("h2", {}, h("a", { class: "quiet", href: to("statement", { id: side.id }) }, side.name)),
        h("p", { class: "facts" },
          h("span", { class: `tag ${side.sign > 0 ? "promotes" : "inhibits"}` }, side.sign > 0 ? "promotes" : "inhibits"),
          h("span", { class: "tag strong" }, `belief ${belief(side.belief)}`),
          h("span", { class: "tag" }, count(side.studies, "independent study", "independent studies")),
          side.human && h("span", { class: "tag" }, side.human_says)),
        h("ul", { class: "passages" }, side.evidence.map((one) => passage(one, { papers, about: side })))))),
    referenceList(card.references, { path: `conflicts/${segment(id)}`, parameters: {}, formats: graph?.reference_formats }),
    elsewhere({
      json: address(`conflicts/${segment(id)}`),
      file: `conflict-${id}`,
      cypher: CYPHER.conflict(id),
      query: { name: "conflicts-and-resolvers" },
      graph,
      snapshot: card.snapshot,
      said: reportLink({ graph, snapshot: card.snapshot, about, ids: card.statements }),
    }));
  return { title: about, node, summary: `${about}. ${card.explanation}`, snapshot: card.snapshot };
}
