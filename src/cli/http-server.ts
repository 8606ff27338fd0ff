// The one port of the process.
import type { RequestListener, Server } from "node:http"
import type { AddressInfo } from "node:net"
import type { Hono } from "hono"
import { AppError } from "../common/errors.ts"

// An import of it would read all its names, and one of them loads Node's own `fetch`: 35 ms of CPU and 15 MB.
const { createServer } = process.getBuiltinModule("node:http")

export interface HttpServer {
  /** As clients on this machine reach it, without a slash at the end. */
  url: string
  close(): Promise<void>
}

export interface ListenOptions {
  port: number
  /** Loopback when unset: whoever wants others to connect says so. */
  host: string | undefined
  /** When the port is taken, try this many after it (the demo does, so that it always starts). */
  furtherPorts: number
  /** True leaves what answers to be loaded with the first request, which then waits for it. Default: it is there. */
  isSeldomAsked?: boolean
}

/** Throws an `AppError` (`port_in_use`) when nothing is free. */
export async function listen(app: Hono, options: ListenOptions): Promise<HttpServer> {
  let host = options.host ?? "127.0.0.1"
  const answers = answering(app)
  if (!options.isSeldomAsked) await answers.load()
  for (let port = options.port; ; port++) {
    const server = createServer(answers.listener)
    const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      server.once("error", resolve)
      server.listen(port, host, () => resolve(undefined))
    })
    if (!failure) {
      const bound = (server.address() as AddressInfo).port // a server that listens on TCP has such an address
      return { url: `http://${reachable(host)}:${bound}`, close: () => closeServer(server) }
    }
    // All addresses of both families, where there is only the older one.
    if (host === "::" && (failure.code === "EAFNOSUPPORT" || failure.code === "EADDRNOTAVAIL")) {
      host = "0.0.0.0"
      port--
      continue
    }
    const isTaken = failure.code === "EADDRINUSE" || failure.code === "EACCES"
    if (isTaken && port < options.port + options.furtherPorts) continue
    throw cannotListen(`${host}:${port}`, failure, "choose another port with --port or OCEAN__SERVER__PORT")
  }
}

/** What stands between Node's requests and the routes, which needs that `fetch`. */
function answering(app: Hono): { load(): Promise<RequestListener>; listener: RequestListener } {
  let loaded: Promise<RequestListener> | undefined
  const load = () => {
    loaded ??= import("@hono/node-server").then(({ getRequestListener }) =>
      getRequestListener(app.fetch, { overrideGlobalObjects: false }),
    )
    return loaded
  }
  return {
    load,
    async listener(request, response) {
      const answer = await load()
      answer(request, response)
    },
  }
}

/** `address` is host and port. */
export function cannotListen(address: string, cause: unknown, hint: string): AppError {
  return new AppError("port_in_use", `cannot listen on ${address}`, { cause, hint })
}

/** An address that stands for all addresses is reached by the loopback one. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1"
  if (host === "::") return "[::1]"
  return host.includes(":") ? `[${host}]` : host
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections() // kept-alive connections would hold it open
  })
}
