/* Server-sent events over fetch. EventSource cannot send an Authorization header, and a token in a URL ends up in logs. */

/** A parser that takes the stream in pieces of any size and calls back with {id, event, data} for each event. */
export function eventParser(onEvent) {
  let rest = "";
  let fresh = () => ({ id: null, event: "message", data: [] });
  let current = fresh();
  return (piece) => {
    rest += piece;
    // A carriage return at the very end may be the first half of a line break.
    const held = rest.endsWith("\r") ? "\r" : "";
    const lines = rest.slice(0, rest.length - held.length).split(/\r\n|\n|\r/);
    rest = lines.pop() + held;
    for (const line of lines) {
      if (line === "") {
        if (current.data.length) onEvent({ ...current, data: current.data.join("\n") });
        current = fresh();
        continue;
      }
      const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
      if (field === "data") current.data.push(value);
      else if (field === "event" || field === "id") current[field] = value;
    }
  };
}

// The server sends a comment every 15 seconds; a stream that is silent for three of them is dead.
const SILENCE = 45000;

/** Read a stream of events until it ends. Returns when the server ends it, throws when it breaks or falls silent. */
export async function readEvents(body, onEvent, signal) {
  const reader = body.getReader();
  const stop = () => reader.cancel().catch(() => {});
  const parse = eventParser(onEvent);
  const decoder = new TextDecoder();
  signal.addEventListener("abort", stop);
  try {
    for (;;) {
      let timer;
      const silence = new Promise((_, reject) => (timer = setTimeout(reject, SILENCE, new Error("the stream fell silent"))));
      const { done, value } = await Promise.race([reader.read(), silence]).finally(() => clearTimeout(timer));
      if (done) return;
      parse(decoder.decode(value, { stream: true }));
    }
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}
