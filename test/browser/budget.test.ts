// What the pages cost: the JavaScript that the browser really loads for each, and how soon the first one stands.
import { describe, expect } from "vitest"
import { browserTest as it } from "../support/browser.ts"

/** Kilobytes of JavaScript, compressed, without the graph and the editor. */
const budget = 350

describe("the pages", () => {
  it("load at most 350 kB of JavaScript each, compressed, without graph and editor", async ({ open }) => {
    for (const path of ["/", "/entities/sentryIssue"]) {
      const page = await open()
      let bytes = 0
      let files = 0
      page.on("response", async (response) => {
        if (!/\.js$/.test(new URL(response.url()).pathname) || /graph|editor/.test(response.url())) return
        files++
        bytes += Number(response.headers()["content-length"] ?? 1_000_000)
        expect(response.headers()["content-encoding"], response.url()).toBe("gzip")
      })
      await page.goto(path, { waitUntil: "networkidle" })
      expect(files).toBeGreaterThan(2)
      expect(bytes / 1000, path).toBeLessThan(budget)
    }
  })
})
