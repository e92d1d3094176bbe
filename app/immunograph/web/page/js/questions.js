// The questions that views put to the service, and their addresses: each has one spelling, so that
// what was asked early is found again.

import { FILTERS, pick, set } from "./address.js";

export const PATIENCE = 60_000; // milliseconds; the service's own budget ends searches long before
export const CHOOSING = ["without", ...FILTERS, "min_belief"];
export const MOST_AROUND = 1000;

const PATHS = ["source", "target", "effect", "max_steps", "limit", "hypothesised", ...CHOOSING];

/** The address of a question; parameters are an object or URLSearchParams. */
export function address(path, parameters = {}) {
  const asked = new URLSearchParams();
  const pairs = parameters instanceof URLSearchParams ? parameters : Object.entries(parameters);
  for (const [name, value] of pairs) {
    for (const one of [value].flat()) {
      if (one !== null && one !== undefined && one !== "") asked.append(name, one);
    }
  }
  const text = asked.toString();
  return `v1/${path}${text ? `?${text}` : ""}`;
}

/** One path segment of an address. */
export function segment(text) {
  return encodeURIComponent(text);
}

/** Of a state, what `/v1/paths` is asked. */
export function pathsAsked(state) {
  return pick(state, PATHS);
}

/** The same without any choice of evidence: what the answer is compared with. */
export function pathsUnchosen(state) {
  return pick(state, PATHS.filter((name) => !CHOOSING.includes(name)));
}

/** Of a state, what `/v1/statements` is asked about what stands around an entity. */
export function aroundAsked(state) {
  return set(pick(state, ["entity", "class", ...CHOOSING]), { limit: MOST_AROUND });
}
