/* One conversation with the server: begun when needed, messages sent in order and kept until they are, events followed.
 * It knows nothing of the page; it tells `hear` what happened:
 *   message(message)            a message of the conversation, each position once
 *   state(state)                mode, typing, outcome, delayed
 *   line(name)                  how the connection stands: "" | connecting | offline | unreachable | waiting
 *   pending(messages)           what is waiting to be sent, by this tab or another
 *   refused(message, sentence)  the server will never take this message
 *   reset(name)                 begin with an empty log: "" | renewed | erased
 *   transcript()                what was said before is coming in
 */
import { readEvents } from "./events.js";
import { backoff, pause, Trouble } from "./server.js";
import { newId } from "./store.js";

export const SKIP = "skip_and_cancel";

export class Conversation {
  #server;
  #store;
  #hear;
  #trial;
  #customerToken;
  #warn;
  #asked = false; // whether the server has said, since the page was loaded, which conversation is the customer's
  #after = 0; // position of the last message heard
  #heard = new Set(); // client_ids of the messages heard
  #current = null; // id of the conversation whose messages are in the log
  #beginning = null;
  #following = null; // AbortController of the open stream
  #sending = false;
  #erased = false;
  #nudge = new EventTarget();

  constructor({ server, store, trial, customerToken, warn, hear }) {
    this.#server = server;
    this.#store = store;
    this.#trial = trial;
    this.#customerToken = customerToken;
    this.#warn = warn;
    this.#hear = hear;
    store.onChange(() => this.#changedElsewhere());
  }

  /** Follow the conversation, and send what is waiting, until stop(). */
  start() {
    if (this.#following) return;
    this.#following = new AbortController();
    if (!this.#after && this.#store.read().token) this.#hear.transcript();
    this.#hearPending();
    this.#follow(this.#following.signal);
    if (this.#store.read().pending.length) this.flush();
  }

  stop() {
    this.#following?.abort();
    this.#following = null;
  }

  say(text) {
    this.#add({ text });
  }

  press({ id, title }) {
    this.#add({ button: id, title });
  }

  /** Record "Skip and cancel". It does not wait for its turn behind other messages, nor for anything to answer. */
  skip(title) {
    if (this.#erased) return; // There is nothing left to record it in.
    const message = this.#keep({ button: SKIP, title });
    const { conversation, token } = this.#store.read();
    // Should this fail, the message is still among those waiting, and the server takes the same id only once.
    if (token) this.#server.post({ conversation, token }, message).then(() => this.#sent(message), () => this.flush());
    else this.flush();
  }

  /** Forget this conversation on this device and begin another. */
  anew() {
    this.stop();
    this.#erased = false;
    this.#store.forget();
    this.#reset("");
    this.start();
  }

  /** Returns an address at which this conversation goes on on Telegram; throws where there is none. */
  async invite() {
    return (await this.#server.invite(await this.#begun())).url;
  }

  #keep(content) {
    const message = { client_id: newId(), at: new Date().toISOString(), ...content };
    this.#store.add(message);
    this.#hearPending();
    return message;
  }

  /** Tell what is waiting. Another tab's note that it waits can come after the message itself, and is old news then. */
  #hearPending() {
    this.#hear.pending(this.#store.read().pending.filter(({ client_id: id }) => !this.#heard.has(id)));
  }

  #add(content) {
    this.#keep(content);
    this.flush();
  }

  /** Send what is waiting, in order, until nothing is. */
  async flush() {
    this.#nudge.dispatchEvent(new Event("nudge"));
    if (this.#sending) return;
    this.#sending = true;
    try {
      let failures = 0;
      for (let message; (message = this.#store.read().pending[0]); ) {
        failures = (await this.#attempt(message, failures)) ? 0 : failures + 1;
      }
    } finally {
      this.#sending = false;
    }
  }

  /** Try to send one message. Returns false, after a pause, if it has to be tried again. */
  async #attempt(message, failures) {
    let known;
    try {
      known = await this.#begun();
      await this.#server.post(known, message);
      this.#sent(message);
    } catch (error) {
      if (known && error.status === 401) this.#renew(known.conversation);
      else if (error instanceof Trouble && !error.passing) this.#refuse(message, error);
      else {
        this.#explain(error);
        // Nothing shortens the wait that the server asked for; anything else is worth another try at once.
        if (error.retryAfter) await pause(error.retryAfter * 1000);
        else await pause(backoff(failures + 1), { nudge: this.#nudge });
        return false;
      }
    }
    return true;
  }

  #sent(message) {
    this.#store.drop(message.client_id);
    this.#hear.line("");
  }

  #refuse(message, error) {
    this.#store.drop(message.client_id);
    this.#hear.refused(message, error.code === "stale_button" ? "" : error.sentence);
  }

  #explain(error) {
    if (error.status === 429) this.#hear.line("waiting");
    else this.#hear.line(navigator.onLine === false ? "offline" : "unreachable");
  }

  /** The conversation's id and token; begins one if this browser has none. Tabs that open together begin one together. */
  async #begun() {
    const kept = this.#store.read();
    if (this.#holds(kept)) return this.#adopt(kept);
    this.#beginning ??= this.#store
      .alone(async () => {
        const known = this.#store.read();
        if (this.#holds(known)) return known;
        const begun = await this.#begin(known);
        this.#asked = true;
        if (begun.conversation !== known.conversation) {
          if (known.conversation) this.#reset("");
          this.#store.update({ ...begun, outcome: null });
        } else this.#store.update(begun);
        return begun;
      })
      .finally(() => (this.#beginning = null));
    return this.#adopt(await this.#beginning);
  }

  /** Whether what is kept is the conversation to go on with. One that has ended may be followed by another leaving, long
   * after; for a customer whom the page knows, the server can tell. */
  #holds({ token, outcome }) {
    return Boolean(token && (this.#asked || !outcome || !this.#customerToken()));
  }

  /** Begin as the customer whom the page knows. If the server does not accept that, a visitor leaves as well as anybody. */
  async #begin(known) {
    const customer = this.#customerToken();
    try {
      if (customer) return await this.#server.begin(this.#trial, customer);
    } catch (error) {
      if (!(error instanceof Trouble) || error.passing) throw error;
      this.#warn(`the customer is not recognised (${error.code}). ${error.sentence}`);
      if (known.token) return { conversation: known.conversation, token: known.token };
    }
    return this.#server.begin(this.#trial, null);
  }

  #adopt({ conversation, token }) {
    this.#current ??= conversation;
    return { conversation, token };
  }

  async #follow(signal) {
    let failures = 0;
    this.#hear.line("connecting");
    while (!signal.aborted && !this.#erased) {
      let known;
      let began = 0;
      let wait = 0;
      try {
        known = await this.#begun();
        if (signal.aborted) return;
        const body = await this.#server.events(known, this.#after, signal);
        began = Date.now();
        this.#hear.line("");
        if (failures && this.#store.read().pending.length) this.flush();
        await readEvents(body, (event) => !signal.aborted && this.#receive(event), signal);
      } catch (error) {
        if (signal.aborted || this.#erased) return;
        if (known && error.status === 401) {
          this.#renew(known.conversation);
          continue;
        }
        if (!began) this.#explain(error);
        wait = error.retryAfter * 1000 || 0;
      }
      // A stream that held for a while ended for no fault of ours: begin counting again.
      failures = began && Date.now() - began > 5000 ? 1 : failures + 1;
      await (wait ? pause(wait, { signal }) : pause(backoff(failures), { signal, nudge: this.#nudge }));
    }
  }

  #receive({ id, event, data }) {
    let content;
    try {
      content = JSON.parse(data);
    } catch {
      return;
    }
    if (event === "state") this.#receiveState(content);
    else if (event === "message") {
      const position = Number(id);
      if (!Number.isFinite(position) || position <= this.#after) return;
      this.#after = position;
      this.#heard.add(content.client_id);
      this.#hear.message({ ...content, position });
    }
  }

  #receiveState(state) {
    if (state.erased && !this.#erased) {
      this.#erased = true;
      this.#store.forget();
      this.#reset("erased");
    }
    this.#hear.state(state);
  }

  /** The server no longer knows a conversation: begin another, and take along what was typed for it. */
  #renew(refused) {
    const kept = this.#store.read();
    if (kept.conversation !== refused) return this.#changedElsewhere(); // Somebody has begun another already.
    this.#store.forget(kept.pending.filter((message) => !message.button || message.button === SKIP));
    this.#reset("renewed");
  }

  #reset(name) {
    this.#current = null;
    this.#after = 0;
    this.#heard.clear();
    this.#hear.reset(name);
    this.#hearPending();
  }

  #changedElsewhere() {
    const { conversation } = this.#store.read();
    if (conversation && this.#current && conversation !== this.#current) {
      const following = Boolean(this.#following);
      this.stop();
      this.#reset("");
      if (following) this.start();
    }
    this.#hearPending();
  }
}
