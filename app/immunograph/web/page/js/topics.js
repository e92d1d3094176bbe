// What each statement is on, for lists that know their statements by id alone.

import { ask } from "./api.js";

const MOST = 1000; // statements up to which all are asked for

/** Each statement by its id; nothing where there are too many to ask for. */
export async function statementsById(graph, signal) {
  if (!graph || graph.statements > MOST) return new Map();
  const { items } = await ask("statements", { limit: MOST }, { signal });
  return new Map(items.map((one) => [one.id, one]));
}

/** The names at both ends of some statements, each once. */
export function entitiesOn(ids, statements) {
  const known = ids.map((id) => statements.get(id)).filter(Boolean);
  return [...new Set(known.flatMap((one) => [one.subject.name, one.object.name]))];
}

/** The signs of some statements, each once, in words. */
export function signsOf(ids, statements) {
  const known = ids.map((id) => statements.get(id)).filter(Boolean);
  return [...new Set(known.map((one) => (one.sign > 0 ? "promotes" : one.sign < 0 ? "inhibits" : "without a sign")))];
}
