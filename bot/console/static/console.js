// Small comforts for the console's pages, all of which work without it: local times, Ctrl+Enter, drafts that
// survive a reload, the way back to the same list, "/" for the search, and a word when the connection is gone.
"use strict";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });

function writeLocally(moment) {
  const now = new Date();
  if (moment.toDateString() === now.toDateString()) return clock.format(moment);
  const sameYear = moment.getFullYear() === now.getFullYear();
  return `${(sameYear ? day : date).format(moment)}, ${clock.format(moment)}`;
}

function localise() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const text = writeLocally(new Date(time.dateTime));
    if (time.textContent !== text) time.textContent = text;
  }
}

function keepDraft(box) {
  const key = `draft:${box.dataset.draft}`;
  if ("sent" in box.dataset) sessionStorage.removeItem(key);
  else if (!box.value) box.value = sessionStorage.getItem(key) ?? "";
  box.addEventListener("input", () => sessionStorage.setItem(key, box.value));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) box.form.requestSubmit();
  });
}

// A double click must not say something twice.
function sendOnce(event) {
  const form = event.target;
  if (form.method !== "post") return;
  if ("sending" in form.dataset) event.preventDefault();
  form.dataset.sending = "";
  if ("forgetsDrafts" in form.dataset) sessionStorage.clear();
}

// Without leave to use the clipboard the address is marked, ready for Ctrl+C.
async function copyText(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  } catch {
    field.focus();
  }
}

// The way back leads to the very list one came from.
function rememberList() {
  const back = document.querySelector("a.back");
  if (back) back.search = sessionStorage.getItem("list") ?? "";
  else if (document.getElementById("list")) sessionStorage.setItem("list", location.search);
}

function warnWhenStale(isStale) {
  document.getElementById("stale").hidden = !isStale;
}

localise();
rememberList();
document.querySelectorAll("textarea[data-draft]").forEach(keepDraft);
document.querySelectorAll("button[data-copy]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => copyText(button));
});
document.addEventListener("submit", sendOnce);
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sending]").forEach((form) => delete form.dataset.sending);
});
document.addEventListener("keydown", (event) => {
  const search = document.querySelector("input[type=search]");
  const typing = event.target.closest("input, textarea, select");
  if (event.key !== "/" || !search || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  search.focus();
});
document.addEventListener("htmx:after:swap", () => { localise(); warnWhenStale(false); });
document.addEventListener("htmx:error", () => warnWhenStale(true));
document.addEventListener("htmx:response:error", (event) => warnWhenStale(event.detail.ctx.response.status !== 401));

// The word of thanks is said once: a reload does not say it again.
const here = new URL(location);
if (here.searchParams.has("done")) {
  here.searchParams.delete("done");
  history.replaceState(null, "", here);
}
