/* The demo shop as a host page: it hears from the widget what happened and goes on, as a real cancellation page would. */
(() => {
  "use strict";

  const KEY = "demo-shop";
  const banner = document.getElementById("confirmed");
  const leaving = document.getElementById("leaving");
  const state = document.getElementById("state");
  const endings = {
    cancelled: {
      words: "Your subscription is cancelled.",
      more: "Nothing more will be charged. Thank you for every cup, and all the best.",
      state: "Cancelled",
    },
    kept: {
      words: "Your subscription goes on.",
      more: "Nothing has changed. It is good to have you.",
      state: "Active",
    },
  };

  function show(name, moveFocus) {
    const ending = endings[name];
    banner.hidden = !ending;
    leaving.hidden = Boolean(ending);
    document.body.classList.toggle("cancelled", name === "cancelled");
    state.textContent = ending?.state ?? "Active";
    if (!ending) return sessionStorage.removeItem(KEY);
    sessionStorage.setItem(KEY, name);
    banner.querySelector("[data-words]").textContent = ending.words;
    banner.querySelector("[data-more]").textContent = ending.more;
    if (moveFocus) banner.focus();
  }

  // "Skip and cancel": the person wants out, so the panel goes and the page goes on.
  window.addEventListener("farewell:skip", () => {
    window.Farewell.close();
    show("cancelled", true);
  });

  // The interview came to its end: the page goes on behind the panel, which stays until it is closed.
  window.addEventListener("farewell:finished", ({ detail }) => show(detail.outcome === "saved" ? "kept" : "cancelled", false));

  window.addEventListener("farewell:closed", () => {
    if (!banner.hidden) banner.focus();
  });

  document.getElementById("again").addEventListener("click", (event) => {
    show(null, false);
    // A customer whom the chat knows is asked once about one leaving, so another demo needs another customer.
    if (event.currentTarget.dataset.address) return location.assign(event.currentTarget.dataset.address);
    document.getElementById("cancel-button").focus();
  });

  show(sessionStorage.getItem(KEY), false);
})();
