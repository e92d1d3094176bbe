// A list of genes or names: what each is here, what joins them, and what would explain them.

import { link, set, to } from "../address.js";
import { askWith, fileWith, graphCard } from "../api.js";
import { dataTable } from "../datatable.js";
import { draw } from "../diagram.js";
import { h, listed } from "../dom.js";
import { heading, table } from "../frame.js";
import { legend } from "../legend.js";
import { copyButton } from "../notice.js";
import { download } from "../picture.js";
import { stage } from "../stage.js";
import { belief, count, say, verbOf } from "../words.js";

const MOST = 1000;
const DRAWN = 60; // statements that a picture has room for
const ACROSS = "(min-width: 720px)";

export function key(state) {
  return [state.get("steps") ?? "", ...state.getAll("name")].join("\n");
}

export async function show(state, { signal }) {
  const names = state.getAll("name");
  const text = names.join("\n");
  const asked = { steps: state.get("steps") ?? 1, limit: MOST };
  const [answer, graph] = await Promise.all([askWith(text, "subgraph", asked, { signal }), graphCard()]);
  const steps = (value, label) => {
    const on = String(asked.steps) === value;
    return h("a", { class: `chip${on ? " on" : ""}`, href: link(set(state, { steps: value === "1" ? null : value })), "aria-current": on ? "true" : null }, label);
  };
  const formats = (graph?.formats ?? []).filter((one) => one.name !== "json");
  const save = (one) => h("button", { type: "button", class: "plain", on: { click: async () =>
    download(await fileWith(text, "subgraph", { ...asked, format: one.name }), `list.${one.ending}`) } }, one.name);
  const node = h("div", { class: "stack" },
    heading("What joins these?", answer.summary),
    h("div", { class: "chips tight", role: "group", "aria-label": "How far apart" }, steps("1", "directly"), steps("2", "also over one other")),
    answer.items.length > 0 && h("section", { class: "card answer", "aria-label": "Picture" }, picture(answer)),
    answer.unmatched.length > 0 && h("section", { class: "card" },
      h("h2", {}, `Not found (${answer.unmatched.length})`),
      h("ul", { class: "plainlist" }, answer.unmatched.map((one) => unmatched(one, state)))),
    h("section", { class: "card" },
      h("h2", {}, "Statements among them"),
      statements(answer.items)),
    h("section", { class: "card" },
      h("h2", {}, "What each name is here"),
      table(["name", "is", "also try"], answer.question.entities.map((one) => [
        one.names.join(", "),
        h("a", { href: to("entity", { entity: one.id }) }, one.name),
        h("a", { href: to("interventions", { entity: one.id }), "aria-label": `interventions on ${one.name}` }, "interventions"),
      ]), { label: "What each name is" })),
    answer.regulators?.items.length > 0 && h("section", { class: "card" },
      h("h2", {}, "What would explain their directions"),
      dataTable({ label: "Regulators", noun: "regulator", rows: answer.regulators.items, columns: [
        { name: "regulator", value: (one) => one.entity.name, cell: (one) => h("a", { href: to("entity", { entity: one.entity.id }) }, one.entity.name) },
        { name: "if it were", value: (one) => one.state ?? "" },
        { name: "agree", value: (one) => one.agree },
        { name: "disagree", value: (one) => one.disagree },
        { name: "q", value: (one) => one.q, cell: (one) => one.q.toPrecision(2) },
      ] }),
      h("p", { class: "mut small" }, answer.regulators.method)),
    h("footer", { class: "elsewhere", "aria-label": "The same answer elsewhere" },
      h("p", {},
        h("a", { href: to("graph"), class: "mono", title: answer.snapshot }, `snapshot ${answer.snapshot.slice(0, 8)}`),
        "save as ", formats.map(save),
        copyButton(() => new URL(link(set(state, { snapshot: answer.snapshot.slice(0, 16) })), location.href).href, "copy link"))));
  return { title: `What joins ${count(names.length, "name")}?`, node, summary: answer.summary, snapshot: answer.snapshot };
}

/** All statements as one picture, each a path of its own step. */
function picture(answer) {
  const shown = answer.items.slice(0, DRAWN);
  const paths = shown.map((one) => ({
    stitched: false, interventions: [],
    steps: [{ ...one, statement: one.id, hypothesised: one.status === "hypothesised" }],
  }));
  const { picture: drawn, width } = draw(paths, {
    across: matchMedia(ACROSS).matches,
    hrefOf: { step: (step) => to("statement", { id: step.statement }), entity: (id) => to("entity", { entity: id }) },
  });
  drawn.style.maxWidth = `${Math.round(width * 1.1)}px`;
  return h("figure", { class: "drawing" },
    stage(drawn, { label: "Diagram of the statements" }).node,
    shown.length < answer.items.length && h("p", { class: "cutnote" }, `The ${DRAWN} most believed of ${answer.items.length} are drawn.`),
    legend(paths, {}));
}

/** A name that is not found, with what may be meant: one click uses it instead. */
function unmatched(one, state) {
  const near = [...one.candidates, ...one.suggestions].slice(0, 5);
  const names = state.getAll("name");
  const instead = (entity) => {
    const place = names.findIndex((name) => name.split("\t")[0].trim() === one.name);
    return link(set(state, { name: names.with(place < 0 ? 0 : place, entity.name) }));
  };
  return h("li", {}, h("b", {}, one.name), one.why && h("span", { class: "mut" }, ` ${one.why}`),
    near.length > 0 && [": use ", listed(near.map((entity) => h("a", { href: instead(entity) }, entity.name)), "or"), " instead"]);
}

function statements(items) {
  const entity = (one) => h("a", { class: "quiet", href: to("entity", { entity: one.id }) }, one.name);
  return dataTable({
    label: "Statements among them", noun: "statement", rows: items, empty: "Nothing that is loaded joins them directly.",
    columns: [
      { name: "subject", choose: "one", value: (one) => one.subject.name, cell: (one) => entity(one.subject) },
      { name: "does", value: verbOf, cell: (one) => h("a", { href: to("statement", { id: one.id }) }, verbOf(one)) },
      { name: "object", choose: "one", value: (one) => one.object.name, cell: (one) => entity(one.object) },
      { name: "sign", choose: "one", value: (one) => (one.sign > 0 ? "promotes" : "inhibits") },
      { name: "belief", value: (one) => one.belief, cell: (one) => belief(one.belief) },
      { name: "studies", value: (one) => one.studies },
      { name: "in humans", choose: "one", value: (one) => one.human_says },
      { name: "status", value: (one) => say(one.status) },
    ],
  });
}
