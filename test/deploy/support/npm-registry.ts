// A registry on loopback: what was published to it, and all else from the registry that this machine uses.
import { execFile, execFileSync } from "node:child_process"
import { once } from "node:events"
import { rmSync } from "node:fs"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { homedir } from "node:os"
import { join } from "node:path"
import { buffer } from "node:stream/consumers"
import { promisify } from "node:util"
import { afterAll, beforeAll } from "vitest"
import { deployed } from "./deployed.ts"

export interface NpmRegistry {
  url: string
  /** What was asked for, as paths. */
  asked: string[]
  close(): Promise<void>
}

/**
 * What a command of npm is told, so that it takes our package from there and all else from where this machine does. The cache
 * holds the other packages from run to run, and is this worker's alone.
 */
export function npmVariables(url: string): Record<string, string> {
  const certificates = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(certificates), NPM_CONFIG_REGISTRY: url, NPM_CONFIG_CACHE: npmCache }
}

const npmCache = join(homedir(), ".cache", "ocean-sentry-tools", `npm-${process.env.VITEST_POOL_ID}`)

interface Published {
  /** What `npm publish` sent, less the files. */
  document: { name: string; versions: Record<string, { dist: { tarball: string } }> }
  files: Map<string, Buffer>
}

/** One with the package under test, for all tests of a file; to be asked for within a test. */
export function useNpmRegistry(): () => NpmRegistry {
  let started: NpmRegistry | undefined
  beforeAll(async () => {
    started = await startNpmRegistry()
    await publishTo(started)
  })
  afterAll(() => started?.close())
  return () => started ?? never()
}

function never(): never {
  throw new Error("the registry is there only while tests run")
}

/** The package under test, by `npm publish`; what npx has installed of an earlier one goes. */
export async function publishTo(registry: NpmRegistry): Promise<void> {
  rmSync(join(npmCache, "_npx"), { recursive: true, force: true })
  const token = `--//${registry.url.slice("http://".length)}/:_authToken=loopback`
  const words = ["publish", deployed().tarball, `--registry=${registry.url}`, token]
  await promisify(execFile)("npm", words)
}

export async function startNpmRegistry(): Promise<NpmRegistry> {
  const upstream = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim()
  const published = new Map<string, Published>()
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(request.url ?? "/").slice(1)
    if (request.method === "PUT") {
      published.set(path, read(await buffer(request)))
      response.writeHead(201, { "content-type": "application/json" }).end('{"ok":true}')
      return
    }
    const [name = "", file] = path.split("/-/")
    const own = published.get(name)
    if (own && file !== undefined) {
      response.end(own.files.get(file))
    } else if (own) {
      for (const version of Object.values(own.document.versions)) {
        version.dist.tarball = `${url}/${name}/-/${version.dist.tarball.split("/-/")[1]}`
      }
      response.setHeader("content-type", "application/json").end(JSON.stringify(own.document))
    } else {
      response.writeHead(302, { location: new URL(path.replace("/", "%2f"), upstream).href }).end()
    }
  }

  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    asked,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
}

function read(body: Buffer): Published {
  const { _attachments, ...document } = JSON.parse(body.toString()) as Published["document"] & {
    _attachments: Record<string, { data: string }>
  }
  const files = Object.entries(_attachments).map(
    ([name, { data }]) => [name, Buffer.from(data, "base64")] as const,
  )
  return { document, files: new Map(files) }
}
