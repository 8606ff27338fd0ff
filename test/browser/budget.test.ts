// What the pages cost: the JavaScript that the browser really loads for each, and how soon the first one stands.
import { describe, expect } from "vitest"
import { browserTest as it, scriptBudgetKb, scriptsOf } from "../support/browser.ts"

describe("the pages", () => {
  it("ask for a page's code while it is not yet known who asks", async ({ open }) => {
    const page = await open()
    const asked = Promise.withResolvers<void>()
    page.on("request", (request) => /\/assets\/entities-.*\.js$/.test(request.url()) && asked.resolve())
    await page.route("**/integration/session", async (route) => {
      await asked.promise
      await route.continue()
    })
    await page.goto("/entities/sentryIssue")
    await page.getByRole("table", { name: "Sentry Issue" }).waitFor()
  })

  it("load at most 350 kB of JavaScript each, compressed, without graph and editor", async ({ open }) => {
    for (const path of ["/", "/entities/sentryIssue"]) {
      const page = await open()
      const { kb, files } = await scriptsOf(page, path)
      expect(files).toBeGreaterThan(2)
      expect(kb, path).toBeLessThan(scriptBudgetKb)
    }
  })
})
