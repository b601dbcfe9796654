/* The text field: grows with what is written, sends on Enter, keeps the draft, and says when a message gets too long. */
import { copy } from "./copy.js";
import { element, icon } from "./elements.js";

const LIMIT = 10000; // characters, as the server counts them
const NEAR = 500; // from here on the person is told how many are left

export class Composer {
  #say;
  #keep;

  constructor({ say, draft, keep }) {
    this.#say = say;
    this.#keep = keep;
    this.field = element("textarea", {
      id: "field",
      rows: "1",
      dir: "auto",
      placeholder: copy.placeholder,
      autocomplete: "off",
      enterkeyhint: "send",
      "aria-describedby": "count",
      oninput: () => this.#changed(),
      onkeydown: (event) => this.#key(event),
    });
    this.field.value = draft;
    this.count = element("p", { class: "count", id: "count", role: "status", hidden: true });
    this.button = element("button", { type: "submit", class: "send", "aria-label": copy.send }, icon("M5 12h14M13 6l6 6-6 6"));
    this.element = element(
      "form",
      { class: "composer", novalidate: true, onsubmit: (event) => this.#submit(event) },
      element("label", { for: "field", class: "hidden" }, copy.inputLabel),
      this.field,
      this.button,
    );
    this.#changed();
  }

  /** Put words back that could not be sent, before anything written since. */
  restore(text) {
    this.field.value = [text, this.field.value].filter(Boolean).join("\n");
    this.#changed();
    this.field.focus();
  }

  clear() {
    this.field.value = "";
    this.#changed();
  }

  grow() {
    this.field.style.height = "auto";
    if (this.field.scrollHeight) this.field.style.height = `${this.field.scrollHeight + 2}px`;
  }

  #changed() {
    const text = this.field.value;
    this.#keep(text);
    this.grow();
    const left = LIMIT - [...text.trim()].length;
    this.count.hidden = left > NEAR;
    this.count.textContent = left > NEAR ? "" : left < 0 ? copy.tooLong(-left) : copy.left(left);
    this.count.classList.toggle("over", left < 0);
    this.field.setAttribute("aria-invalid", String(left < 0));
    this.button.setAttribute("aria-disabled", String(left < 0 || left === LIMIT));
  }

  #key(event) {
    // While a character is being composed (Chinese, Japanese, Korean), Enter belongs to the input method.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    if (this.button.getAttribute("aria-disabled") === "true") return this.field.focus();
    const text = this.field.value.trim();
    this.clear();
    this.#say(text);
  }
}
