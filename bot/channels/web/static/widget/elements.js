/* Small tools for building the page: elements, icons, dates and colours. Text always enters as text, never as HTML. */

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** A line drawing of 24 by 24 that no screen reader mentions. */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Text with its web addresses made into links. What a customer writes is never passed through here. */
export function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])/).map((part, index) => {
    if (index % 2 === 0) return part;
    return element("a", { href: part, target: "_blank", rel: "noopener noreferrer nofollow" }, part);
  });
}

/** An address that is safe to link to, or "": settings and attributes are not trusted to hold one. */
export function safeAddress(address, base) {
  try {
    const url = new URL(address, base);
    return address && ["https:", "http:", "mailto:", "tel:"].includes(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

export const clock = (date) => date.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });

/** How to name a day in the transcript: in words if it is near, else as a date. */
export function dayName(date, copy, now = new Date()) {
  const midnight = (moment) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
  const days = Math.round((midnight(now) - midnight(date)) / 86400000);
  if (days === 0) return copy.today;
  if (days === 1) return copy.yesterday;
  return date.toLocaleDateString("en", { weekday: "long", day: "numeric", month: "long" });
}

/** Give an element the company's colour, and black or white for what stands on it, whichever is easier to read. */
export function applyColour(target, colour) {
  if (!colour || !CSS.supports("color", colour)) return;
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.fillStyle = colour;
  const hex = /^#([0-9a-f]{6})$/.exec(canvas.fillStyle)?.[1];
  if (!hex) return; // A translucent colour promises no contrast, so the usual one stays.
  const channels = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = channels.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  target.style.setProperty("--accent", `#${hex}`);
  // Against white the contrast is 1.05 / (l + 0.05), against black (l + 0.05) / 0.05; they are equal at 0.179.
  target.style.setProperty("--on-accent", luminance > 0.179 ? "#000" : "#fff");
}
