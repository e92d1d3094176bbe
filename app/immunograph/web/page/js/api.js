// Questions to the service. What goes wrong is always a Problem, as RFC 9457 has it.

import { claim } from "./first.js";
import { address, PATIENCE } from "./questions.js";

/** What went wrong; `away` where the service or its engine does not answer now. */
export class Problem extends Error {
  constructor(body) {
    super(body.detail ?? body.title ?? "Something went wrong.");
    this.body = body;
    this.status = body.status ?? 0;
    this.wait = body.wait ?? null;
  }

  get away() {
    return [0, 429, 502, 503, 504].includes(this.status);
  }
}

/** The answer to a question. Throws Problem, or AbortError where the asker gave up. */
export async function ask(path, parameters, { signal } = {}) {
  const patience = AbortSignal.timeout(PATIENCE);
  const until = signal ? AbortSignal.any([signal, patience]) : patience;
  let response;
  try {
    const question = address(path, parameters);
    response = await (claim(question) ?? fetch(question, { headers: { accept: "application/json" }, signal: until }));
    signal?.throwIfAborted();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem({ title: "The service does not answer", status: 0 });
  }
  return read(response, signal);
}

/** The answer to a question that goes with a text, such as a list of names. Throws as `ask` does. */
export async function askWith(text, path, parameters, { signal } = {}) {
  return read(await posted(text, path, parameters, { signal }), signal);
}

/** The same as a file, in a format of the service. */
export async function fileWith(text, path, parameters) {
  const response = await posted(text, path, parameters, {});
  if (!response.ok) await read(response);
  return response.blob();
}

async function posted(text, path, parameters, { signal }) {
  const patience = AbortSignal.timeout(PATIENCE);
  try {
    return await fetch(address(path, parameters), {
      method: "POST",
      headers: { "content-type": "text/plain; charset=utf-8" },
      body: text,
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem({ title: "The service does not answer", status: 0 });
  }
}

async function read(response, signal) {
  let body;
  try {
    body = await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    body = { title: "The answer could not be read", status: response.ok ? 0 : response.status };
  }
  if (response.ok && body.status !== 0) return body;
  throw new Problem({
    ...body,
    status: body.status ?? response.status,
    wait: Number(response.headers.get("retry-after")) || null,
  });
}

let snapshotCard = null;

/** What the graph holds, asked once a visit; null where it cannot be had now. */
export async function graphCard() {
  snapshotCard ??= ask("snapshot").catch(() => null);
  const card = await snapshotCard;
  if (card === null) snapshotCard = null;
  return card;
}

/** Ask again next time: the graph is another than before. */
export function forgetGraphCard() {
  snapshotCard = null;
}
