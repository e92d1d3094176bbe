// What stands around every view: problems said kindly, links to the same answer elsewhere, and
// the way back to us.

import { link, now, set, to } from "./address.js";
import { h, put } from "./dom.js";
import { copyButton } from "./notice.js";
import { savePng, saveSvg } from "./picture.js";
import { cypherTwin } from "./cypher.js";

const PINNED = 16; // digits of a snapshot in a link

/** Answers of these hold no statements, so that only tables fit them. */
const WITHOUT_STATEMENTS = new Set(["snapshot", "interventions", "queries", "entities"]);

/**
 * The same answer elsewhere: JSON, Cypher, files, its papers, a picture, the link itself.
 * `json` is its address, `file` the stem of pictures, `picture` gives {svg, caption} or null.
 */
export function elsewhere({ json, file, cypher, query, graph, snapshot, picture = null, said = null }) {
  const savers = picture
    ? [
        h("button", { type: "button", class: "plain", on: { click: () => saveSvg(picture(), file) } }, "SVG"),
        h("button", { type: "button", class: "plain", on: { click: () => savePng(picture(), file) } }, "PNG"),
      ]
    : [];
  return h(
    "footer",
    { class: "elsewhere", "aria-label": "The same answer elsewhere" },
    h(
      "p",
      {},
      h("a", { href: to("graph"), class: "mono", title: snapshot }, `snapshot ${snapshot.slice(0, 8)}`),
      h("a", { href: json }, "JSON"),
      files(json, graph),
      savers,
      copyButton(() => pinnedAddress(snapshot), "copy link"),
      graph?.citation && copyButton(() => citationOf(graph, snapshot), "copy citation"),
      said,
    ),
    cypher && cypherTwin(cypher, { graph, query }),
  );
}

/** The address of what is shown, and the snapshot that it was shown from. */
function pinnedAddress(snapshot) {
  return new URL(link(set(now(), { snapshot: snapshot.slice(0, PINNED) })), location.href).href;
}

/** How what is shown is cited: the collection, its snapshot, the question and its address. */
function citationOf(graph, snapshot) {
  const question = document.title.replace(/ · immunograph$/, "");
  const citation = graph.citation.replace(graph.snapshot, snapshot);
  return `${question.replace(/[^?.!]$/, "$&.")} In: ${citation} ${pinnedAddress(snapshot)} (accessed ${new Date().toISOString().slice(0, 10)}).`;
}

/** That a link was made from another snapshot, and what changed since; null where it was not. */
export function movedOn(state, snapshot) {
  const pinned = state.get("snapshot");
  if (!pinned || !snapshot || snapshot.startsWith(pinned)) return null;
  return h("p", { class: "cutnote moved", role: "status" },
    "This link was made from snapshot ", h("span", { class: "mono" }, pinned.slice(0, 8)), "; the graph has moved on to ",
    h("span", { class: "mono" }, snapshot.slice(0, 8)), ", and what you see is its answer now. ",
    h("a", { href: to("graph", { since: pinned }) }, "What changed since"), " · ",
    h("a", { href: link(set(state, { snapshot: null })) }, "Unpin"));
}

/** Links to the answer at this address as files; the service names them. */
function files(json, graph) {
  const whole = !WITHOUT_STATEMENTS.has(json.split(/[/?]/)[1]);
  const fitting = (graph?.formats ?? []).filter((one) => one.name !== "json" && (one.table || whole));
  const papers = graph?.reference_formats ?? [];
  const file = (parameter, one, text) => h("a", { href: also(json, parameter, one.name), download: "" }, text);
  const [first, ...others] = fitting.map((one) => file("format", one, one.name));
  return [
    first,
    papers.slice(0, 1).map((one) => file("references", one, one.title)),
    others.length > 0 &&
      h("details", { class: "files" }, h("summary", {}, "more formats"),
        h("span", {}, others, papers.slice(1).map((one) => file("references", one, one.title)))),
  ];
}

/** An address with one more parameter. */
function also(address, name, value) {
  return `${address}${address.includes("?") ? "&" : "?"}${name}=${encodeURIComponent(value)}`;
}

/** A link that reports a wrong sign or source, with all that is needed to look into it. */
export function reportLink({ graph, snapshot, about, ids }) {
  const title = `Wrong sign or source: ${about}`;
  const body = [
    `What: ${about}`,
    ...ids.map((id) => `Statement: ${id}`),
    `Snapshot: ${snapshot}`,
    `Page: ${location.href}`,
    "",
    "What is wrong, and which source says so:",
    "",
  ].join("\n");
  return h("a", { href: reportAddress(graph?.report_to ?? "", title, body), rel: "noopener" }, "report a wrong sign or source");
}

