// A client of the catalog that costs little itself: the machine's other core is all it has.
import { Agent, request } from "node:http"
import type { JsonObject } from "../../src/common/json.ts"
import type { Catalog } from "../parts.ts"

export interface CatalogClient {
  /** Throws where the answer is no success; 207 is none. */
  send(method: string, path: string, body?: unknown): Promise<JsonObject>
  close(): void
}

export async function connect({ url, clientId, clientSecret }: Catalog): Promise<CatalogClient> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const { hostname, port } = new URL(url)
  let authorization = ""

  const send = (method: string, path: string, body?: unknown) =>
    new Promise<JsonObject>((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const headers = {
        authorization,
        ...(text === undefined
          ? {}
          : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
      }
      const sent = request({ agent, hostname, port, method, path: `/v1${path}`, headers }, (answer) => {
        const parts: Buffer[] = []
        answer.on("data", (part: Buffer) => parts.push(part))
        answer.on("error", reject)
        answer.on("end", () => {
          const received = Buffer.concat(parts).toString("utf8")
          const isGood = answer.statusCode === 200 || answer.statusCode === 201
          if (isGood)
            resolve(JSON.parse(received) as JsonObject) // the catalog answers objects
          else reject(new Error(`${method} ${path}: ${answer.statusCode} ${received.slice(0, 500)}`))
        })
      })
      sent.on("error", reject)
      sent.end(text)
    })

  const { accessToken } = await send("POST", "/auth/access_token", { clientId, clientSecret })
  authorization = `Bearer ${accessToken}`
  return { send, close: () => agent.destroy() }
}
