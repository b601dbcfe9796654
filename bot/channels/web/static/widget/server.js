/* Requests to Farewell's server. Everything that goes wrong is a Trouble with a status (0: it could not be reached). */

const TIMEOUT = 20000;

export class Trouble extends Error {
  constructor(status, { error = "", message = "" } = {}, retryAfter = 0) {
    super(message || `status ${status}`);
    this.status = status;
    this.code = error;
    this.sentence = message; // Written by the server for the person who reads it.
    this.retryAfter = retryAfter; // seconds
  }

  /** Whether the same request may succeed later without any change. */
  get passing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export class Server {
  /** `talk` is the path of a link that leads into a conversation; without one a conversation begins anew. */
  constructor(address, talk) {
    this.address = address;
    this.talk = talk;
  }

  /** What the company is called, its colour and its links. */
  about() {
    return this.#call("GET", "/api/widget");
  }

  begin(trial, customerToken) {
    if (this.talk) return this.#call("POST", this.talk);
    return this.#call("POST", "/api/conversations", { body: { trial, customer_token: customerToken } });
  }

  post({ conversation, token }, { client_id, text, button }) {
    const body = button ? { client_id, button } : { client_id, text };
    return this.#call("POST", `/api/conversations/${conversation}/messages`, { body, token });
  }

  /** An address at which the conversation goes on on Telegram, for whoever opens it first. */
  invite({ conversation, token }) {
    return this.#call("POST", `/api/conversations/${conversation}/telegram`, { token });
  }

  /** The open stream of events after a position. The signal ends it. */
  async events({ conversation, token }, after, signal) {
    const patience = new AbortController();
    const stop = () => patience.abort();
    const timer = setTimeout(stop, TIMEOUT);
    signal.addEventListener("abort", stop);
    const response = await this.#fetch(`/api/conversations/${conversation}/events?after=${after}`, {
      headers: { Authorization: `Bearer ${token}`, Accept: "text/event-stream" },
      signal: patience.signal,
    }).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop); // From here on the reader of the stream ends it.
    });
    return response.body;
  }

  async #call(method, path, { body, token } = {}) {
    const headers = { Accept: "application/json" };
    if (body) headers["Content-Type"] = "application/json";
    if (token) headers.Authorization = `Bearer ${token}`;
    // With keepalive a request outlives the page: the host page may go on the moment somebody presses a button.
    const response = await this.#fetch(path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      keepalive: method === "POST",
      signal: AbortSignal.timeout?.(TIMEOUT),
    });
    try {
      return await response.json();
    } catch {
      throw new Trouble(0);
    }
  }

  async #fetch(path, options) {
    let response;
    try {
      response = await fetch(this.address + path, { ...options, credentials: "omit", cache: "no-store" });
    } catch {
      throw new Trouble(0);
    }
    if (response.ok) return response;
    const explained = await response.json().catch(() => ({}));
    const wait = Number(response.headers.get("Retry-After"));
    throw new Trouble(response.status, explained ?? {}, Number.isFinite(wait) ? wait : 0);
  }
}

/** Milliseconds to wait after so many failures in a row: about 0.5, 1, 2, 4 … at most 20 seconds, never the same twice. */
export const backoff = (failures) => Math.min(20000, 500 * 2 ** Math.max(0, failures - 1)) * (0.75 + Math.random() / 2);

/** Wait, but no longer than until the network is back, somebody nudges, or the signal ends it. */
export function pause(milliseconds, { signal, nudge } = {}) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      signal?.removeEventListener("abort", done);
      nudge?.removeEventListener("nudge", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    window.addEventListener("online", done);
    signal?.addEventListener("abort", done);
    nudge?.addEventListener("nudge", done);
    if (signal?.aborted) done();
  });
}
