// What a page shows as it changes, over answers that are no stream, and until its session ends.
import { describe, expect } from "vitest"
import { browserTest as it } from "../support/browser.ts"

describe("the stream of changes", () => {
  it("is tried again where a proxy answers in its place, and what was missed shows then", async ({
    page,
  }) => {
    let refused = 0
    await page.route("**/integration/stream", async (route) => {
      if (refused >= 2) return await route.continue()
      refused++
      await route.fulfill({ status: 503, body: "starting" })
    })
    await page.goto("/runs")
    const rows = page.getByRole("table", { name: "Runs" }).getByRole("row")
    await rows.nth(1).waitFor()
    const before = await rows.count()
    await page.evaluate("fetch('/integration/runs', { method: 'POST', body: '{\"replace\":true}' })")
    await expect.poll(() => rows.count(), { timeout: 15_000 }).toBe(before + 1)
    expect(refused).toBe(2)
  })

  it("ends with the session, and the page to sign in comes up", async ({ page, open }) => {
    const made = await page.request.post("/integration/session/links", {
      data: { role: "viewer", name: "Eve" },
      headers: { "sec-fetch-site": "same-origin" },
    })
    const { url } = (await made.json()) as { url: string }
    const viewer = await open({ storageState: { cookies: [], origins: [] } })
    await viewer.goto(url)
    await viewer.getByRole("navigation", { name: "Pages" }).waitFor() // signed in
    await viewer.goto("/runs")
    await viewer.getByRole("table", { name: "Runs" }).waitFor()

    const listed = await page.request.get("/integration/sessions")
    const { sessions } = (await listed.json()) as { sessions: { id: string; name: string }[] }
    const eve = sessions.find(({ name }) => name === "Eve")?.id
    await page.request.delete(`/integration/sessions/${eve}`, {
      headers: { "sec-fetch-site": "same-origin" },
    })
    await viewer.getByRole("heading", { name: "Sign in to ocean-sentry" }).waitFor()
  })
})
