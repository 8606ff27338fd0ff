// The chart behind an index on loopback, as a company publishes it.
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { freshFolder } from "../../support/program.ts"
import { chartFolder, helm } from "./helm.ts"

/** Its address, until the end of the test. */
export async function serveChart(): Promise<string> {
  const folder = freshFolder()
  const server = createServer((request, response) => {
    response.end(readFileSync(join(folder, (request.url ?? "/").slice(1))))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await helm(["package", chartFolder, "--destination", folder])
  await helm(["repo", "index", folder, "--url", url])
  return url
}
