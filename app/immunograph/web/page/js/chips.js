// Filters and what is left out, as chips: each is a link to the same question without it.

import { add, drop, FILTERS, link, set } from "./address.js";
import { h } from "./dom.js";
import { picker } from "./picker.js";
import { FILTER_NAMES, FILTER_VALUES, NOT_PRESS, say } from "./words.js";

const FREE = ["species", "site", "disease"];

function chip(label, href, { on = false, title = null } = {}) {
  return h("a", { class: `chip${on ? " on" : ""}`, href, "aria-current": on ? "true" : null, title }, label);
}

function removable(label, href) {
  return h("a", { class: "chip taken", href, "aria-label": `${label}: take back` }, label, h("span", { class: "cross", "aria-hidden": "true" }, "✕"));
}

/**
 * The chips of a question for paths. `names` tells what is left out by id, `ends` the entities that
 * are asked about, `values` the contexts that the present evidence states, offered as filters.
 */
export function chips(state, { go, names = new Map(), ends = null, values = {} }) {
  const here = set(state, { path: null, step: null });
  const effect = here.get("effect");
  const human = here.getAll("study_system").join() === "human";
  const noPress = NOT_PRESS.every((tier) => here.getAll("tier").includes(tier));
  const taken = [];
  for (const [end, word] of [["source", "from"], ["target", "to"]]) {
    here.getAll(end).slice(1).forEach((value, place) => {
      const name = ends?.[end].length === here.getAll(end).length ? ends[end][place + 1].name : value;
      taken.push(removable(`also ${word} ${name}`, link(drop(here, end, value))));
    });
  }
  for (const name of FILTERS) {
    if ((name === "study_system" && human) || (name === "tier" && noPress)) continue;
    for (const value of here.getAll(name)) {
      taken.push(removable(`${FILTER_NAMES[name]}: ${say(value)}`, link(drop(here, name, value))));
    }
  }
  if (here.get("min_belief")) taken.push(removable(`belief ≥ ${here.get("min_belief")}`, link(set(here, { min_belief: null }))));
  for (const value of here.getAll("without")) {
    taken.push(removable(`without ${names.get(value) ?? value}`, link(drop(here, "without", value))));
  }
  return h(
    "div",
    { class: "chips", role: "group", "aria-label": "Filters" },
    chip("any effect", link(set(here, { effect: null })), { on: !effect }),
    chip("promotes", link(set(here, { effect: "promotes" })), { on: effect === "promotes" }),
    chip("inhibits", link(set(here, { effect: "inhibits" })), { on: effect === "inhibits" }),
    h("span", { class: "gap" }),
    chip("only in humans", link(set(here, { study_system: human ? null : "human" })), { on: human, title: "Only evidence from studies in people" }),
    chip("no press", link(set(here, { tier: noPress ? null : NOT_PRESS })), { on: noPress, title: "Only evidence from papers, data and curators" }),
    chip("with hypotheses", link(set(here, { hypothesised: here.get("hypothesised") === "true" ? null : "true" })), { on: here.get("hypothesised") === "true", title: "Also steps that are only hypothesised" }),
    taken,
    more(here, { go, values }),
  );
}

function more(here, { go, values }) {
  const leaveOut = picker({
    name: "leave-out",
    label: "Leave out",
    placeholder: "leave out…",
    onPick: (entity) => go(link(add(here, "without", entity.id))),
  });
  const select = (name, options, value, blank) =>
    h("label", {}, h("span", {}, FILTER_NAMES[name] ?? name),
      h("select", { name },
        blank !== null && h("option", { value: "" }, blank),
        options.map((one) => h("option", { value: one, selected: String(one) === value }, say(one)))));
  const field = (name) => {
    const id = `values-${name}`;
    return h("label", {}, h("span", {}, FILTER_NAMES[name]),
      h("input", { name, list: id, maxlength: 300, autocomplete: "off" }),
      h("datalist", { id }, (values[name] ?? []).map((value) => h("option", { value }))));
  };
  const another = (name, label) => {
    const one = picker({ name: `${name}-too`, label, placeholder: label, onPick: (entity) => go(link(add(here, name, entity.id))) });
    return one.node;
  };
  const form = h(
    "form",
    {
      class: "filters",
      on: {
        submit: (event) => {
          event.preventDefault();
          go(link(taken(here, new FormData(event.target))));
        },
      },
    },
    FREE.map(field),
    ["study_system", "stage", "phase", "tier"].map((name) => select(name, FILTER_VALUES[name], "", "any")),
    select("min_belief", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], here.get("min_belief") ?? "", "any"),
    select("most steps", [1, 2, 3, 4, 5, 6, 7, 8], here.get("max_steps") ?? "8", null),
    select("most paths", [1, 5, 10, 20, 50, 100], here.get("limit") ?? "10", null),
    h("button", { type: "submit" }, "Apply"),
  );
  return h("details", { class: "more" }, h("summary", { class: "chip" }, "more…"),
    h("div", { class: "more-box card" },
      h("p", { class: "row" }, leaveOut.node, another("source", "also from…"), another("target", "also to…")),
      form));
}

/** The state with what a form chose; lists gain a value, single ones take it. */
function taken(here, form) {
  let state = set(here, {});
  for (const name of FILTERS) {
    const value = (form.get(name) ?? "").trim();
    if (value) state = add(state, name, value);
  }
  const steps = form.get("most steps");
  const limit = form.get("most paths");
  return set(state, {
    min_belief: form.get("min_belief") || null,
    max_steps: steps === "8" ? null : steps,
    limit: limit === "10" ? null : limit,
  });
}

/** The values of each free dimension that some evidence states. */
export function valuesOf(evidence) {
  const found = {};
  for (const name of FREE) {
    found[name] = [...new Set(Object.values(evidence).flatMap((one) => one[name] ?? []))].sort();
  }
  return found;
}
