// The first view: what this is and for whom, a question to write, questions that work, by topic.

import { to } from "../address.js";
import { ask, askWith, graphCard } from "../api.js";
import { h, put } from "../dom.js";
import { summaryOf } from "../frame.js";
import { behind, namesOf } from "../papers.js";
import { picker } from "../picker.js";
import { sentenceForm } from "../sentence.js";
import { balance } from "../verdict.js";
import { count, when } from "../words.js";

/** Questions by topic: [source, target, what one meets in the answer]. */
const TOPICS = [
  ["Spread to the lung", [
    ["G-CSF", "lung metastasis", "many paths, one of them tested from end to end"],
    ["cathepsin C", "lung metastasis", "a chain of five steps behind one finding"],
    ["paclitaxel", "lung metastasis", "from a drug to spread, and what breaks the chain"],
  ]],
  ["Neutrophils and their traps", [
    ["neutrophil", "tumour growth", "it depends on their state"],
    ["neutrophil", "metastasis", "several paths, some better founded than others"],
    ["neutrophil extracellular trap", "metastasis", "every path agrees"],
    ["neutrophil", "CCL2", "no path, and why there is none"],
  ]],
  ["Checkpoint blockade", [
    ["PAD4", "response to checkpoint blockade", "one study, an inhibitor tested"],
    ["PD-L1", "immune evasion", "tested in mice"],
    ["TGF-beta", "CD8 T cell", "both signs, one better founded"],
  ]],
  ["Vessels", [
    ["beta-interferon", "tumour angiogenesis", "through what neutrophils make"],
    ["macrophage", "tumour angiogenesis", "two experiments that agree"],
    ["VEGF-A", "tumour progression", "two papers that contradict each other"],
  ]],
  ["Chemotherapy", [
    ["neoadjuvant chemotherapy", "metastasis", "a finding in mice, and a caution"],
    ["VEGF-A", "sensitivity to chemotherapy", "one step, tested in mice"],
    ["doxorubicin", "lung metastasis", "by exosomes, as paclitaxel"],
  ]],
];
const SHOWN = [
  { source: "G-CSF", target: "lung metastasis", limit: 4 },
  { source: "neutrophil", target: "metastasis", limit: 4 },
];
const ACROSS = "(min-width: 720px)";

export function key() {
  return "home";
}

export async function show(state, { go, signal }) {
  const [graph, known] = await Promise.all([graphCard(), knownNames(signal)]);
  const offered = (name) => known.has(name);
  const topics = TOPICS.map(([topic, questions]) => [topic, questions.filter(([a, b]) => offered(a) && offered(b))])
    .filter(([, questions]) => questions.length > 0);
  const one = picker({
    name: "entity",
    label: "An entity",
    placeholder: "e.g. oncostatin M",
    onPick: (entity) => go(to("entity", { entity: entity.id })),
  });
  const sample = h("div", {});
  const node = h(
    "div",
    { class: "home" },
    h("h1", { tabindex: -1 }, "How do immune cells help or hinder a tumour?"),
    h("p", { class: "lead" },
      "For those who work on cancer and immunity: ask how one thing affects another, and get the causal chains between them, drawn, each step with the papers that say so, what it was seen in, how far it is to be believed, and what contradicts it."),
    h("section", { class: "card asking" }, sentenceForm({ go })),
    graph && h("p", { class: "holds" },
      h("a", { href: to("sources", { show: "studies" }) }, count(graph.studies, "paper")), " · ",
      h("a", { href: to("graph") }, count(graph.statements, "statement")), " on ", count(graph.entities, "cell, molecule or process", "cells, molecules and processes"), " · ",
      h("a", { href: to("interventions") }, count(graph.interventions, "intervention")), " · ",
      h("a", { href: to("conflicts") }, count(graph.conflicts, "contradiction")), " · ",
      h("a", { href: to("graph") }, `loaded ${when(graph.loaded_at)}`)),
    topics.length > 0 && h("h2", {}, "Questions that work"),
    h("div", { class: "topics" }, topics.map(([topic, questions]) =>
      h("section", { class: "topic" }, h("h3", {}, topic),
        h("ul", {}, questions.map(([source, target, what]) =>
          h("li", {},
            h("a", { href: to("paths", { source, target }) },
              h("span", { class: "mut" }, "How does "), h("b", {}, source), h("span", { class: "mut" }, " affect "), h("b", {}, target), h("span", { class: "mut" }, "?")),
            h("span", { class: "mut small block" }, what))))))),
    h("div", { class: "two others" },
      h("section", {},
        h("h2", {}, "Or look at one thing"),
        h("form", {
          class: "inline",
          role: "search",
          "aria-label": "Look at one entity",
          on: {
            submit: (event) => {
              event.preventDefault();
              if (one.input.value.trim()) go(to("entity", { entity: one.input.value.trim() }));
            },
          },
        }, one.node, h("button", { type: "submit" }, "Look"))),
      listForm(go)),
    sample,
    h("p", { class: "mut small last" }, h("a", { href: to("paths", { source: "neutrophil", target: "metastasis", tour: "1" }) }, "A tour of one answer"), " · Beliefs are set by experts and not calibrated: they rank, they are no probabilities. ",
      h("a", { href: to("help") }, "How it works, and how far to trust it")),
  );
  return { title: "How do immune cells help or hinder a tumour?", node, drawn: () => showSample(sample, offered, signal).catch(() => put(sample)) };
}

