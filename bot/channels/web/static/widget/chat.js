/* The chat, loaded when it is first needed: as a panel over a host page (createChat) or filling a page (createPage). */
import { Conversation } from "./conversation.js";
import { copy } from "./copy.js";
import { element, safeAddress } from "./elements.js";
import { Frame } from "./frame.js";
import { Server } from "./server.js";
import { Store } from "./store.js";

const NARROW = "(max-width: 480px), (max-height: 440px)"; // Here the panel fills the screen and is modal.
const ASIDE = 60000; // ms after which a tab that nobody sees lets go of its connection
const FINISHED = ["saved", "left", "skipped"]; // An abandoned interview is not finished: it becomes another on return.

/** Everything but where it is shown. */
async function assemble(settings, close) {
  const { server: address, key, trial, customerToken, tell, warn } = settings;
  const store = new Store(key);
  const server = new Server(address, settings.talk);
  const sheet = new CSSStyleSheet();
  const styles = await fetch(new URL("./chat.css", import.meta.url));
  if (!styles.ok) throw new Error(`styles: status ${styles.status}`);
  await sheet.replace(await styles.text());

  let told = store.read().outcome ?? null;
  const finish = (outcome) => {
    if (outcome === told || !FINISHED.includes(outcome)) return;
    told = outcome;
    store.update({ outcome });
    store.markOpen(false);
    tell("finished", { outcome });
  };

  const hear = {
    message: (message) => frame.log.add(message),
    transcript: () => frame.log.settle(),
    pending: (messages) => frame.log.pending(messages),
    line: (name) => frame.line(name),
    refused: (message, sentence) => frame.log.refused(message, sentence || copy.stale),
    reset(why) {
      frame.reset(settings.talk && why === "renewed" ? "" : why); // A link leads into the same conversation again.
      told = null;
      if (why === "erased") store.markOpen(false);
    },
    state(state) {
      frame.state(state);
      if (!state.erased) finish(state.outcome);
    },
  };
  const conversation = new Conversation({ server, store, trial, customerToken, warn, hear });

  const actions = {
    close,
    say: (text) => conversation.say(text),
    press(button) {
      conversation.press(button);
      // The pressed button is gone; a keyboard goes on in the text field, a finger keeps its screen.
      if (matchMedia("(pointer: coarse)").matches) frame.log.scroller.focus();
      else frame.composer.field.focus();
    },
    skip() {
      tell("skip"); // First of all, whatever happens to the network.
      if (told !== "skipped") conversation.skip(copy.skip);
      frame.skipped();
      finish("skipped");
      settings.afterSkip?.(frame.cancelUrl);
    },
    async telegram() {
      // Opened within the click, it is no pop-up to a browser; where it goes is known a moment later.
      const tab = window.open("", "_blank");
      if (tab) tab.opener = null;
      try {
        const address = safeAddress(await conversation.invite());
        if (tab) tab.location.replace(address);
        else frame.leadToTelegram(address);
        frame.line("");
      } catch {
        tab?.close();
        frame.line("noTelegram");
      }
    },
    anew() {
      conversation.anew();
      frame.composer.field.focus();
    },
  };
  const frame = new Frame({ ...settings, server: address, store, actions });

  let about = null;
  const learn = () =>
    (about ??= server.about().then(
      (known) => frame.about(known),
      (trouble) => {
        about = null;
        if (!trouble.status) warn(`${address} cannot be reached. If it is up, is this site's origin in WIDGET_ORIGINS there?`);
      },
    ));
  return { store, sheet, conversation, frame, learn };
}

/** Keep light or dark as chosen, or as the device has it. */
function followTheme(host, theme) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => (host.dataset.theme = theme === "light" || theme === "dark" ? theme : dark.matches ? "dark" : "light");
  dark.addEventListener("change", apply);
  apply();
}

/** A browser has few connections to one server, so a tab that nobody looks at gives its own back after a while. */
function restWhenUnseen(conversation, isOpen) {
  let timer;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => conversation.stop(), ASIDE);
    else if (isOpen()) conversation.start();
  });
}

/** The chat as a panel over somebody else's page. Nothing is in that page until open(). */
export async function createChat(settings) {
  const { store, sheet, conversation, frame, learn } = await assemble(settings, () => close());
  const host = element("farewell-widget", { "data-position": settings.position });
  const dialog = element("dialog", { class: "panel", tabindex: "-1", "aria-label": copy.title("") }, frame.element);
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.append(dialog);
  followTheme(host, settings.theme);

  const narrow = matchMedia(NARROW);
  const screen = window.visualViewport;
  let opener = null;

  function show(focus) {
    const before = root.activeElement;
    if (dialog.open) dialog.close();
    // An attribute opens it without moving the focus; only over a whole small screen it has to be modal.
    if (narrow.matches) dialog.showModal();
    else dialog.setAttribute("open", "");
    fit();
    frame.composer.grow();
    frame.log.rest();
    if (narrow.matches) (before ?? dialog).focus();
    else if (before ?? focus) (before ?? frame.composer.field).focus();
  }

  /** Keep clear of the keyboard on the screen of a phone, which covers a page without making it smaller. */
  function fit() {
    if (!screen) return;
    dialog.style.setProperty("--height", narrow.matches ? `${screen.height}px` : "");
    dialog.style.setProperty("--top", narrow.matches ? `${screen.offsetTop}px` : "");
  }

  async function open(from, quietly) {
    opener = from;
    if (dialog.open) {
      if (!quietly) frame.composer.field.focus();
      return;
    }
    // The company's name and colour are worth a short wait, so that the panel does not change under the eyes.
    await Promise.race([learn(), new Promise((resolve) => setTimeout(resolve, 250))]);
    if (!host.isConnected) (document.body || document.documentElement).append(host);
    show(!quietly);
    store.markOpen(!store.read().outcome);
    conversation.start();
    settings.tell("opened");
  }

  function close() {
    if (!dialog.open) return;
    dialog.close();
    conversation.stop();
    store.markOpen(false);
    if (opener?.isConnected && opener !== document.body) opener.focus?.();
    settings.tell("closed");
  }

  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation(); // The host page may listen for Escape too; this one was meant for us.
    close();
  });
  restWhenUnseen(conversation, () => dialog.open);
  narrow.addEventListener("change", () => dialog.open && show(false));
  screen?.addEventListener("resize", fit);
  screen?.addEventListener("scroll", fit);
  function remove() {
    close();
    host.remove();
  }

  return { open, close, remove, isOpen: () => dialog.open, flush: () => conversation.flush() };
}

/** The chat as the content of a page of its own. */
export async function createPage(place, settings) {
  const { store, sheet, conversation, frame, learn } = await assemble(settings, null);
  const section = element("section", { class: "page", "aria-label": settings.talk ? copy.talk("") : copy.title("") }, frame.element);
  const root = place.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.append(section);
  followTheme(place, settings.theme);
  learn();
  restWhenUnseen(conversation, () => true);
  conversation.start();
  if (!matchMedia("(pointer: coarse)").matches) frame.composer.field.focus();
  settings.tell("opened");
  return { store, conversation };
}
