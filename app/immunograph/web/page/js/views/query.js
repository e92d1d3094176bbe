// One query of the catalogue: its Cypher, its parameters, its rows.

import { link, to } from "../address.js";
import { ask, graphCard, Problem } from "../api.js";
import { browserAddress, catalogue, parameterLine, written } from "../cypher.js";
import { dataTable } from "../datatable.js";
import { h } from "../dom.js";
import { elsewhere, heading } from "../frame.js";
import { copyButton } from "../notice.js";
import { nameOf } from "../papers.js";
import { picker } from "../picker.js";
import { address, segment } from "../questions.js";
import { count } from "../words.js";

const OWN = ["view", "name", "run", "find", "sort"];
const FEW = 12; // values of a column up to which it is filtered by them

export function key(state) {
  return new URLSearchParams([...state].filter(([name]) => !["find", "sort"].includes(name) && !name.startsWith("only-"))).toString();
}

export async function show(state, { signal, go }) {
  const name = state.get("name") ?? "";
  const [cards, graph] = await Promise.all([catalogue({ signal }), graphCard()]);
  const query = cards.items.find((one) => one.name === name);
  if (!query) {
    throw new Problem({
      title: "No such query", status: 404,
      detail: `There is no query '${name}' in the catalogue.`,
    });
  }
  const given = Object.fromEntries([...state].filter(([parameter]) => !OWN.includes(parameter) && !parameter.startsWith("only-")));
  const path = `queries/${segment(name)}`;
  const answer = await ask(path, given, { signal });
  const text = [parameterLine(answer.parameters), query.cypher].filter(Boolean).join(";\n");
  const opens = browserAddress(graph, written(query.cypher, answer.parameters));
  const said = `${count(answer.items.length, "row")}.`;
  const limit = answer.parameters.limit;
  const node = h("div", { class: "stack" },
    heading(query.title, query.description),
    query.parameters.length > 0 && h("section", { class: "card" }, form(query, { ...defaultsOf(query), ...given }, name, go)),
    h("section", { class: "card" },
      h("h2", {}, "Rows ", h("span", { class: "mut" }, `(${answer.items.length})`)),
      limit && answer.items.length >= limit && h("p", { class: "cutnote" }, `Cut at ${limit} rows: raise limit to see more.`),
      dataTable({ label: "Rows", noun: "row", rows: answer.items, empty: "No row.", columns: query.columns.map((name) => columnOf(name, answer.items)) })),
    h("section", { class: "card" },
      h("h2", {}, "Cypher"),
      h("div", { class: "cypher" }, h("pre", { tabindex: 0 }, h("code", {}, text))),
      h("p", { class: "actions" }, copyButton(text, "copy"),
        opens && h("a", { href: opens, target: "_blank", rel: "noopener" }, "open in Neo4j Browser ↗"))),
    elsewhere({ json: address(path, given), file: `query-${name}`, graph, snapshot: answer.snapshot }));
  return { title: query.title, node, summary: `${query.title} ${said}`, snapshot: answer.snapshot };
}

function defaultsOf(query) {
  return Object.fromEntries(query.parameters.map((parameter) => [parameter.name, parameter.default ?? ""]));
}

function form(query, values, name, go) {
  const fields = query.parameters.map((parameter) => {
    const value = String(values[parameter.name] ?? "");
    const numeric = ["integer", "number"].includes(parameter.type);
    const id = `param-${parameter.name}`;
    const field = parameter.type === "entity"
      ? picker({ name: parameter.name, label: parameter.name, value })
      : { node: h("input", { id, name: parameter.name, value, type: numeric ? "number" : "text", step: parameter.type === "number" ? "any" : null }) };
    field.input?.setAttribute("id", id);
    return h("div", { class: "param" },
      h("label", { for: id }, parameter.name, h("span", { class: "mut" }, ` ${parameter.meaning}`)), field.node);
  });
  return h("form", {
    on: {
      submit: (event) => {
        event.preventDefault();
        const state = new URLSearchParams({ view: "query", name });
        for (const [parameter, value] of new FormData(event.target)) if (String(value).trim()) state.set(parameter, String(value).trim());
        go(link(state));
      },
    },
  }, fields, h("button", { type: "submit" }, "Run"));
}

/** A column of rows; one of few words is filtered by them. */
function columnOf(name, rows) {
  const values = new Set(rows.map((row) => row[name]));
  const few = values.size > 1 && values.size <= FEW && values.size < rows.length && [...values].every((one) => ["string", "boolean"].includes(typeof one));
  return {
    name: name.replaceAll("_", " "),
    choose: few ? "one" : null,
    value: (row) => (typeof row[name] === "boolean" ? String(row[name]) : (row[name] ?? "")),
    cell: (row) => cell(name, row[name]),
  };
}

/** A value of a row; ids of statements, entities and sources lead to them. */
function cell(column, value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) {
    return value.flatMap((one, place) => [place ? ", " : "", cell(column.replace(/s$/, ""), one)]);
  }
  if (typeof value === "number") return String(Math.round(value * 1e6) / 1e6);
  const text = String(value);
  if (/^(statement|statement_id)$/.test(column) && /^[0-9a-f]{16}$/.test(text)) return h("a", { class: "mono", href: to("statement", { id: text }) }, text);
  if (/(^|_)(entity_id|object_id|subject_id)$/.test(column)) return h("a", { class: "mono", href: to("entity", { entity: text }) }, text);
  if (column === "source" && /^[a-z0-9-]+$/.test(text)) return h("a", { href: to("source", { id: text }) }, text.replace(/-/g, " "));
  if (column === "study" && /^[a-z0-9-]+$/.test(text)) return h("a", { href: to("study", { id: text }) }, nameOf(text, new Map()));
  if (column === "conflict_id") return h("a", { class: "mono", href: to("conflict", { id: text }) }, text);
  return text;
}
