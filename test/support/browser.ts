// The pages in a real browser, before a demo that runs in a process of its own. `npm run test:tools` brings the browser.
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { expect, it } from "vitest"
import { type Demo, openBrowser, startDemo } from "../../scripts/demo-in-browser.ts"

interface Fixtures {
  browser: Browser
  /** Its first resync is through. */
  demo: Demo
  /** At 1280 × 800, signed in. Fails its test when the page logged an error, or asked anyone but the demo. */
  page: Page
  open: (options?: BrowserContextOptions) => Promise<Page>
}

export const browserTest = it.extend<Fixtures>({
  browser: [
    // biome-ignore lint/correctness/noEmptyPattern: the form that the test library reads
    async ({}, use) => {
      const browser = await openBrowser(process.env.TEST_CHROMIUM ?? "/usr/bin/chromium")
      await use(browser)
      await browser.close()
    },
    { scope: "file" },
  ],
  demo: [
    async ({ browser }, use) => {
      const demo = await startDemo(browser)
      await use(demo)
      await demo.stop()
    },
    { scope: "file" },
  ],
  open: async ({ browser, demo }, use) => {
    const opened: { page: Page; errors: string[] }[] = []
    await use(async (options = {}) => {
      const context = await browser.newContext({
        baseURL: demo.url,
        viewport: { width: 1280, height: 800 },
        storageState: demo.session,
        ...options,
      })
      const page = await context.newPage()
      opened.push({ page, errors: watch(page, demo.url) })
      return page
    })
    for (const { page, errors } of opened) {
      await page.context().close()
      expect(errors).toEqual([])
    }
  },
  page: async ({ open }, use) => {
    await use(await open())
  },
})

/** What a page must not do: log an error, break its own policy, or ask anyone else. */
export function watch(page: Page, url: string): string[] {
  const errors: string[] = []
  page.on("pageerror", (error) => errors.push(error.message))
  page.on("console", (message) => {
    // A refused request is told by the page itself; the browser's own line about it is no mistake of the page.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      errors.push(message.text())
  })
  page.on("request", (request) => {
    const asked = request.url()
    if (!asked.startsWith(`${url}/`) && !/^(blob|data):/.test(asked)) errors.push(`asked ${asked}`)
  })
  return errors
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

interface AxeResult {
  violations: { id: string; impact: string; help: string; nodes: { target: string[]; html: string }[] }[]
}

/** What axe-core calls serious or critical, one line each; an empty list is what a test expects. */
export async function seriousIn(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const { violations } = (await page.evaluate("axe.run()")) as AxeResult // what axe answers
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, html }) => `${id} (${help}): ${target.join(" ")} ${html.slice(0, 160)}`),
    )
}

/** Whether the page as a whole has to be moved sideways to be read. */
export async function isTooWide(page: Page): Promise<boolean> {
  return await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
}

/** Kilobytes of JavaScript that a page may load, compressed, without the graph and the editor. */
export const scriptBudgetKb = 350

/** The JavaScript that the browser loads for a page, compressed, without the graph and the editor. */
export async function scriptsOf(page: Page, path: string): Promise<{ kb: number; files: number }> {
  let bytes = 0
  let files = 0
  page.on("response", async (response) => {
    if (!/\.js$/.test(new URL(response.url()).pathname) || /graph|editor/.test(response.url())) return
    files++
    bytes += Number(response.headers()["content-length"] ?? 1_000_000)
    expect(response.headers()["content-encoding"], response.url()).toBe("gzip")
  })
  await page.goto(path, { waitUntil: "networkidle" })
  return { kb: bytes / 1000, files }
}
