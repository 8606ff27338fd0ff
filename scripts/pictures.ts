// Pictures of the pages, light and dark, for README and docs: the demo and a host in Chromium. Without Chromium the committed
// ones stay.
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Browser, Page } from "playwright-core"
import { buildPages } from "./build-pages.ts"
import { type BrowserSession, openBrowser, startDemo } from "./demo-in-browser.ts"
import { startPicturedHost } from "./host-in-browser.ts"
import { chromiumPath, findChromium } from "./test-chromium.ts"

interface Picture {
  name: string
  path: string
  /** Brings it to where there is most to see. */
  prepare?(page: Page): Promise<unknown>
}

const pictures: readonly Picture[] = [
  { name: "overview", path: "/" },
  { name: "entities", path: "/entities/sentryIssue?sort=$updatedAt:desc" },
  {
    name: "entity",
    path: "/entities/sentryProjectEnvironment",
    prepare: async (page) => {
      await page.getByRole("row").nth(1).getByRole("link").first().click()
      await page.getByText("Relations", { exact: true }).waitFor()
    },
  },
  {
    name: "blueprints",
    path: "/blueprints?blueprint=sentryIssue",
    prepare: (page) => page.getByText("Sentry Team").first().waitFor(),
  },
  { name: "runs", path: "/runs" },
  {
    name: "run",
    path: "/runs",
    prepare: (page) => page.getByRole("table", { name: "Runs" }).getByRole("link").first().click(),
  },
  { name: "live-events", path: "/live-events" },
  { name: "mapping", path: "/mapping" },
  { name: "ingest-data", path: "/ingest-data" },
  { name: "webhook", path: "/ingest-data/new-webhook" },
]

const ofHost: readonly Picture[] = [
  { name: "installations", path: "/" },
  {
    name: "installation",
    path: "/installations/acme",
    prepare: (page) => page.getByRole("table", { name: "Runs" }).waitFor(),
  },
  { name: "new-installation", path: "/new-installation" },
]

const schemes = ["light", "dark"] as const
const subjects = ["integration", "host"] as const

async function main(): Promise<void> {
  const found = findChromium()
  if (found === undefined) {
    process.stdout.write("Pictures of the pages: no Chromium found, so docs/pictures stays as it is\n")
    return
  }
  const root = fileURLToPath(new URL("..", import.meta.url))
  const folder = join(root, "docs", "pictures")
  mkdirSync(folder, { recursive: true })
  await buildPages(root)
  const browser = await openBrowser(chromiumPath(found))
  const wanted = process.argv.slice(2) // one of the schemes alone, or of the subjects
  const isWanted = (one: string, all: readonly string[]) =>
    wanted.includes(one) || !wanted.some((name) => all.includes(name))
  try {
    for (const subject of subjects.filter((one) => isWanted(one, subjects))) {
      const { shown, taken } = subject === "host" ? await showHost(browser) : await showDemo(browser)
      try {
        for (const colorScheme of schemes.filter((one) => isWanted(one, schemes)))
          await takeAll(browser, shown, { pictures: taken, colorScheme, folder })
      } finally {
        await shown.stop()
      }
    }
  } finally {
    await browser.close()
  }
}

interface Shown {
  url: string
  session: BrowserSession
  stop(): Promise<void>
}

interface Show {
  shown: Shown
  taken: readonly Picture[]
}

async function showDemo(browser: Browser): Promise<Show> {
  const shown = await startDemo(browser)
  await shown.waitFor(/(is in the catalog[\s\S]*){2}/) // live events to show
  return { shown, taken: [...pictures, { name: "sign-in", path: "/" }] }
}

async function showHost(browser: Browser): Promise<Show> {
  return { shown: await startPicturedHost(browser), taken: ofHost }
}

async function takeAll(
  browser: Browser,
  { url, session }: Shown,
  {
    pictures,
    colorScheme,
    folder,
  }: { pictures: readonly Picture[]; colorScheme: (typeof schemes)[number]; folder: string },
): Promise<void> {
  const context = await browser.newContext({
    baseURL: url,
    storageState: session,
    colorScheme,
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
  })
  const signedOut = await browser.newContext({
    baseURL: url,
    colorScheme,
    viewport: { width: 1280, height: 800 },
  })
  for (const { name, path, prepare } of pictures) {
    // Slow machines must come to an end too.
    const page = await (name === "sign-in" ? signedOut : context).newPage()
    page.setDefaultTimeout(120_000)
    await page.goto(path, { timeout: 120_000 })
    await page.getByRole("heading", { level: 1 }).first().waitFor()
    await prepare?.(page)
    await page.locator("[aria-busy=true], .mantine-Skeleton-root").first().waitFor({ state: "hidden" })
    await page.waitForTimeout(700) // charts and graphs draw themselves
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) })
    await page.close()
    process.stdout.write(`wrote docs/pictures/${name}-${colorScheme}.png\n`)
  }
  await Promise.all([context.close(), signedOut.close()])
}

await main()
