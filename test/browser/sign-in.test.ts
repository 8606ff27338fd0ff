// Who may look, who may change, and what becomes of a link that was used.
import { describe, expect } from "vitest"
import { browserTest as it, seriousIn } from "../support/browser.ts"

describe("signing in", () => {
  it("takes a link: without one a page shows how to get it, and a used one says so", async ({
    open,
    demo,
  }) => {
    const page = await open({ storageState: { cookies: [], origins: [] } })
    await page.goto("/entities/sentryIssue")
    await page.getByRole("heading", { name: "Sign in to ocean-sentry" }).waitFor()
    expect(await seriousIn(page)).toEqual([])
    const [used = ""] = await demo.waitFor(/http:\S+\/sign-in#\S+/)
    await page.getByRole("textbox", { name: "The link" }).fill(used)
    await page.getByRole("button", { name: "Sign in" }).click()
    await page.getByText("this link was used already; each works once").waitFor()
  })

  it("as somebody who may only look shows no way to change anything, and the server refuses it", async ({
    page,
    open,
  }) => {
    await page.goto("/runs")
    await page.getByRole("button", { name: /may change things/ }).click()
    await page.getByRole("menuitem", { name: "Invite somebody" }).click()
    await page.getByRole("textbox", { name: "Who is it for?" }).fill("Ada")
    await page.getByRole("button", { name: "Make a link" }).click()
    const link = await page.getByText(/sign-in#/).textContent()

    const viewer = await open({ storageState: { cookies: [], origins: [] } })
    await viewer.goto(link ?? "")
    await viewer.getByText("may look only").waitFor()
    expect(viewer.url()).not.toContain("#") // the token stays in no history
    await viewer.goto("/runs")
    await viewer.getByRole("table", { name: "Runs" }).waitFor()
    expect(await viewer.getByRole("button", { name: "Resync" }).count()).toBe(0)
    const refused = await viewer.evaluate(
      "fetch('/integration/runs', { method: 'POST', body: '{}' }).then((a) => a.status)",
    )
    expect(refused).toBe(403)

    await viewer.getByRole("button", { name: /may look only/ }).click()
    await viewer.getByRole("menuitem", { name: "Sign out" }).click()
    await viewer.getByRole("heading", { name: "Sign in to ocean-sentry" }).waitFor()
  })
})
