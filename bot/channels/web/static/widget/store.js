/* What this browser keeps of a conversation: its id and token, messages not yet sent, and the last known outcome.
 * The transcript itself is never kept here: it comes from the server. */

const NEWS_MS = 1000;

export const newId = () =>
  crypto.randomUUID?.() ?? // Only a secure page has it.
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export class Store {
  #key;
  #memory = {}; // Used alone where the browser gives us no storage.
  #shared = true;

  constructor(key) {
    this.#key = key;
  }

  read() {
    if (this.#shared) {
      try {
        this.#memory = JSON.parse(localStorage.getItem(this.#key)) ?? {};
      } catch (error) {
        if (error instanceof SyntaxError) this.#memory = {};
        else this.#shared = false;
      }
    }
    return { pending: [], ...this.#memory };
  }

  write(kept) {
    this.#memory = kept;
    try {
      if (this.#shared) localStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      this.#shared = false;
    }
  }

  update(changes) {
    this.write({ ...this.read(), ...changes });
  }

  /** Forget the conversation; messages that can be sent to another one may be handed on. */
  forget(pending = []) {
    this.write({ pending });
  }

  add(message) {
    this.update({ pending: [...this.read().pending, message] });
  }

  drop(clientId) {
    this.update({ pending: this.read().pending.filter((message) => message.client_id !== clientId) });
  }

  /** Call back when another tab has changed what is kept. */
  onChange(callback) {
    window.addEventListener("storage", (event) => {
      if (event.key === this.#key || event.key === null) callback();
    });
  }

  /** Do something while no other tab of this site does it, where the browser can promise that. */
  async alone(work) {
    if (!navigator.locks) return work();
    const before = JSON.stringify(this.read());
    const tried = await navigator.locks.request(this.#key, { ifAvailable: true }, async (lock) => lock && { done: await work() });
    if (tried) return tried.done;
    return navigator.locks.request(this.#key, async () => {
      // What the other tab has kept can reach this one a little later than the news that it has finished.
      for (let left = NEWS_MS; left > 0 && JSON.stringify(this.read()) === before; left -= 20)
        await new Promise((resume) => setTimeout(resume, 20));
      return work();
    });
  }

  // The sentence being written is kept apart, so that each stroke of a key is a small write.
  get draft() {
    try {
      return localStorage.getItem(`${this.#key}:draft`) ?? "";
    } catch {
      return "";
    }
  }

  set draft(text) {
    try {
      if (text) localStorage.setItem(`${this.#key}:draft`, text);
      else localStorage.removeItem(`${this.#key}:draft`);
    } catch {
      // A draft that cannot be kept is still in the text field.
    }
  }

  /** Remember for this tab that the panel is open on this page, so that a reload opens it again. */
  markOpen(open) {
    try {
      if (open) sessionStorage.setItem(`${this.#key}:open`, location.pathname);
      else sessionStorage.removeItem(`${this.#key}:open`);
    } catch {
      // Then a reload leaves the panel closed.
    }
  }
}
