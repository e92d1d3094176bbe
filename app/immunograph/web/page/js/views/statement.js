// One statement, alone: its evidence, what contradicts it, what acts on it.

import { graphCard } from "../api.js";
import { h } from "../dom.js";
import { evidencePanel } from "../evidence.js";
import { to } from "../address.js";

export function key(state) {
  return state.get("id") ?? "";
}

export async function show(state, { signal }) {
  const id = (state.get("id") ?? "").replace(/^statement:/, "");
  const graph = await graphCard();
  const { panel, card } = await evidencePanel(id, { graph, signal, level: "h1" });
  const node = h("div", { class: "stack" }, panel,
    card.sign !== 0 && h("p", {}, h("a", { href: to("paths", { source: card.subject.id, target: card.object.id }) },
      `How does ${card.subject.name} affect ${card.object.name}?`)));
  return { title: card.name, node, summary: card.name, snapshot: card.snapshot };
}

