// The demo in a process of its own, and a browser that has signed in: for the tests of the pages, and for their pictures.
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Browser, type BrowserContext, chromium } from "playwright-core"

/** What a browser keeps of having signed in. */
export type BrowserSession = Awaited<ReturnType<BrowserContext["storageState"]>>

export interface Demo {
  url: string
  /** Of an administrator. The link works once, so that all pages share it. */
  session: BrowserSession
  output(): string
  waitFor(text: RegExp): Promise<RegExpExecArray>
  stop(): Promise<void>
}

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ["--no-sandbox"] })
}

/** Resolves when its first resync is through. */
export async function startDemo(browser: Browser, environment: Record<string, string> = {}): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-demo-"))
  const child = spawn(at("node_modules/.bin/node"), [at("bin/ocean-sentry.js"), "--port", "0"], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", HOME: folder, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  })
  let output = ""
  let tell = () => {}
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text
      tell()
    })
  }
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()))
  const waitFor = async (text: RegExp) => {
    for (;;) {
      const match = text.exec(output)
      if (match) return match
      if (child.exitCode !== null) throw new Error(`the demo ended without ${text}:\n${output}`)
      const more = new Promise<void>((resolve) => {
        tell = resolve
      })
      await Promise.race([more, ended])
    }
  }
  const [, url = ""] = await waitFor(/embedded catalog at (http:\S+?),/)
  await waitFor(/Ctrl-C ends it/)
  const [link] = await waitFor(/http:\S+\/sign-in#\S+/)
  return {
    url,
    session: await signIn(browser, link),
    output: () => output,
    waitFor,
    async stop() {
      child.kill("SIGKILL")
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** By a link, in a browser that has nothing to do with the others. */
export async function signIn(browser: Browser, link: string): Promise<BrowserSession> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(link, { timeout: 90_000 })
  await page.getByRole("navigation", { name: "Pages" }).waitFor({ timeout: 60_000 })
  const state = await context.storageState()
  await context.close()
  return state
}
