// What a view shows, as Cypher for Neo4j Browser.

import { to } from "./address.js";
import { ask } from "./api.js";
import { h } from "./dom.js";
import { copyButton } from "./notice.js";

/** A text as a literal of Cypher. */
export function literal(value) {
  return Array.isArray(value) ? `[${value.map(literal).join(", ")}]` : JSON.stringify(value);
}

export const CYPHER = {
  steps: (ids) => `MATCH (a:Entity)-[r]->(b:Entity)\nWHERE r.id IN ${literal(ids)}\nRETURN a, r, b`,
  between: (a, b) => `MATCH path = shortestPath((a:Entity {id: ${literal(a)}})-[*..8]-(b:Entity {id: ${literal(b)}}))\nRETURN path`,
  entity: (id) => `MATCH (e:Entity {id: ${literal(id)}})-[r]-(other:Entity)\nRETURN e, r, other\nORDER BY r.belief DESC\nLIMIT 300`,
  statement: (id) =>
    `MATCH (s:Statement {id: ${literal(id)}})-[ends:SUBJECT|OBJECT]->(entity:Entity)\nOPTIONAL MATCH (e:Evidence)-[role:SUPPORTS|REFUTES|QUALIFIES]->(s)\nOPTIONAL MATCH (e)-[at:REPORTED_IN]->(source:Source)\nRETURN s, ends, entity, role, e, at, source\nLIMIT 300`,
  conflicts: () => "MATCH path = (:Conflict)-[:BETWEEN]->(:Statement)-[:SUBJECT|OBJECT]->(:Entity)\nRETURN path\nLIMIT 300",
  conflict: (id) => `MATCH path = (:Conflict {id: ${literal(id)}})-[:BETWEEN]->(:Statement)-[:SUBJECT|OBJECT]->(:Entity)\nRETURN path`,
  interventions: () => "MATCH path = (:Intervention)-[:TARGETS|OUTCOME|TESTED_IN]->()\nRETURN path\nLIMIT 300",
  sources: () => "MATCH (s:Source)\nOPTIONAL MATCH (s)-[r:REPORTS]->(study:Study)\nRETURN s, r, study\nLIMIT 300",
  source: (id) => `MATCH path = (:Source {id: ${literal(id)}})<-[:REPORTED_IN]-(:Evidence)-[:SUPPORTS|REFUTES|QUALIFIES]->(:Statement)\nRETURN path\nLIMIT 300`,
  study: (id) => `MATCH path = (:Study {id: ${literal(id)}})<-[:REPORTS]-(:Source)<-[:REPORTED_IN]-(:Evidence)-[:SUPPORTS|REFUTES|QUALIFIES]->(:Statement)\nRETURN path\nLIMIT 300`,
  snapshot: () => "MATCH (s:Snapshot)\nRETURN s",
};

/** The line that tells Neo4j Browser the parameters of a query. */
export function parameterLine(parameters) {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}: ${literal(value)}`);
  return pairs.length ? `:param {${pairs.join(", ")}}` : "";
}

/** The address that opens Neo4j Browser with a text in its editor; null where none is known. */
export function browserAddress(graph, text) {
  if (!graph?.browser) return null;
  const base = graph.browser;
  return `${base}${base.includes("?") ? "&" : "?"}cmd=edit&arg=${encodeURIComponent(text)}`;
}

/** A query with its parameters written in: one statement, which Neo4j Browser shows with its rows. */
export function written(cypher, parameters) {
  return cypher.replace(/\$([a-z_]+)\b/g, (whole, name) =>
    Object.hasOwn(parameters, name) ? literal(parameters[name]) : whole);
}

/** Cypher behind a disclosure, to copy, to open in Neo4j Browser, or to run here. */
export function cypherTwin(text, { graph, query = null } = {}) {
  const opens = browserAddress(graph, text);
  return h(
    "details",
    { class: "cypher" },
    h("summary", {}, "Cypher"),
    h("pre", { tabindex: 0 }, h("code", {}, text)),
    h(
      "p",
      { class: "actions" },
      copyButton(text, "copy"),
      opens && h("a", { href: opens, rel: "noopener", target: "_blank" }, "open in Neo4j Browser ↗"),
      query && h("a", { href: to("query", query) }, `the query ${query.name}`),
    ),
  );
}

let cards = null;

/** The query catalogue, asked once a visit. */
export async function catalogue({ signal } = {}) {
  cards ??= await ask("queries", {}, { signal });
  return cards;
}
