/* Puts the chat on its own page. "Skip and cancel" leads straight to the page where one cancels, if there is one. */
const place = document.getElementById("chat");

try {
  const { createPage } = await import("./widget/chat.js");
  await createPage(place, {
    server: location.origin,
    key: `farewell:${location.origin}`,
    trial: false,
    customerToken: () => "",
    colour: "",
    theme: "auto",
    cancelUrl: place.dataset.cancelUrl,
    tell: (name, detail = {}) => window.dispatchEvent(new CustomEvent(`farewell:${name}`, { detail })),
    warn: (...words) => console.warn("Farewell:", ...words),
    afterSkip: (address) => address && location.assign(address),
  });
} catch (error) {
  document.getElementById("progress").textContent = "The chat can’t be reached right now. Please try again in a few minutes.";
  console.warn("Farewell: the chat could not be loaded.", error);
}
