// A window into what is sent to Port: requests are recorded, and may be answered otherwise than the catalog would.
import { once } from "node:events"
import type { ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { serve } from "@hono/node-server"
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response"
import { Hono } from "hono"
import type { JsonValue } from "../../src/common/json.ts"

export interface SentToPort {
  method: string
  /** Without `/v1`. */
  path: string
  query: URLSearchParams
  headers: Headers
  body: JsonValue | undefined
  userAgent: string
  /** Of the answer; undefined until there is one. */
  status?: number
}

/**
 * An answer in the catalog's place, or a broken connection: before the catalog saw the request ("hang-up"), after it
 * carried it out ("lost-answer"), or in the middle of its answer ("half-answer").
 */
export type Interception = Response | "hang-up" | "lost-answer" | "half-answer" | undefined

export interface PortProxy {
  url: string
  sent: SentToPort[]
  /** Undefined lets the request through. */
  intercept: ((request: SentToPort) => Interception | Promise<Interception>) | undefined
  /** Requests whose path matches, of a method. */
  sentTo(method: string, path: RegExp): SentToPort[]
  close(): Promise<void>
}

export async function startPortProxy(target: string): Promise<PortProxy> {
  const sent: SentToPort[] = []
  const app = new Hono()
  const asked = new WeakMap<Request, SentToPort>()
  app.use(async (context, next) => {
    await next()
    const request = asked.get(context.req.raw)
    if (request) request.status = context.res.status
  })
  app.all("*", async (context) => {
    const { raw } = context.req
    const url = new URL(raw.url)
    const text = await raw.text()
    const request: SentToPort = {
      method: raw.method,
      path: url.pathname.replace(/^\/v1/, ""),
      query: url.searchParams,
      headers: raw.headers,
      body: text === "" ? undefined : (JSON.parse(text) as JsonValue), // our client sends nothing but JSON
      userAgent: raw.headers.get("user-agent") ?? "",
    }
    asked.set(raw, request)
    sent.push(request)
    const scripted = await proxy.intercept?.(request)
    // The Node response below Hono is the only way to a broken connection.
    const { outgoing } = context.env as { outgoing: ServerResponse }
    if (scripted === "hang-up") {
      outgoing.destroy()
      return RESPONSE_ALREADY_SENT
    }
    if (scripted instanceof Response) return scripted
    const answer = await fetch(`${target}${url.pathname}${url.search}`, {
      method: raw.method,
      headers: raw.headers,
      ...(text === "" ? {} : { body: text }),
    })
    // Addresses that the catalog gives lead here too.
    const answered = (await answer.text()).replaceAll(target, proxy.url)
    if (scripted) {
      if (scripted === "half-answer") await writeHalf(outgoing, answered)
      outgoing.destroy()
      return RESPONSE_ALREADY_SENT
    }
    return new Response(answered, {
      status: answer.status,
      headers: { "content-type": "application/json", date: answer.headers.get("date") ?? "" },
    })
  })
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" })
  if (!server.listening) await once(server, "listening")
  const proxy: PortProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    intercept: undefined,
    sentTo: (method, path) => sent.filter((one) => one.method === method && path.test(one.path)),
    async close() {
      server.close()
      if ("closeAllConnections" in server) server.closeAllConnections()
    },
  }
  return proxy
}

/** The head and the first half of a body, handed to the network before anything else happens to the connection. */
async function writeHalf(outgoing: ServerResponse, body: string): Promise<void> {
  outgoing.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
  await new Promise<void>((resolve) => outgoing.write(body.slice(0, body.length / 2), () => resolve()))
}
