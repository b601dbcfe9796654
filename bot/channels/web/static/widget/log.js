/* The transcript: who said what and when, quick replies under the newest question, and what became of each message. */
import { copy } from "./copy.js";
import { clock, dayName, element, linked } from "./elements.js";

const GROUP_GAP = 5 * 60 * 1000; // ms between two messages of one person that still stand under one heading

export class Log {
  #press;
  #edit;
  #list = element("div", { class: "list" });
  #typing = element("p", { class: "typing", "aria-hidden": "true", hidden: true }, ...[1, 2, 3].map(() => element("i")));
  #newest = element("button", { type: "button", class: "newest", hidden: true, onclick: () => this.rest() }, copy.newest);
  #waiting = new Map(); // client_id -> element of a message that the server has not shown us yet
  #settling = null;
  #following = true; // The reader is at the newest turn; false once they have scrolled away to read.
  #resting = 0;

  constructor({ press, edit }) {
    this.#press = press;
    this.#edit = edit;
    this.scroller = element(
      "div",
      { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": copy.log, tabindex: "0" },
      this.#list,
      this.#typing,
    );
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.element = element("div", { class: "logframe" }, this.scroller, this.#newest);
    // Whatever changes the height (a keyboard, a growing text field), who follows the conversation keeps following it.
    new ResizeObserver(() => this.#following && this.rest()).observe(this.scroller);
  }

  clear() {
    this.#list.replaceChildren();
    this.#waiting.clear();
    this.#newest.hidden = true;
    this.typing(false);
  }

  /** Show a message that the server has stored. */
  add(message) {
    const own = message.from === "customer";
    if (own) this.#closeAnswers();
    const waiting = own && this.#waiting.get(message.client_id);
    // What the server has comes before what it does not have yet. An element is moved only if it must be, because a
    // screen reader would read it again.
    const [first] = [...this.#waiting.values()];
    if (waiting) {
      this.#waiting.delete(message.client_id);
      waiting.querySelector(".bubble").textContent = message.text; // As stored: card numbers are masked by then.
      this.#date(waiting, message.at);
      if (waiting !== first) this.#list.insertBefore(waiting, first);
    } else {
      const made = this.#draw(message);
      this.#place(made, first ?? null);
      if (message.buttons?.length) made.append(this.#answers(message.buttons));
    }
    if (this.#settling) this.settle();
    if (this.#following) this.rest();
    else this.#newest.hidden = false;
  }

  /** Show what waits to be sent; what no longer waits has been taken by the server. */
  pending(messages) {
    for (const message of messages) {
      if (this.#waiting.has(message.client_id)) continue;
      const made = this.#draw({ ...message, from: "customer", text: message.text ?? message.title });
      made.classList.add("unsent");
      this.#mark(made, copy.sending);
      this.#place(made, null);
      this.#waiting.set(message.client_id, made);
      this.rest();
    }
    const ids = new Set(messages.map((message) => message.client_id));
    for (const [id, made] of this.#waiting) if (!ids.has(id) && made.matches(".unsent:not(.refused)")) this.#date(made);
    for (const answers of this.#list.querySelectorAll(".answers")) answers.hidden = messages.length > 0;
  }

  /** Show that a message will not be taken. Typed words stay, with a way back into the text field. */
  refused(message, sentence) {
    const made = this.#waiting.get(message.client_id);
    this.#waiting.delete(message.client_id);
    if (!made) return;
    if (message.text === undefined) return made.replaceWith(element("p", { class: "remark" }, sentence));
    const edit = () => {
      made.remove();
      this.#edit(message.text);
    };
    made.classList.add("refused");
    this.#mark(made, `${copy.notSent} ${sentence} `, element("button", { type: "button", class: "link", onclick: edit }, copy.edit));
    this.rest();
  }

  /** A line between messages that nobody said. */
  remark(text) {
    this.#list.append(element("p", { class: "remark" }, text));
  }

  typing(shown) {
    this.#typing.hidden = !shown;
    if (this.#following) this.rest();
  }

  /** Show the newest turn from its beginning: an answer longer than the panel is read from its first line, and a
   * question is seen before its quick replies. */
  rest() {
    const { clientHeight, scrollHeight } = this.scroller;
    const own = [...this.#list.querySelectorAll(".customer")].at(-1);
    // A person's own long message need not be in view; what was answered to it does.
    const first = own?.offsetHeight > clientHeight / 3 ? (own.nextElementSibling ?? own) : (own ?? this.#list.firstElementChild);
    const newest = [...this.#list.querySelectorAll(".message")].at(-1);
    const begin = (first?.offsetTop ?? 0) - 16;
    // Whatever came last is in view too, from its first line if it is longer than the panel.
    const top = newest?.offsetTop ?? 0;
    const bottom = top + (newest?.querySelector(".bubble").getBoundingClientRect().bottom ?? 0) - (newest?.getBoundingClientRect().top ?? 0);
    const needed = Math.min(top - 16, bottom + 32 - clientHeight);
    this.#resting = Math.max(0, Math.min(scrollHeight - clientHeight, Math.max(begin, needed)));
    this.scroller.scrollTop = this.#resting;
    this.#scrolled();
  }

  #scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    this.#following = scrollTop >= this.#resting - 40 || scrollTop + clientHeight >= scrollHeight - 40;
    if (this.#following) this.#newest.hidden = true;
    this.element.classList.toggle("below", scrollTop + clientHeight < scrollHeight - 8);
  }

  /** An old transcript is coming in: ask screen readers to wait until nothing more has come for a moment. */
  settle() {
    this.scroller.setAttribute("aria-busy", "true");
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.scroller.setAttribute("aria-busy", "false");
      this.#settling = null;
    }, 400);
  }

  #draw({ from, text, at, staff_name: staffName }) {
    const name = { customer: copy.you, staff: staffName || copy.staff }[from] ?? copy.assistant;
    const said = String(text ?? "");
    const made = element(
      "div",
      { class: `message ${from}` },
      element("p", { class: "who" }, element("span", { class: "name" }, name), element("span", { class: "when" })),
      element("p", { class: "bubble", dir: "auto" }, ...(from === "customer" ? [said] : linked(said))),
      element("p", { class: "meta" }),
    );
    made.said = { from, name, at: new Date(at ?? Date.now()) };
    this.#date(made);
    return made;
  }

  #place(made, before) {
    const previous = before ? before.previousElementSibling : this.#list.lastElementChild;
    const last = previous?.said;
    const { from, name, at } = made.said;
    const newDay = at.toDateString() !== (last?.at ?? new Date()).toDateString();
    if (newDay) this.#list.insertBefore(element("p", { class: "remark" }, dayName(at, copy)), before);
    if (!newDay && last && last.from === from && last.name === name && at - last.at < GROUP_GAP) made.classList.add("more");
    this.#list.insertBefore(made, before);
  }

  #date(made, at) {
    if (at) made.said.at = new Date(at);
    made.classList.remove("unsent");
    const time = element("time", { datetime: made.said.at.toISOString() }, clock(made.said.at));
    if (made.said.from === "customer") this.#mark(made, time);
    else made.querySelector(".when").replaceChildren(time);
  }

  #mark(made, ...content) {
    made.querySelector(".meta").replaceChildren(...content);
  }

  #answers(buttons) {
    const isShort = ({ title }) => title.length <= 2;
    const scale = buttons.filter(isShort).length > 4; // The numbers of a scale stand in even columns.
    const answers = element("div", { class: scale ? "answers scale" : "answers", role: "group", "aria-label": copy.suggestions });
    for (const button of buttons) {
      const press = () => this.#press(button);
      answers.append(element("button", { type: "button", class: isShort(button) ? "short" : "", dir: "auto", onclick: press }, button.title));
    }
    return answers;
  }

  #closeAnswers() {
    for (const answers of this.#list.querySelectorAll(".answers")) answers.remove();
  }
}
