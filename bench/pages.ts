// The pages before 100,000 issues, in a real browser: how soon the first one stands, and each turn of the table of all issues.
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Page } from "playwright-core"
import { openBrowser, signIn } from "../scripts/demo-in-browser.ts"
import { projectAndIssue } from "./mappings.ts"
import { stop, token, writeResources } from "./parts.ts"
import { spawnProgram } from "./program.ts"

export const pagesScenario = "pages-100000"

const size = { projects: 100, issues: 1_000 }
const times = 9

export interface PagesMeasured {
  /** As the table's own footer says. */
  rows: string
  steps: { name: string; ms: number[] }[]
}

const chromium = process.env.TEST_CHROMIUM ?? "/usr/bin/chromium"

/** Undefined where there is no browser; `npm run test:tools` gets one. */
export async function runPages(): Promise<PagesMeasured | undefined> {
  if (!existsSync(chromium)) return undefined
  await using parts = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-bench-"))
  parts.defer(() => rmSync(folder, { recursive: true, force: true }))
  const program = await startProgram(folder, parts)
  const [, url = ""] = await program.waitFor(/embedded catalog at (http:\S+?),/)
  const [link = ""] = await program.waitFor(/http:\S+\/sign-in#\S+/)
  const browser = parts.adopt(await openBrowser(chromium), (one) => one.close())
  const session = await signIn(browser, link)

  const steps: PagesMeasured["steps"] = []
  const timed = async (name: string, turn: (at: number) => Promise<void>) => {
    const ms: number[] = []
    for (let at = 0; at < times; at++) {
      const started = performance.now()
      await turn(at)
      ms.push(performance.now() - started)
    }
    steps.push({ name, ms })
  }
  const open = async () => {
    const context = await browser.newContext({ baseURL: url, storageState: session })
    return await context.newPage()
  }

  await waitForIssues(await open())
  // With nothing in the browser's cache, as somebody who comes for the first time.
  const fresh: Page[] = []
  for (let at = 0; at < 2 * times; at++) fresh.push(await open())
  await timed("first load of the overview", async (at) => {
    await fresh[at]?.goto("/")
    await fresh[at]?.getByText("Last run").first().waitFor()
    await fresh[at]?.close()
  })
  await timed("first load of the table", async (at) => {
    const page = fresh[times + at]
    await page?.goto("/entities/issue")
    if (page) await rowsOf(page).nth(1).waitFor()
    await page?.close()
  })

  const page = await open()
  await page.goto("/entities/issue")
  await rowsOf(page).nth(1).waitFor()
  const rows = (await page.getByText(/^1–50 of /).textContent()) ?? ""
  await timed("next page", async (at) => {
    await page.getByRole("button", { name: "Next page" }).click()
    await page.getByText(new RegExp(`^${(at + 1) * 50 + 1}–`)).waitFor()
  })
  await timed("sorted by a column, up, down, not at all", async (at) => {
    const order = ["ascending", "descending", "none"][at % 3] ?? "none"
    await page.getByRole("table").getByRole("button", { name: "Title" }).click()
    await page.locator(`th[aria-sort="${order}"]`, { hasText: "Title" }).waitFor()
    await page.locator('table:not([aria-busy="true"])').waitFor()
  })
  await timed("a text that few have, and cleared again", async (at) => {
    const box = page.getByRole("textbox", { name: "Search by title or identifier" })
    await box.fill(`TypeError ${at}`)
    await page.getByText(/^1–\d+ of [\d,]{1,5}$|Nothing matches/).waitFor()
    await box.fill("")
    await page.getByText(/^1–50 of 100,000$/).waitFor()
  })
  return { rows, steps }
}

async function startProgram(folder: string, parts: AsyncDisposableStack) {
  const counts = ["--projects", String(size.projects), "--issues", String(size.issues)]
  const words = ["simulator", "--port", "0", "--token", token, "--unresolved", ...counts]
  const sentry = parts.adopt(spawnProgram(words, { cwd: folder }), stop)
  const [, url = "", organization = ""] = await sentry.waitFor(/at (http:\S+), organization (\S+)/)
  writeResources(folder, projectAndIssue())
  return parts.adopt(
    spawnProgram(["run", "--embedded", "--port", "0"], {
      cwd: folder,
      env: {
        OCEAN__INTEGRATION__CONFIG__SENTRY_HOST: url,
        OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: token,
        OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: organization,
      },
    }),
    stop,
  )
}

async function waitForIssues(page: Page): Promise<void> {
  const all = new RegExp(`^1–50 of ${(size.projects * size.issues).toLocaleString("en")}$`)
  for (;;) {
    await page.goto("/entities/issue")
    const there = await page
      .getByText(all)
      .waitFor({ timeout: 5_000 })
      .then(
        () => true,
        () => false, // the first resync is not through
      )
    if (there) break
  }
  await page.context().close()
}

function rowsOf(page: Page) {
  return page.getByRole("table").getByRole("row")
}

export function describePages({ rows, steps }: PagesMeasured): string {
  const lines = steps.map(({ name, ms }) => {
    const sorted = [...ms].sort((one, other) => one - other)
    const at = (part: number) => (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(0).padStart(6)
    return `    ${name.padEnd(42)} ${at(0.5)} ms ${at(1)} ms`
  })
  return `the pages before 100,000 issues  (--only ${pagesScenario})
  the table says          ${rows}
  until it is shown: p50, the longest (aimed at: a first load 1,000 ms)
${lines.join("\n")}
`
}
