// A dry run in the mapping studio: it outlasts its page, is found again, and can be cancelled.
import type { Page } from "playwright-core"
import { describe, expect } from "vitest"
import { isTooWide, browserTest as it, seriousIn } from "../support/browser.ts"

const openPanel = async (page: Page) => {
  await page.goto("/mapping")
  await page.getByRole("tab", { name: "Dry run" }).click()
}

describe("a dry run", () => {
  it("says what would change, and says it again to who comes back", async ({ page }) => {
    await openPanel(page)
    await page.getByRole("button", { name: "Start the dry run" }).click()
    const table = page.getByRole("table", { name: "What it would change" })
    await table.getByText("issue-tag").waitFor()
    await page.goto("/runs")
    await page.getByRole("table", { name: "Runs" }).waitFor()
    await openPanel(page)
    await table.getByText("issue-tag").waitFor()
    await page.getByText(/^Began/).waitFor()
    expect(await seriousIn(page)).toEqual([])
    await page.setViewportSize({ width: 400, height: 800 })
    // The page settles a moment after its size.
    await expect.poll(() => isTooWide(page)).toBe(false)
  })

  it("that is under way is taken up by who wants another, and cancelled", async ({ page }) => {
    const run = {
      ...{ id: "one", status: "running", readSoFar: 7, message: null, endedAt: null },
      startedAt: new Date().toISOString(),
      totals: { create: 0, update: 0, delete: 0, unchanged: 0, refused: 0, notDeleted: 0 },
    }
    // As the server answers where somebody else's takes its time.
    await page.route("**/integration/mapping/dry-runs", async (route) => {
      if (route.request().method() === "GET") return await route.fulfill({ json: { dryRuns: [] } })
      const body = { error: "dry_run_under_way", message: "another dry run is under way", dryRun: run }
      await route.fulfill({ status: 409, json: body })
    })
    await page.route("**/integration/mapping/dry-runs/one", async (route) => {
      if (route.request().method() === "DELETE") run.status = "cancelled"
      await route.fulfill({ json: { dryRun: run } })
    })
    await openPanel(page)
    await page.getByRole("button", { name: "Start the dry run" }).click()
    await page.getByText(/Another one was under way already/).waitFor()
    await page.getByText("7 objects read").waitFor()
    await page.getByRole("button", { name: "Cancel" }).click()
    await page.getByText(/Cancelled; it began/).waitFor()
    expect(await page.getByRole("button", { name: "Cancel" }).count()).toBe(0)
  })
})