function reportAddress(where, title, body) {
  const encode = encodeURIComponent;
  if (/^https?:/i.test(where)) {
    return `${where}${where.includes("?") ? "&" : "?"}title=${encode(title)}&body=${encode(body)}`;
  }
  return `mailto:${where.replace(/^mailto:/i, "")}?subject=${encode(title)}&body=${encode(body)}`;
}

/** A problem in plain words, with what to try next. */
export function problemCard(problem, state = now()) {
  const { title, detail, suggestions = [], candidates = [], set_aside: aside = [] } = problem.body;
  const others = [...suggestions, ...candidates].filter((one) => one?.id);
  return h(
    "section",
    { class: "card problem", role: "alert" },
    h("h1", { tabindex: -1 }, title ?? "Something went wrong"),
    detail && h("p", {}, detail.replace(" Search for it with `entities`.", "")),
    others.length > 0 &&
      h("div", {},
        h("p", { class: "mut" }, candidates.length ? "Which one is meant? One click asks with it." : "Near to it; one click uses it instead:"),
        h("ul", { class: "suggestions" }, others.map((one) =>
          h("li", {},
            h("a", { href: replaced(state, problem, one) }, one.name),
            h("span", { class: "mut" }, ` ${one.kind ?? ""} ${one.id}`)))),
      ),
    aside.length > 0 &&
      h("div", {},
        h("p", {}, "A source mentions it, in a passage that was set aside:"),
        h("ul", {}, aside.map((one) =>
          h("li", {}, h("a", { href: to("source", { id: one.source }) }, one.source), `: ${one.why}`))),
      ),
    h("p", { class: "actions" },
      h("a", { href: "./" }, "Ask something else"),
      h("button", { type: "button", class: "plain", on: { click: () => history.back() } }, "Go back")),
  );
}

/** The present address with the name that was not understood replaced by an entity. */
function replaced(state, problem, entity) {
  const changed = new URLSearchParams();
  const detail = problem.body.detail ?? "";
  let done = false;
  for (const [name, value] of state) {
    const hit = !done && detail.includes(`'${value}'`);
    changed.append(name, hit ? entity.id : value);
    done ||= hit;
  }
  return done ? `?${changed}` : to("entity", { entity: entity.id });
}

/** A table; cells are texts or nodes. `label` is read out, `narrow` stacks it on phones. */
export function table(columns, rows, { label, empty = "None." } = {}) {
  if (rows.length === 0) return h("p", { class: "mut" }, empty);
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": label },
    h(
      "table",
      {},
      h("caption", { class: "vh" }, label),
      h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, column)))),
      h("tbody", {}, rows.map((cells) =>
        h("tr", {}, cells.map((cell, place) =>
          place === 0 ? h("th", { scope: "row" }, cell) : h("td", {}, cell))))),
    ),
  );
}

/** A picture's twin as a table, made when it is first opened; printing opens it too. */
export function twin(summary, make) {
  const place = h("div", {});
  const details = h("details", { class: "twin", on: { toggle: () => details.open && details.fill() } }, h("summary", {}, summary), place);
  details.fill = () => place.firstElementChild ?? put(place, make());
  return details;
}

/** The title of a view that is no question. */
export function heading(text, ...under) {
  return h("header", { class: "heading" }, h("h1", { tabindex: -1 }, text), under.length > 0 && h("p", { class: "lead" }, under));
}

/** Say that an answer was cut, by which limit, and how to see more. */
export function cutNotice(answer, { more = null } = {}) {
  if (!answer.cut_by) return null;
  const why = {
    limit: "These are the best; more exist.",
    work: "The search reached its work budget: better ones may be missing. Ask for fewer steps or a narrower question.",
    time: "The search ran out of time: better ones may be missing. Try again, or ask for fewer steps.",
  };
  return h("p", { class: "cutnote" }, why[answer.cut_by] ?? "The answer was cut.", " ", answer.cut_by === "limit" && more);
}

/** The answer as a sentence, its first words and its doubts set off. */
export function summaryOf(summary) {
  const lead = /^(Promotes|Inhibits|Depends on [^:]+|Contested|No (causal )?path( is known)?)\b/.exec(summary);
  const parts = [];
  let rest = summary;
  if (lead) {
    parts.push(h("strong", { class: { Promotes: "promotes", Inhibits: "inhibits" }[lead[1]] ?? "warn" }, lead[1]));
    rest = summary.slice(lead[1].length);
  }
  const doubt = /(Unknown in humans:|Contradicted in humans:)/.exec(rest);
  if (doubt) {
    parts.push(rest.slice(0, doubt.index), h("span", { class: "warn" }, doubt[1]), rest.slice(doubt.index + doubt[1].length));
  } else {
    parts.push(rest);
  }
  return h("p", { class: "summary" }, parts);
}
