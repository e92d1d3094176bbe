// Questions to the service. What goes wrong is always a Problem, as RFC 9457 has it.

const PATIENCE = 60_000; // milliseconds; the service's own budget ends searches long before

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

/** The answer to a question. Throws Problem, or AbortError where the asker gave up. */
export async function ask(path, parameters, { signal } = {}) {
  const patience = AbortSignal.timeout(PATIENCE);
  const until = signal ? AbortSignal.any([signal, patience]) : patience;
  let response;
  try {
    response = await fetch(address(path, parameters), {
      headers: { accept: "application/json" },
      signal: until,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem({ title: "The service does not answer", status: 0 });
  }
  return read(response, signal);
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

/** All pages of a list, up to a number; `total` says how many there are. */
export async function askAll(path, parameters, { signal, most = 1000 } = {}) {
  return ask(path, { ...Object.fromEntries(Object.entries(parameters)), limit: most }, { signal });
}

let snapshotCard = null;

/** What the graph holds, asked once a visit; null where it cannot be had now. */
export async function graphCard() {
  if (snapshotCard === null) {
    try {
      snapshotCard = await ask("snapshot", {});
    } catch {
      return null;
    }
  }
  return snapshotCard;
}

/** Ask again next time: the graph is another than before. */
export function forgetGraphCard() {
  snapshotCard = null;
}
