// A host with installations to look at, for the pictures of its pages: one that works, one with a wrong token, one that is paused.
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Browser } from "playwright-core"
import type { JsonObject } from "../src/common/json.ts"
import { generateOrganization } from "../src/simulator/generate.ts"
import { startSimulator } from "../src/simulator/serve.ts"
import { startCatalog } from "../test/support/catalog.ts"
import { type BrowserSession, signIn } from "./demo-in-browser.ts"

export interface PicturedHost {
  url: string
  session: BrowserSession
  stop(): Promise<void>
}

const token = "the-token-of-the-pictures"
const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

/** Resolves when its installations have run. */
export async function startPicturedHost(browser: Browser): Promise<PicturedHost> {
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-host-"))
  const organization = generateOrganization({ seed: 7, projects: 6, issuesPerProject: 40 })
  const simulator = await startSimulator({ organization })
  const catalog = await startCatalog()
  const child = spawn(at("node_modules/.bin/node"), [at("bin/ocean-sentry.js"), "host", "--port", "0"], {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: folder,
      OCEAN__HOST__MASTER_KEY: "ab".repeat(32),
      OCEAN__HOST__API_TOKEN: token,
      OCEAN__BASE_URL: "https://sentry-to-port.example.com",
    },
    stdio: ["ignore", "pipe", "inherit"],
  })
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()))
  let output = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text
  })
  const found = async (text: RegExp) => {
    for (let tries = 0; tries < 600; tries++) {
      const match = text.exec(output)?.[1]
      if (match !== undefined) return match
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`the host never said ${text}:\n${output}`)
  }
  const url = await found(/host at (http:\S+),/)
  const link = await found(/\/sign-in#(\S+)/)

  async function ask(method: string, path: string, body?: JsonObject): Promise<JsonObject> {
    const answer = await fetch(`${url}/host/installations${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as JsonObject // it answers nothing else
  }

  const { clientId, clientSecret } = catalog
  const port = { baseUrl: catalog.url, clientId, clientSecret }
  const sentry = { host: simulator.url, organization: simulator.slug, token: simulator.token }
  await ask("PUT", "/acme", {
    sentry: { ...sentry, webhookSecret: "of the pictures" },
    port,
    interval: "30m",
  })
  await ask("PUT", "/globex", { sentry: { ...sentry, token: "sntryu_expired" }, port, interval: "6h" })
  await ask("PUT", "/initech", { sentry: { organization: "initech" }, port, enabled: false })
  for (const [id, outcome] of [
    ["acme", "completed"],
    ["globex", "failed"],
  ] as const) {
    for (let tries = 0; ; tries++) {
      const { runs } = await ask("GET", `/${id}/runs`)
      if (JSON.stringify(runs).includes(`"${outcome}"`)) break
      if (tries > 600) throw new Error(`${id} never ${outcome}: ${JSON.stringify(runs)}`)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  await ask("POST", "/acme/resync")
  await new Promise((resolve) => setTimeout(resolve, 15_000)) // a second run, of which nothing is new
  return {
    url,
    session: await signIn(browser, `${url}/sign-in#${link}`),
    async stop() {
      child.kill("SIGTERM")
      await ended
      await simulator.close()
      await catalog.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
