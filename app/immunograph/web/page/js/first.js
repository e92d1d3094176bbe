// What the opened link needs, asked for while the rest of the page is still on its way: what the
// graph holds, the question itself, and the modules of its view.

import { now, viewOf } from "./address.js";
import { address, aroundAsked, pathsAsked, PATIENCE, segment } from "./questions.js";

const MODULES = {
  paths: ["views/paths.js", "chain.js", "chips.js", "diagram.js", "evidence.js", "layout.js", "legend.js", "papers.js", "reckoning.js", "stage.js", "tour.js", "verdict.js", "watching.js", "../vendor/dagre-3.1.3/dagre.js"],
  entity: ["views/entity.js", "chain.js", "datatable.js", "diagram.js", "evidence.js", "layout.js", "legend.js", "neighbourhood.js", "papers.js", "reckoning.js", "../vendor/cytoscape-3.34.4/cytoscape.js", "../vendor/dagre-3.1.3/dagre.js"],
};
const QUESTIONS = {
  paths: (state) => [address("paths", pathsAsked(state))],
  entity: (state) => [
    address(`entities/${segment(state.get("entity") ?? "")}`),
    ...(state.has("show") ? [] : [address("statements", aroundAsked(state))]),
  ],
};

const early = new Map();

/** The reply to a question that was asked early, once; null where it was not. */
export function claim(question) {
  const reply = early.get(question) ?? null;
  early.delete(question);
  return reply;
}

/** What was asked early and not claimed is of no use later: the graph may be another. */
export function forgetEarly() {
  early.clear();
}

const state = now();
const view = viewOf(state);
for (const question of [...(QUESTIONS[view]?.(state) ?? []), address("snapshot")]) {
  const reply = fetch(question, { headers: { accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
  reply.catch(() => {}); // whoever claims it hears of it
  early.set(question, reply);
}
for (const module of MODULES[view] ?? []) {
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.href = new URL(module, import.meta.url).href;
  document.head.append(link);
}
