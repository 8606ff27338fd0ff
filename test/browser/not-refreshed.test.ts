// A page whose data could not be read anew keeps what it shows, and says so.
import type { Page } from "playwright-core"
import { describe, expect } from "vitest"
import { browserTest as it, seriousIn } from "../support/browser.ts"

const pages: readonly [name: string, path: string, shown: (page: Page) => Promise<unknown>][] = [
  ["the overview", "/", (page) => page.getByRole("heading", { name: "In the catalog" }).waitFor()],
  ["the runs", "/runs", (page) => page.getByRole("table", { name: "Runs" }).waitFor()],
  [
    "the entities",
    "/entities/sentryIssue",
    (page) => page.getByRole("table", { name: "Sentry Issue" }).waitFor(),
  ],
  ["the blueprints", "/blueprints", (page) => page.getByRole("button", { name: /^Sentry Issue/ }).waitFor()],
]

describe("what cannot be refreshed", () => {
  for (const [name, path, shown] of pages) {
    it(`stays on ${name}, with a line that says so and another try`, async ({ page }) => {
      await page.goto(path)
      await shown(page)
      const routes = /\/integration\/(overview|runs)|\/v1\//
      await page.route(routes, (route) =>
        route.fulfill({ status: 503, json: { ok: false, message: "the database is away" } }),
      )
      // A change of theirs has them read anew; else another page and back does, after a while.
      const headers = { "sec-fetch-site": "same-origin" }
      await page.request.patch("/v1/blueprints/sentryTeam", { data: { description: name }, headers })
      await page.getByRole("link", { name: "Ingest data" }).click()
      await page.getByRole("heading", { level: 1, name: "Ingest data" }).waitFor()
      await page.waitForTimeout(5_500)
      await page.goBack()
      const line = page.getByText("Could not be refreshed: the database is away")
      await line.waitFor()
      await shown(page)
      expect(await seriousIn(page)).toEqual([])
      await page.unroute(routes)
      await line.getByRole("button", { name: "Try again" }).click()
      await line.waitFor({ state: "hidden" })
      await shown(page)
    })
  }
})
