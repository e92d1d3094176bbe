// The kind of an entity, where an answer does not tell it.

import { ask } from "./api.js";

const MOST = 1000;
const known = new Map();
let asked = false;

/** The kind of an entity by id, if it is known. */
export function kindOf(id) {
  return known.get(id) ?? null;
}

/** Learn the kinds of entities that are drawn, once; whether anything new was learnt. */
export async function learnKinds(ids, { signal } = {}) {
  if (asked || ids.every((id) => known.has(id))) return false;
  asked = true;
  try {
    const answer = await ask("entities", { limit: MOST }, { signal });
    for (const entity of answer.items) known.set(entity.id, entity.kind);
  } catch {
    asked = false; // colours are a convenience: ask again with the next picture
    return false;
  }
  return ids.some((id) => known.has(id));
}
