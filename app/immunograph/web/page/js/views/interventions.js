// What was done, is proposed or is in use, on what, and what was seen.

import { link, pick, set, to } from "../address.js";
import { ask, graphCard } from "../api.js";
import { CYPHER } from "../cypher.js";
import { dataTable } from "../datatable.js";
import { h } from "../dom.js";
import { elsewhere, heading } from "../frame.js";
import { nameOf, namesOf } from "../papers.js";
import { picker } from "../picker.js";
import { address } from "../questions.js";
import { count, say } from "../words.js";

const ASKED = ["entity", "q", "status"];
const MOST = 300;

export function key(state) {
  return pick(state, ASKED).toString();
}

export async function show(state, { signal, go }) {
  const asked = set(pick(state, ASKED), { limit: MOST });
  const [answer, graph] = await Promise.all([ask("interventions", asked, { signal }), graphCard()]);
  const named = answer.items.flatMap((one) => [one.target, ...one.outcomes.map((outcome) => outcome.on)]);
  const entity = state.get("entity");
  const on = named.find((one) => one.id === entity)?.name ?? entity ?? state.get("q");
  const said = `${count(answer.total ?? answer.items.length, "intervention")}${on ? ` on ${on}, by it, or with an outcome on it` : ""}.`;
  const node = h("div", {},
    heading("Which interventions are known?", said),
    h("div", { class: "chips tight" },
      !on && picker({ name: "on", label: "On one entity", placeholder: "on one entity…", onPick: (entity) => go(link(set(state, { entity: entity.name }))) }).node,
      on && h("a", { class: "chip taken", href: link(set(state, { entity: null, q: null })), "aria-label": "On any entity" }, on, h("span", { class: "cross", "aria-hidden": "true" }, "✕"))),
    h("section", { class: "card" }, interventionTable(answer.items, namesOf(answer.references), answer.references)),
    answer.next && h("p", { class: "cutnote" }, `These are the first ${MOST}; more exist.`),
    elsewhere({
      json: address("interventions", asked),
      file: "interventions",
      cypher: CYPHER.interventions(),
      query: { name: "interventions-tested", status: state.get("status") ?? "tested" },
      graph,
      snapshot: answer.snapshot,
    }));
  return { title: on ? `Interventions: ${on}` : "Interventions", node, summary: said, snapshot: answer.snapshot };
}

/** Interventions as rows: what was done, to what, and what was seen. */
export function interventionTable(items, names, references) {
  const years = new Map(references.map((paper) => [paper.study, paper.year]));
  const paper = (one) => (one.study ? nameOf(one.study, names) : "");
  return dataTable({
    label: "Interventions", noun: "intervention", rows: items,
    columns: [
      { name: "intervention", value: (one) => [one.name, one.agent, one.condition].filter(Boolean).join(" "), cell: whatWasDone },
      { name: "on", filter: "target", choose: "one", value: (one) => one.target.name, cell: (one) => [
        h("span", { class: one.change < 0 ? "inhibits" : "promotes" }, one.change < 0 ? "takes away " : "adds "),
        h("a", { class: "quiet", href: to("entity", { entity: one.target.id }) }, one.target.name), one.process && ` (${say(one.process)})`] },
      { name: "change", hidden: true, choose: "one", value: (one) => (one.change < 0 ? "takes away" : "adds") },
      { name: "outcome", hidden: true, choose: "one", value: (one) => one.outcomes.map((outcome) => outcome.on.name) },
      { name: "status", choose: "one", value: (one) => say(one.status) },
      { name: "seen", value: (one) => one.outcomes.map((outcome) => `${outcome.on.name} ${outcome.seen}`), cell: outcomesOf },
      { name: "paper", value: paper, cell: (one) => (one.study ? h("a", { href: to("study", { id: one.study }) }, paper(one)) : h("a", { href: to("source", { id: one.source }) }, "its source")) },
      { name: "year", choose: "since", value: (one) => years.get(one.study) ?? "" },
    ],
  });
}

function whatWasDone(one) {
  const details = [one.agent && `with ${one.agent}`, one.mode && say(one.mode), one.condition, one.phase && say(one.phase)].filter(Boolean);
  return [one.name,
    details.length > 0 && h("span", { class: "mut small block" }, details.join(" · ")),
    one.evidence.length > 0 && h("details", { class: "twin small" }, h("summary", {}, "what was said"),
      one.evidence.map((evidence) => h("p", { class: "says" }, evidence.says)))];
}

function outcomesOf(one) {
  return h("ul", { class: "plainlist tightlist" }, one.outcomes.map((outcome) => {
    const entity = outcome.on.id.includes(":");
    return h("li", {}, seenSign(outcome.observed), " ",
      h("a", { class: "quiet", href: entity ? to("entity", { entity: outcome.on.id }) : to("statement", { id: outcome.on.id }) }, outcome.on.name),
      ` ${outcome.seen}`);
  }));
}

function seenSign(observed) {
  if (observed === null) return h("span", { class: "mut", "aria-hidden": "true" }, "○");
  const [mark, kind] = observed > 0 ? ["▲", "promotes"] : observed < 0 ? ["▼", "inhibits"] : ["＝", "mut"];
  return h("span", { class: kind, "aria-hidden": "true" }, mark);
}
