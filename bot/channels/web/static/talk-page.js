/* The page behind the link in an e-mail. Programs open links to look at them, so nothing happens until a person presses
 * the button, or has done so before in this browser. */
const place = document.getElementById("chat");
const heading = document.getElementById("top");
const button = document.getElementById("open");
const trouble = document.getElementById("trouble");
const key = `farewell:${location.origin}:talk:${place.dataset.key}`;

async function open() {
  button.disabled = true;
  trouble.hidden = true;
  try {
    const { createPage } = await import("./widget/chat.js");
    await createPage(place, {
      server: location.origin,
      key,
      talk: location.pathname,
      trial: false,
      customerToken: () => "",
      colour: "",
      theme: "auto",
      cancelUrl: "",
      tell: () => {},
      warn: (...words) => console.warn("Farewell:", ...words),
    });
    document.body.className = "chatpage";
    heading.className = "hidden"; // Still there for whoever listens to the page.
  } catch (error) {
    button.disabled = false;
    trouble.hidden = false;
    console.warn("Farewell: the chat could not be loaded.", error);
  }
}

function wasOpened() {
  try {
    return Boolean(JSON.parse(localStorage.getItem(key))?.token);
  } catch {
    return false; // Then the button asks once more.
  }
}

button.addEventListener("click", open);
if (wasOpened()) open();
