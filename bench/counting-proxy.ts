// Stands before a server and counts what it is asked; in the bench's own process, so that it costs the product nothing.
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../src/common/json.ts"

export interface Counts {
  requests: number
  /** Entities sent to be created or changed. */
  entitiesSent: number
  /** Entities that a delete was sent for. */
  entitiesDeleted: number
}

/** An entity that was answered for as written. */
export interface Written {
  identifier: string
  properties: JsonObject
  /** Milliseconds since the epoch: when its request came, and when its answer went out. */
  asked: number
  answered: number
}

export interface CountingProxy {
  url: string
  /** What was counted since the last call of this. */
  take(): Counts
  close(): Promise<void>
}

export interface ProxyOptions {
  /** Told of each request when it comes. */
  onRequest?(): void
  /** Told of each answer when its head has come: the path asked for, and the status. */
  onAnswer?(path: string, status: number): void
  /** Told of the entities of each bulk write, when its answer has gone out. */
  onWritten?(entities: Written[]): void
}

export async function startCountingProxy(
  target: string,
  { onRequest, onAnswer, onWritten }: ProxyOptions = {},
): Promise<CountingProxy> {
  const agent = new Agent({ keepAlive: true })
  let counts = noCounts()
  const server = createServer((incoming, outgoing) => {
    counts.requests++
    onRequest?.()
    const asked = Date.now()
    void forward({ incoming, outgoing, target, agent, onAnswer }, (body) => {
      countEntities(counts, incoming, body)
      if (onWritten && incoming.url?.includes("/entities/bulk"))
        outgoing.once("finish", () => onWritten(writtenIn(body, asked)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo // a server that listens on TCP has such an address
  return {
    url: `http://127.0.0.1:${port}`,
    take() {
      const taken = counts
      counts = noCounts()
      return taken
    },
    async close() {
      agent.destroy()
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
    },
  }
}

function noCounts(): Counts {
  return { requests: 0, entitiesSent: 0, entitiesDeleted: 0 }
}

interface Exchange {
  incoming: IncomingMessage
  outgoing: ServerResponse
  target: string
  agent: Agent
  onAnswer: ProxyOptions["onAnswer"]
}

async function forward(
  { incoming, outgoing, target, agent, onAnswer }: Exchange,
  seen: (body: string) => void,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  seen(body.toString())
  const { host: _ours, ...headers } = incoming.headers
  const onward = request(`${target}${incoming.url}`, { method: incoming.method, headers, agent })
  onward.on("error", () => outgoing.destroy())
  onward.on("response", (answer) => {
    onAnswer?.(incoming.url ?? "", answer.statusCode ?? 502)
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  onward.end(body)
}

/** The routes by which Port's clients write entities. */
function countEntities(counts: Counts, { method, url = "" }: IncomingMessage, body: string): void {
  const { pathname } = new URL(url, "http://counted")
  if (method === "POST" && pathname.endsWith("/entities/bulk")) counts.entitiesSent += listed(body)
  else if (method === "POST" && pathname.endsWith("/bulk/entities/delete"))
    counts.entitiesDeleted += listed(body)
  else if (method === "POST" && /\/blueprints\/[^/]+\/entities$/.test(pathname)) counts.entitiesSent++
  else if (/\/blueprints\/[^/]+\/entities\/[^/]+$/.test(pathname)) {
    if (method === "PATCH" || method === "PUT") counts.entitiesSent++
    if (method === "DELETE") counts.entitiesDeleted++
  }
}

function listed(body: string): number {
  return entitiesIn(body).length
}

function entitiesIn(body: string): JsonValue[] {
  const parsed = parseJson(body)
  return isJsonObject(parsed) && Array.isArray(parsed.entities) ? parsed.entities : []
}

function writtenIn(body: string, asked: number): Written[] {
  const answered = Date.now()
  return entitiesIn(body)
    .filter(isJsonObject)
    .map(({ identifier, properties }) => ({
      identifier: String(identifier),
      properties: isJsonObject(properties) ? properties : {},
      asked,
      answered,
    }))
}
