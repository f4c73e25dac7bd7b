/** Owns streams whose events say nothing of tokens: the SDK's reader breaks on them, so an empty usage is put in, which says as little. */

/** A fetch whose event streams always have a usage object where the SDK reads one; everything else passes as it came. */
export function withUsage(send: typeof fetch): typeof fetch {
  return async (...request) => {
    const response = await send(...request);
    const isStream = response.body !== null && response.headers.get("content-type")?.includes("text/event-stream") === true;
    if (!isStream) return response;
    const { status, statusText, headers } = response;
    return new Response(response.body?.pipeThrough(usageFiller()), { status, statusText, headers });
  };
}

/** Longest line that is looked at, in characters: the events in question are short. */
const LINE_LENGTH = 1_000_000;

function usageFiller(): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let line = "";
  return new TransformStream({
    transform(chunk, controller) {
      const lines = (line + decoder.decode(chunk, { stream: true })).split("\n");
      line = lines.pop() ?? "";
      if (line.length > LINE_LENGTH) {
        // Too long for an event of ours: it passes in pieces.
        lines.push(line);
        line = "";
        controller.enqueue(encoder.encode(lines.map(filled).join("\n")));
      } else if (lines.length > 0) controller.enqueue(encoder.encode(`${lines.map(filled).join("\n")}\n`));
    },
    flush(controller) {
      line += decoder.decode();
      if (line !== "") controller.enqueue(encoder.encode(filled(line)));
    },
  });
}

/** The line of an event that begins or ends a message, with a usage; any other line as it is. */
function filled(line: string): string {
  if (line.length > LINE_LENGTH || !/^data:.*"message_(start|delta)"/.test(line)) return line;
  const event = parsed(line.slice("data:".length));
  const holder = event?.type === "message_start" ? event.message : event?.type === "message_delta" ? event : null;
  if (typeof holder !== "object" || holder === null || isObject((holder as { usage?: unknown }).usage)) return line;
  (holder as { usage?: object }).usage = {};
  return `data: ${JSON.stringify(event)}`;
}

function parsed(text: string): { type?: unknown; message?: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
