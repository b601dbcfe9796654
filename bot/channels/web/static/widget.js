/* Farewell: the script tag for your own site.
 *
 *   <script src="https://farewell.example/widget.js" data-open-on="#cancel-button" async></script>
 *
 * It loads nothing else until somebody opens it, adds one global (window.Farewell) and never throws into your page.
 * Settings are attributes of the script tag, all optional:
 *
 *   data-open-on      CSS selector: a click on such an element opens the exit interview
 *   data-position     "right" (default) or "left": where the panel stands on a wide screen
 *   data-colour       any CSS colour for buttons and the customer's messages; otherwise the server's setting
 *   data-theme        "auto" (default, follows the device), "light" or "dark"
 *   data-cancel-url   where "Go on to cancel" leads after Skip and cancel; otherwise the server's setting
 *   data-on-skip      name of a global function, called when somebody presses Skip and cancel
 *   data-on-finished  name of a global function, called with {outcome} when the interview has ended
 *   data-trial        "true" marks the conversations as trials: they count in no number
 *   data-customer-token  who is signed in, signed by your own server (docs/customers.md); Farewell.identify(token) is the same
 *
 * Your page hears of everything: farewell:opened, farewell:finished ({outcome: "saved" | "left" | "skipped"}), farewell:skip
 * and farewell:closed are CustomEvents on window; Farewell.on("skip", callback) is the same. docs/widget.md says more.
 */
