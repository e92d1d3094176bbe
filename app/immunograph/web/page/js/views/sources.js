// What is loaded: the sources and the studies behind them.

import { link, set, to } from "../address.js";
import { ask, graphCard } from "../api.js";
import { CYPHER } from "../cypher.js";
import { dataTable } from "../datatable.js";
import { h } from "../dom.js";
import { elsewhere, heading } from "../frame.js";
import { identifiers, shortName } from "../papers.js";
import { address } from "../questions.js";
import { entitiesOn, signsOf, statementsById } from "../topics.js";
import { count, say } from "../words.js";

const MOST = 500;

export function key(state) {
  return state.get("show") === "studies" ? "studies" : "sources";
}

export async function show(state, { signal }) {
  const what = key(state);
  const [answer, graph] = await Promise.all([ask(what, { limit: MOST }, { signal }), graphCard()]);
  const on = await statementsById(graph, signal);
  const papers = new Map(answer.references.map((paper) => [paper.study, paper]));
  const total = answer.total ?? answer.items.length;
  const said = what === "sources"
    ? `${count(total, "source")}: what each says, and what was set aside.`
    : `${count(total, "study", "studies")} behind the sources, and what rests on each alone.`;
  const tab = (name, label) => h("a", { class: `chip${what === name ? " on" : ""}`, href: link(set(new URLSearchParams({ view: "sources" }), { show: name === "sources" ? null : name })), "aria-current": what === name ? "true" : null }, label);
  const node = h("div", {},
    heading("Who says so?", said),
    h("div", { class: "tabs" }, tab("sources", "sources"), tab("studies", "studies")),
    h("section", { class: "card" }, what === "sources" ? sourcesTable(answer.items, papers, on) : studiesTable(answer.items, papers, on)),
    answer.next && h("p", { class: "cutnote" }, `These are the first ${MOST}; more exist.`),
    elsewhere({ json: address(what, { limit: MOST }), file: what, cypher: CYPHER.sources(), graph, snapshot: answer.snapshot, papers: answer.references }));
  return { title: what === "sources" ? "Sources" : "Studies", node, summary: said, snapshot: answer.snapshot };
}

function topicColumns(on) {
  return [
    { name: "entity", hidden: true, choose: "one", value: (one) => entitiesOn(one.statements, on) },
    { name: "sign", hidden: true, choose: "one", value: (one) => signsOf(one.statements, on) },
  ];
}

function sourcesTable(items, papers, on) {
  const paper = (one) => papers.get(one.study);
  return dataTable({
    label: "Sources", noun: "source", rows: items,
    columns: [
      { name: "source", value: (one) => `${paper(one) ? shortName(paper(one)) : ""} ${one.title}`, cell: (one) => h("a", { href: to("source", { id: one.id }) }, one.title) },
      { name: "kind", choose: "one", value: (one) => say(one.tier) },
      { name: "study", value: (one) => (paper(one) ? shortName(paper(one)) : ""), cell: (one) => (one.study ? h("a", { href: to("study", { id: one.study }) }, paper(one) ? shortName(paper(one)) : one.title) : h("span", { class: "warn" }, "none traced")) },
      { name: "year", choose: "since", value: (one) => paper(one)?.year ?? (Number(/\d{4}/.exec(one.published ?? "")?.[0]) || "") },
      { name: "statements", value: (one) => one.statements.length },
      { name: "interventions", value: (one) => one.interventions.length },
      { name: "set aside", value: (one) => one.not_statements },
      ...topicColumns(on),
    ],
  });
}

function studiesTable(items, papers, on) {
  const paper = (one) => papers.get(one.id);
  return dataTable({
    label: "Studies", noun: "study", nouns: "studies", rows: items,
    columns: [
      { name: "study", value: (one) => [one.citation, one.title].filter(Boolean).join(" ") || one.id, cell: (one) => [h("a", { href: to("study", { id: one.id }) }, one.citation ?? one.title ?? one.id), one.citation && one.title && h("span", { class: "mut" }, ` ${one.title}`)] },
      { name: "year", choose: "since", value: (one) => paper(one)?.year ?? "" },
      { name: "laboratory", value: (one) => one.laboratory ?? "" },
      { name: "DOI, PMID", value: (one) => [one.doi, one.pmid].filter(Boolean).join(" "), cell: (one) => (one.doi || one.pmid ? identifiers(one) : h("span", { class: "mut" }, "none on record")) },
      { name: "statements", value: (one) => one.statements.length },
      { name: "on it alone", value: (one) => one.alone.length },
      { name: "retracted", value: (one) => one.retracted ?? "" },
      ...topicColumns(on),
    ],
  });
}