/** Which of the names in the questions mean something here: a graph of one's own has others. */
async function knownNames(signal) {
  const names = [...new Set([...TOPICS.flatMap(([, questions]) => questions.flatMap(([a, b]) => [a, b])), ...SHOWN.flatMap((one) => [one.source, one.target])])];
  const { items } = await askWith(names.join("\n"), "resolve", {}, { signal });
  return new Set(items.filter((one) => one.status === "found").map((one) => one.name));
}

/** Names pasted one a line, from a spreadsheet or a paper. */
function listForm(go) {
  const field = h("textarea", { id: "names", name: "names", rows: 3, placeholder: "CSF3\nCCL2\nOSM\nPADI4", spellcheck: "false" });
  return h("section", {},
    h("h2", {}, h("label", { for: "names" }, "Or paste a list of genes or names")),
    h("form", {
      class: "inline",
      "aria-label": "Look at a list of genes or names",
      on: {
        submit: (event) => {
          event.preventDefault();
          const names = field.value.split(/[\n,;]+/).map((name) => name.trim()).filter(Boolean);
          if (names.length === 0) field.focus();
          else go(to("list", { name: names }));
        },
      },
    }, field, h("button", { type: "submit" }, "Connect them")));
}

/** What an answer looks like; a graph without these goes without. */
async function showSample(place, offered, signal) {
  const shown = SHOWN.find(({ source, target }) => offered(source) && offered(target));
  if (!shown) return;
  const answer = await ask("paths", shown, { signal });
  if (answer.paths.length === 0) return;
  const [{ draw }, { legend }, { stage }] = await Promise.all([import("../diagram.js"), import("../legend.js"), import("../stage.js")]);
  const names = namesOf(answer.references);
  const paths = answer.paths.map((path) => ({ ...path, interventions: [] }));
  const { picture, width } = draw(paths, {
    across: matchMedia(ACROSS).matches,
    papersOf: (step) => behind(step, answer.evidence, names),
    hrefOf: {
      step: (step) => to("paths", { source: shown.source, target: shown.target, step: step.statement }),
      entity: (id) => to("entity", { entity: id }),
    },
  });
  picture.style.maxWidth = `${width}px`;
  put(place,
    h("h2", {}, "What an answer looks like"),
    h("section", { class: "card", "aria-label": "An example of an answer" },
      h("p", {}, `How does ${shown.source} affect ${shown.target}? `, h("a", { href: to("paths", { source: shown.source, target: shown.target }) }, "The whole answer")),
      summaryOf(answer.summary),
      balance(answer, names),
      h("figure", { class: "drawing" },
        stage(picture, { label: "Diagram of the example", ends: [...answer.question.source, ...answer.question.target] }).node,
        legend(paths, {}))));
}