(() => {
  "use strict";

  // What people read before the chat itself has loaded. All other words are in widget/copy.js.
  const copy = {
    title: "Before you go",
    loading: "One moment, the chat is on its way.",
    unreachable: "The chat can’t be reached right now. You can go on to cancel, or try again later.",
    skip: "Skip and cancel",
    close: "Close",
  };
  const PATIENCE = 400; // ms before the person is told that the chat is still loading
  const GIVE_UP = 12000; // ms before a chat that has not loaded counts as unreachable

  let warned = false;
  const warn = (...words) => {
    if (!warned) console.warn("Farewell:", ...words);
    warned = true;
  };

  const script = document.currentScript;
  if (!script || window.Farewell) return warn("use the script tag once, as it is, and not as a module.");

  const given = script.dataset;
  const server = new URL(".", script.src).href.replace(/\/$/, "");
  const trial = given.trial === "true";
  const settings = {
    server,
    trial,
    key: "", // under which this browser keeps the conversation of whoever is signed in
    customerToken: () => customerToken,
    position: given.position === "left" ? "left" : "right",
    colour: given.colour || "",
    theme: given.theme || "auto",
    cancelUrl: given.cancelUrl || "",
  };

  // ---- who is signed in ---------------------------------------------------------------------------------------------

  let customerToken = "";

  /** Take note of who is signed in; returns whether it is somebody else than before. */
  function recognise(token) {
    let key = `farewell:${server}${trial ? ":trial" : ""}`;
    customerToken = "";
    try {
      // People who share a browser have nothing in common in it, so each has a place of their own, and visitors have theirs.
      if (token) key += `:${nameCustomer(token)}`;
      customerToken = token || "";
    } catch {
      warn("the customer token is not a signed token (JWT) with a sub; the customer is not recognised.");
    }
    if (key === settings.key) return false;
    settings.key = key;
    return true;
  }

  /** A short name for whom a token is about. It proves nothing: the server alone checks tokens. */
  function nameCustomer(token) {
    const bytes = Uint8Array.from(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    const { sub } = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof sub !== "string") throw new TypeError("no sub");
    let [high, low] = [0xdeadbeef, 0x41c6ce57];
    for (const unit of sub) {
      high = Math.imul(high ^ unit.codePointAt(0), 2654435761);
      low = Math.imul(low ^ unit.codePointAt(0), 1597334677);
    }
    high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
    low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
    return (high >>> 0).toString(36) + (low >>> 0).toString(36);
  }

  function identify(token) {
    if (!recognise(token)) return;
    const goesOn = chat ? chat.isOpen() : wanted;
    chat?.remove();
    chat = loading = null;
    if (goesOn) open(null, true);
    else resume();
  }

  recognise(given.customerToken);

  // ---- what the host page hears -------------------------------------------------------------------------------

  const listeners = { opened: [], finished: [], skip: [], closed: [] };

  function tell(name, detail = {}) {
    window.dispatchEvent(new CustomEvent(`farewell:${name}`, { detail }));
    const path = { skip: given.onSkip, finished: given.onFinished }[name];
    const named = path && path.split(".").reduce((object, key) => object?.[key], window);
    if (path && typeof named !== "function") warn(`there is no function ${path} on this page.`);
    for (const callback of typeof named === "function" ? [named, ...listeners[name]] : listeners[name]) {
      try {
        callback(detail);
      } catch (error) {
        console.error(error); // The mistake is in the host page's callback; its author must see it.
      }
    }
  }

  // ---- the little notice for as long as there is no chat ---------------------------------------------------------

  let notice = null;

  function showNotice(words, opener) {
    if (notice) {
      notice.words.textContent = words;
      return;
    }
    const host = document.createElement("farewell-notice");
    const box = document.createElement("div");
    const line = document.createElement("p");
    // Styles are set one by one, because a host page's content security policy may forbid style elements.
    host.style.cssText = "all:initial!important";
    box.style.cssText =
      "position:fixed;z-index:2147483000;bottom:16px;right:16px;left:auto;box-sizing:border-box;width:340px;" +
      "max-width:calc(100vw - 32px);padding:20px;border:1px solid #cfcabf;border-radius:16px;background:#fff;color:#23211d;" +
      "font:16px/1.45 system-ui,sans-serif;box-shadow:0 12px 40px rgb(0 0 0/.18)";
    if (settings.position === "left") box.style.cssText += ";left:16px;right:auto";
    line.style.cssText = "margin:0 0 14px";
    line.textContent = words;
    line.setAttribute("role", "status");
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", copy.title);
    const button = (label, style, act) => {
      const element = document.createElement("button");
      element.type = "button";
      element.textContent = label;
      element.style.cssText = `font:inherit;min-height:44px;padding:8px 16px;border-radius:22px;cursor:pointer;${style}`;
      element.addEventListener("click", act);
      return element;
    };
    const leave = (name) => {
      wanted = false;
      hideNotice();
      opener?.focus?.();
      if (name === "skip") keepSkip();
      tell(name);
    };
    const skip = button(copy.skip, "border:0;background:#23211d;color:#fff;margin-right:8px", () => leave("skip"));
    const close = button(copy.close, "border:1px solid #8b867c;background:none;color:inherit", () => leave("closed"));
    box.append(line, skip, close);
    box.addEventListener("keydown", (event) => event.key === "Escape" && leave("closed"));
    host.attachShadow({ mode: "open" }).append(box);
    (document.body || document.documentElement).append(host);
    notice = { host, words: line };
    skip.focus();
  }

  function hideNotice() {
    notice?.host.remove();
    notice = null;
  }

  /** Keep a "Skip and cancel" for the server, if it knows this person's conversation; it is sent when it can be. */
  function keepSkip() {
    try {
      const kept = JSON.parse(localStorage.getItem(settings.key)) || {};
      if (!kept.conversation) return;
      const id = `skip-${Date.now()}-${Math.random().toString(36).slice(2)}`;
      const skip = { client_id: id, button: "skip_and_cancel", title: copy.skip, at: new Date().toISOString() };
      localStorage.setItem(settings.key, JSON.stringify({ ...kept, pending: [...(kept.pending || []), skip] }));
    } catch {
      // Without storage nothing can be kept; the host page has been told, which is what matters.
    }
  }

  // ---- loading, opening, closing -----------------------------------------------------------------------------------

  let chat = null;
  let loading = null;
  let attempts = 0;
  let wanted = false;

  function load() {
    // A browser may remember that a module could not be fetched, so each new attempt has an address of its own.
    const address = `${server}/static/widget/chat.js${attempts ? `?again=${attempts}` : ""}`;
    attempts += 1;
    const late = new Promise((_, reject) => setTimeout(reject, GIVE_UP, new Error("it took too long to load")));
    return Promise.race([import(address).then((module) => module.createChat({ ...settings, tell, warn })), late]);
  }

  async function ready() {
    const mine = (loading ??= load());
    try {
      const made = await mine;
      if (mine !== loading) return ready(); // Somebody else has signed in meanwhile.
      chat = made;
    } catch (error) {
      if (mine === loading) loading = null;
      throw error;
    }
    return chat;
  }

  async function open(opener = document.activeElement, quietly = false) {
    wanted = true;
    const timer = chat || quietly ? 0 : setTimeout(() => wanted && showNotice(copy.loading, opener), PATIENCE);
    try {
      await ready();
      clearTimeout(timer);
      hideNotice();
      if (wanted) await chat.open(opener, quietly);
    } catch (error) {
      clearTimeout(timer);
      warn("the chat could not be loaded.", error);
      if (wanted && !quietly) showNotice(copy.unreachable, opener);
    }
  }

  function close() {
    wanted = false;
    if (notice) {
      hideNotice();
      tell("closed");
    }
    chat?.close();
  }

  window.Farewell = Object.freeze({
    open: () => open(),
    close,
    identify,
    on(name, callback) {
      if (!listeners[name] || typeof callback !== "function") return warn(`on("${name}", …) is not something that can be heard.`);
      listeners[name].push(callback);
    },
  });

  if (given.openOn) {
    try {
      document.querySelector(given.openOn);
      // On the window and in the capturing phase, so that elements drawn later and handlers of the page do not matter.
      window.addEventListener("click", onClick, true);
    } catch {
      warn(`data-open-on="${given.openOn}" is not a CSS selector.`);
    }
  }

  function onClick(event) {
    const opener = event.target?.closest?.(given.openOn);
    if (!opener || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(opener);
  }

  /** A reload in the middle goes on where it was; words typed while there was no network are sent now. */
  function resume() {
    try {
      if (sessionStorage.getItem(`${settings.key}:open`) === location.pathname) open(null, true);
      else if (JSON.parse(localStorage.getItem(settings.key))?.pending?.length) ready().then(() => chat.flush(), () => {});
    } catch {
      // Storage is closed to us or holds something foreign: there is nothing to go on with.
    }
  }

  resume();
})();
