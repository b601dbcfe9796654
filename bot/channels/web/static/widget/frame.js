/* The chat as it is seen: header, transcript, how things stand, text field, and "Skip and cancel" that never goes away. */
import { Composer } from "./composer.js";
import { copy } from "./copy.js";
import { applyColour, element, icon, safeAddress } from "./elements.js";
import { Log } from "./log.js";

export class Frame {
  #base;
  #colour;
  #about = {};
  #line = "";
  #state = {};
  #skipped = false;
  #erased = false;
  #known;
  #talk;

  /** `customerToken()` is empty for a visitor. With `talk`, we wrote first: there is nothing to skip or to cancel, and
   * no way elsewhere for whoever came by a link. `actions` are say(text), press(button), skip(), telegram(), anew(), and close() where the chat can be closed. */
  constructor({ server, colour, cancelUrl, customerToken, talk, store, actions }) {
    this.#known = customerToken;
    this.#talk = Boolean(talk);
    this.#base = server + "/";
    this.#colour = colour;
    this.cancelUrl = safeAddress(cancelUrl, location.href);
    this.title = element("h2", { id: "title" }, talk ? copy.talk("") : copy.someone);
    this.mark = element("span", { class: "mark", "aria-hidden": "true" }, "…");
    this.who = element("span", {}, copy.assistant);
    this.privacy = element("a", { target: "_blank", rel: "noopener", hidden: true }, copy.privacy);
    this.log = new Log({ press: actions.press, edit: (text) => this.composer.restore(text) });
    this.composer = new Composer({ say: actions.say, draft: store.draft, keep: (text) => (store.draft = text) });
    this.standing = element("div", { class: "standing", role: "status" });
    this.choices = element("div", { class: "choices" });
    this.anew = element("button", { type: "button", class: "link", hidden: true, onclick: actions.anew }, copy.anew);
    this.onward = element("button", { type: "button", class: "link", onclick: actions.telegram }, copy.telegram);
    this.telegram = element("div", { class: "telegram", hidden: true }, this.onward);
    this.closer = element("button", { type: "button", class: "close", "aria-label": copy.close, onclick: actions.close }, icon("M6 6l12 12M18 6L6 18"));
    this.element = element(
      "div",
      { class: "frame" },
      element(
        "header",
        {},
        this.mark,
        element("div", { class: "names" }, this.title, element("p", {}, this.who, this.privacy)),
        ...(actions.close ? [this.closer] : []),
      ),
      this.log.element,
      element(
        "footer",
        {},
        this.standing,
        this.choices,
        this.composer.element,
        element(
          "div",
          { class: "leave" },
          this.anew,
          this.composer.count,
          this.telegram,
          ...(talk ? [] : [element("button", { type: "button", class: "skip", onclick: actions.skip }, copy.skip)]),
        ),
      ),
    );
    applyColour(this.element, colour);
  }

  /** The company's name, colour and links, as far as they are known. */
  about({ company, colour, privacy_url: privacy, cancel_url: cancel, logo_url: logo, telegram }) {
    this.#about = { company, telegram };
    this.title.textContent = company || (this.#talk ? copy.talk("") : copy.someone);
    this.element.closest("dialog, section")?.setAttribute("aria-label", (this.#talk ? copy.talk : copy.title)(company));
    applyColour(this.element, this.#colour || colour);
    const image = safeAddress(logo, this.#base);
    this.mark.replaceChildren(image ? element("img", { src: image, alt: "" }) : [...(company || "…")][0].toUpperCase());
    this.privacy.href = safeAddress(privacy, this.#base);
    this.privacy.hidden = !safeAddress(privacy, this.#base);
    this.cancelUrl ||= safeAddress(cancel, this.#base);
    this.#stand();
  }

  line(name) {
    this.#line = name;
    this.#stand();
  }

  state(state) {
    this.#state = state;
    this.log.typing(Boolean(state.typing));
    this.#stand();
  }

  skipped() {
    this.#skipped = true;
    this.#stand();
  }

  /** Where no window opens for us: offer the way to Telegram as a link, which leads there once. */
  leadToTelegram(address) {
    const followed = () => setTimeout(() => this.telegram.replaceChildren(this.onward));
    const link = element("a", { class: "link", target: "_blank", rel: "noopener", href: address, onclick: followed }, copy.openTelegram);
    this.telegram.replaceChildren(link);
    link.focus();
  }

  /** Begin with an empty transcript; `why` is "", "renewed" or "erased". */
  reset(why) {
    this.log.clear();
    this.telegram.replaceChildren(this.onward); // A link led to the conversation that was here.
    this.#state = {};
    this.#skipped = false;
    this.#erased = why === "erased";
    if (why) this.log.remark(copy[why]);
    if (this.#erased) this.composer.clear();
    this.composer.element.hidden = this.#erased;
    this.#stand();
  }

  /** Say in at most two lines how things stand, and offer what can be done about it. */
  #stand() {
    const { mode, delayed, outcome } = this.#state;
    const left = this.#skipped || outcome === "skipped";
    const over = left || outcome === "left" || outcome === "saved";
    const situation = left
      ? copy.skipped
      : mode === "staff"
        ? copy.withStaff(this.#about.company)
        : delayed
          ? copy.delayed
          : over && copy.ended;
    const lines = this.#erased ? [] : [copy[this.#line], situation].filter(Boolean);
    const shown = [...this.standing.children].map((child) => child.textContent);
    // Drawn anew only when it changed: a live region that is touched is read out again.
    if (lines.join("\n") !== shown.join("\n")) this.standing.replaceChildren(...lines.map((line) => element("p", {}, line)));
    this.standing.classList.toggle("connecting", this.#line === "connecting" && lines.length === 1);

    this.who.textContent = mode === "staff" ? copy.team : copy.assistant;
    // A customer whom the page knows has one conversation about one leaving.
    this.anew.hidden = this.#talk || !(this.#erased || (over && !this.#known()));
    this.telegram.hidden = this.#talk || !this.#about.telegram || this.#erased || over;
    if (this.#talk || !over || !this.cancelUrl) this.choices.replaceChildren();
    else if (!this.choices.firstChild) this.choices.append(element("a", { class: "go", href: this.cancelUrl }, copy.goOn));
  }
}
