// The pages of a process that writes into Port: the catalog is there, and no page asks this process for it.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, onTestFinished } from "vitest"
import { systemClock } from "../../src/common/sleep.ts"
import { openDatabase } from "../../src/database/database.ts"
import { openSessionStore } from "../../src/pages/sign-in/session-store.ts"
import { browserTest as it, seriousIn } from "../support/browser.ts"
import { startRunningApp } from "../support/running-app.ts"

/** Started, and a link that signs in. */
async function startDropIn(): Promise<{ url: string; link: string }> {
  const folder = mkdtempSync(join(tmpdir(), "drop-in-pages-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const place = join(folder, "state.db")
  const { app } = await startRunningApp({ environment: { OCEAN__DATABASE__URL: place } })
  const { url } = app.server
  const database = await openDatabase(place)
  const store = await openSessionStore(database, systemClock)
  const { token } = await store.issueLink({ role: "admin", name: "Ada" })
  await database.close()
  return { url, link: `${url}/sign-in#${token}` }
}

describe("with Port as the catalog", () => {
  it("every page works without the catalog's routes, and those of the catalog lead to Port", async ({
    browser,
  }) => {
    const { url, link } = await startDropIn()
    const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 800 } })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    const wrong: string[] = []
    page.on("request", (request) => {
      if (new URL(request.url()).pathname.startsWith("/v1/")) wrong.push(request.url())
    })
    page.on("response", (response) => {
      if (response.status() >= 400) wrong.push(`${response.status()} ${response.url()}`)
    })
    page.on("pageerror", (error) => wrong.push(error.message))
    await page.goto(link)
    const pages = page.getByRole("navigation", { name: "Pages" })
    await pages.getByRole("link", { name: "Runs" }).waitFor()
    await pages.getByRole("link", { name: "Entities" }).waitFor({ state: "hidden" })

    for (const path of ["/", "/runs", "/live-events", "/mapping", "/ingest-data", "/ingest-data/sentry"]) {
      await page.goto(path)
      await page.getByRole("heading", { level: 1 }).waitFor()
      await page.locator("[aria-busy=true]").first().waitFor({ state: "hidden" })
      expect(await seriousIn(page), path).toEqual([])
    }
    expect(await page.getByText("Webhook", { exact: true }).count()).toBe(0)
    for (const path of ["/entities", "/entities/sentryIssue/1", "/blueprints", "/ingest-data/new-webhook"]) {
      await page.goto(path)
      await page.getByRole("heading", { name: "The catalog is Port's" }).waitFor()
    }
    await page.getByRole("button", { name: "Search" }).click()
    await page.getByRole("textbox", { name: "Search" }).fill("live")
    await page.getByRole("button", { name: "Live events" }).click()
    await page.getByRole("heading", { level: 1, name: "Live events" }).waitFor()
    expect(wrong).toEqual([])
  })
})
