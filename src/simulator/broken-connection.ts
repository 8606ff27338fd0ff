// Connections that break: nothing Hono can answer with, so it is done on Node's own response.
import type { ServerResponse } from "node:http"
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response"
import type { Answer } from "./answers.ts"

export type BrokenConnection = "reset" | "hang"

/** `half-body` needs the answer that is broken off. */
export function breakConnection(
  outgoing: ServerResponse,
  how: BrokenConnection | "half-body",
  answer?: Answer,
): Response {
  if (how === "reset") outgoing.socket?.resetAndDestroy()
  if (how === "half-body" && answer) {
    const bytes = Buffer.from(answer.text)
    outgoing.writeHead(answer.status, { ...answer.headers, "content-length": String(bytes.length) })
    outgoing.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => outgoing.socket?.destroy())
  }
  return RESPONSE_ALREADY_SENT // a hanging request is left to whoever gives up first, or to the server's end
}
