// Entities as a person walks them: a table, a filter that is shared, an issue followed to its project.
import { readFileSync } from "node:fs"
import { describe, expect } from "vitest"
import { isTooWide, browserTest as it, seriousIn } from "../support/browser.ts"

describe("the entities", () => {
  it("are a table, whose filter is in the address and shows the same to another person", async ({
    page,
    open,
  }) => {
    await page.goto("/entities/sentryIssue")
    const rows = page.getByRole("table", { name: "Sentry Issue" }).getByRole("row")
    await rows.nth(1).waitFor()
    expect(await rows.count()).toBe(51) // a head, and a page of fifty

    await page.getByRole("button", { name: "Filter", exact: true }).click()
    await page.getByRole("combobox", { name: "Column" }).fill("Status")
    await page.getByRole("option", { name: "Status" }).click()
    await page.getByRole("combobox", { name: "Value" }).press("ArrowDown")
    await page.getByRole("option", { name: "ignored" }).click()
    await page.keyboard.press("Escape")
    await page.getByRole("button", { name: "Add" }).click()
    await page.getByRole("button", { name: "Status is one of ignored", exact: true }).waitFor()
    await page.getByText("Nothing matches").waitFor() // the demo's list has unresolved ones alone

    const other = await open()
    await other.goto(page.url())
    await other.getByText("Nothing matches").waitFor()
    await other.getByRole("button", { name: "Remove the filter: Status is one of ignored" }).click()
    await other.getByRole("table", { name: "Sentry Issue" }).waitFor()
  })

  it("lead from an issue to its project environment, and back along the same relation", async ({ page }) => {
    await page.goto("/entities/sentryIssue")
    const table = page.getByRole("table", { name: "Sentry Issue" })
    const title = (await table.getByRole("row").nth(1).getByRole("link").first().textContent()) ?? ""
    await table.getByRole("link", { name: title, exact: true }).click()
    await page.getByRole("heading", { level: 1, name: title }).waitFor()

    const relations = page
      .locator("section, div")
      .filter({ has: page.getByRole("heading", { name: "Relations" }) })
      .last()
    const project = relations.getByRole("link").first()
    const name = (await project.textContent()) ?? ""
    await project.click()
    await page.getByRole("heading", { level: 1, name }).waitFor()
    await page.getByText("Sentry Issue, by its “Sentry Project Environments”").waitFor()
  })

  it("are saved as CSV, all that pass the filters", async ({ page }) => {
    await page.goto("/entities/sentryUser?text=example")
    await page.getByRole("table", { name: "Sentry User" }).waitFor()
    await page.getByRole("button", { name: "Export" }).click()
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "CSV, the columns shown" }).click(),
    ])
    expect(saved.suggestedFilename()).toBe("sentryUser.csv")
    const lines = readFileSync(await saved.path(), "utf8")
      .trim()
      .split("\r\n")
    expect(lines[0]).toMatch(/^Identifier,Title,Username/)
    expect(lines).toHaveLength(13) // the demo's twelve people
  })

  for (const colorScheme of ["light", "dark"] as const) {
    it(`and a page of one have nothing that axe-core calls serious, ${colorScheme}`, async ({ open }) => {
      const page = await open({ colorScheme })
      await page.goto("/entities/sentryIssue")
      await page.getByRole("table", { name: "Sentry Issue" }).waitFor()
      expect(await seriousIn(page)).toEqual([])
      await page.getByRole("table").getByRole("row").nth(1).getByRole("link").first().click()
      await page.getByRole("heading", { name: "Relations" }).waitFor()
      expect(await seriousIn(page)).toEqual([])
    })
  }

  it("fit a screen 400 pixels wide", async ({ open }) => {
    const page = await open({ viewport: { width: 400, height: 800 } })
    await page.goto("/entities/sentryIssue")
    await page.getByRole("table", { name: "Sentry Issue" }).waitFor()
    expect(await isTooWide(page)).toBe(false)
    await page.getByRole("button", { name: "Open the menu" }).click()
    await page.getByRole("link", { name: "Sentry User" }).click()
    await page.getByRole("heading", { level: 1, name: "Sentry User" }).waitFor()
  })
})
