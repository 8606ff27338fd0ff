// The pages as a person walks them, before the demo's organization.
import type { Page } from "playwright-core"
import { describe, expect } from "vitest"
import { isTooWide, browserTest as it, seriousIn } from "../support/browser.ts"
import { putMapping, teamMapping } from "../support/mapping-editor.ts"

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name })

describe("the first page", () => {
  it("says what is connected and how the last run went, and leads to it", async ({ page }) => {
    await page.goto("/")
    await heading(page, "Overview").waitFor()
    await page.getByText("A simulated Sentry organization (acme-shop)").waitFor()
    await page.getByRole("link", { name: "What it did" }).click()
    await heading(page, "At the start of the program").waitFor()
    await page.getByRole("table", { name: "By kind" }).getByText("issue-tag").waitFor()
  })

  it("is left by the keyboard: what is typed into the search leads to an entity", async ({ page }) => {
    await page.goto("/")
    await heading(page, "Overview").waitFor()
    const search = page.getByRole("textbox", { name: "Search" })
    // The page is seen a moment before it listens to keys.
    for (let tries = 0; tries < 10 && !(await search.isVisible()); tries++) {
      await page.keyboard.press("Control+k")
      await search.waitFor({ timeout: 2_000 }).catch(() => undefined)
    }
    await search.fill("greta")
    await page.getByText("Greta Castillo").first().waitFor()
    const relations = page.getByRole("heading", { name: "Relations" })
    // What is found a moment later takes the selection away; a person presses once more.
    for (let tries = 0; tries < 5 && !(await relations.isVisible()); tries++) {
      await page.keyboard.press("ArrowDown")
      await page.keyboard.press("Enter")
      await relations.waitFor({ timeout: 3_000 }).catch(() => undefined)
    }
    await relations.waitFor()
  })
})

describe("runs", () => {
  it("are started, and watched until they end", async ({ page }) => {
    await page.goto("/runs")
    await page.getByRole("button", { name: "Resync", exact: true }).click()
    await heading(page, /Asked for/).waitFor()
    // The page is not loaded again: the stream tells of the end.
    await page.getByText("Completed").first().waitFor()
    const row = page.getByRole("table", { name: "By kind" }).getByRole("row").filter({ hasText: "issue-tag" })
    await row.getByText("Completed").waitFor()
  })

  it("of a part read that part alone", async ({ page }) => {
    await page.goto("/runs")
    await page.getByRole("button", { name: "Resync a part" }).click()
    await page.getByRole("combobox", { name: "Kinds" }).press("ArrowDown")
    await page.getByRole("option", { name: "team", exact: true }).click()
    await page.keyboard.press("Escape")
    await page.getByRole("button", { name: "Start" }).click()
    await page.getByText("only team").waitFor()
    await page.getByText("Completed").first().waitFor()
    const table = page.getByRole("table", { name: "By kind" })
    await table.getByRole("row").filter({ hasText: "sentryTeam" }).waitFor()
    expect(await table.getByRole("row").count()).toBe(2)
  })
})

describe("a run of more sources than are told one by one", () => {
  it("says how many there are beside", async ({ page }) => {
    await page.route(/\/integration\/runs\/[^/]+$/, async (route) => {
      const answer = await route.fetch()
      const { run } = (await answer.json()) as { run: object }
      await route.fulfill({ json: { run: { ...run, moreSources: 234 } } })
    })
    await page.goto("/")
    await page.getByRole("link", { name: "What it did" }).click()
    await page.getByText(/234 more sources are not told here one by one/).waitFor()
  })
})

describe("live events", () => {
  it("show as they come, with their payload, and are tried again", async ({ page, demo }) => {
    await demo.waitFor(/is in the catalog/)
    await page.goto("/live-events")
    const table = page.getByRole("table", { name: "Live events" })
    await table.getByRole("link").first().click()
    await page.getByRole("heading", { name: "Payload" }).waitFor()
    await page.getByText("Done").first().waitFor()
    await page.getByRole("button", { name: "Try again" }).click()
    await page.getByText("Done").first().waitFor()
  })
})

describe("live events that were given up", () => {
  /** As a page of the catalog asks. */
  const ask = async (page: Page, method: string, path: string, body?: object) =>
    await page.evaluate(
      async ([method, path, body]) => {
        const headers = body === undefined ? {} : { "content-type": "application/json" }
        const sent = body === undefined ? {} : { body: JSON.stringify(body) }
        const response = await fetch(String(path), { method: String(method), headers, ...sent })
        if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
        return await response.json()
      },
      [method, path, body] as const,
    )

  it("say why, and are tried again when that is mended", async ({ page, demo }) => {
    await demo.waitFor(/is in the catalog/)
    await page.goto("/live-events?state=dead")
    await page.getByText("No event matches.").waitFor()
    const path = "/v1/blueprints/sentryIssue"
    const { blueprint } = (await ask(page, "GET", path)) as {
      blueprint: { schema: { properties: { status: object }; required: string[] } } // the catalog's own answer
    }
    const { schema } = blueprint
    // From now on the catalog refuses every issue.
    const status = { type: "string", title: "Status", enum: ["none of Sentry's"] }
    await ask(page, "PATCH", path, { schema: { ...schema, properties: { ...schema.properties, status } } })
    const table = page.getByRole("table", { name: "Live events" })
    await table.getByText("Given up").first().waitFor({ timeout: 90_000 })
    await table
      .getByText(/status/)
      .first()
      .waitFor()

    await ask(page, "PATCH", path, { schema })
    await page.getByRole("button", { name: /^Try .* again$/ }).click()
    await page.getByText(/will be tried again/).waitFor()
    await page.getByText("No event matches.").waitFor()
    expect(await page.getByRole("button", { name: /^Try .* again$/ }).isVisible()).toBe(false)
  })
})

describe("blueprints", () => {
  it("are a graph, each with its schema beside it", async ({ page }) => {
    await page.goto("/blueprints")
    await page.getByRole("button", { name: /^Sentry Issue/ }).click()
    const panel = page.getByRole("region", { name: "Sentry Issue" })
    await panel.getByText("Is Unhandled", { exact: true }).waitFor()
    await panel.getByRole("button", { name: "Sentry Project Environment" }).click()
    await page.getByRole("region", { name: "Sentry Project Environment" }).waitFor()
    expect(page.url()).toContain("blueprint=sentryProjectEnvironment")
  })
})

describe("a webhook data source", () => {
  it("is made by its form, and shows its first event with what became of it", async ({ page }) => {
    await page.goto("/ingest-data?blueprint=sentryIssue")
    await page.getByRole("link", { name: "New webhook data source" }).click()
    await page.getByRole("textbox", { name: "Title" }).fill("My issues")
    await page.getByRole("textbox", { name: "Identifier" }).waitFor()
    await page.getByRole("button", { name: "Try it" }).click()
    await page.getByText("Would be applied").waitFor()
    await page.getByText("4711: created").waitFor()
    expect(await seriousIn(page)).toEqual([])
    await page.getByRole("button", { name: "Create" }).click()
    await page.getByText(/http:.*\/ingest\//).waitFor()
    await page.getByText("None yet.").waitFor()
    await page.getByRole("button", { name: "Send it" }).click()
    await page.getByRole("button", { name: /^Done/ }).click()
    await page.getByRole("link", { name: "4711" }).click()
    await heading(page, "A test event").waitFor()
  })
})

describe("the mapping", () => {
  it("that is broken is marked at its line, and is not saved", async ({ page }) => {
    await page.goto("/mapping")
    await putMapping(page, teamMapping("'.name |'"))
    const problems = page.getByRole("region", { name: "Problems" })
    await problems.getByText(/line 9/i).waitFor()
    expect(await page.getByRole("button", { name: "Save", exact: true }).isDisabled()).toBe(true)
    expect(await seriousIn(page)).toEqual([])
  })

  it("is tried on real objects, saved, and changes the entities; the version before comes back", async ({
    page,
  }) => {
    await page.goto("/mapping")
    await putMapping(page, teamMapping("'\"Team \" + .name'"))
    await page.getByRole("button", { name: "Fetch samples" }).click()
    await page
      .getByRole("button", { name: /^Team / })
      .first()
      .waitFor()
    await page.getByRole("button", { name: "Save and resync" }).click()
    await page.waitForURL(/\/runs\//)
    await page.getByText("Completed").first().waitFor()
    await page.goto("/entities/sentryTeam")
    await page
      .getByRole("link", { name: /^Team / })
      .first()
      .waitFor()

    await page.goto("/mapping")
    await page.getByRole("tab", { name: "History" }).click()
    await page.getByRole("button", { name: "Make it live" }).first().click()
    await page.getByText(/is live again/).waitFor()
  })

  it("of the older page is taken by the walk through Ingest data, and resynced", async ({ page }) => {
    await page.goto("/blueprints?blueprint=sentryIssue")
    await page.getByRole("link", { name: "Ingest data" }).last().click()
    await page
      .getByRole("link", { name: /^Sentry/ })
      .last()
      .click()
    await page.getByRole("combobox", { name: "Begin with" }).click()
    await page.getByRole("option").first().click()
    await page.getByRole("button", { name: /resync/i }).click()
    await page.waitForURL(/\/runs\//)
    await page.getByRole("table", { name: "By kind" }).waitFor()
  })
})

describe("every page", () => {
  const paths = [
    "/",
    "/blueprints",
    "/runs",
    "/live-events",
    "/mapping",
    "/ingest-data",
    "/ingest-data/new-webhook",
  ]
  for (const colorScheme of ["light", "dark"] as const) {
    it(`has nothing that axe-core calls serious, ${colorScheme}, and fits 400 pixels`, async ({ open }) => {
      const page = await open({ colorScheme, viewport: { width: 400, height: 800 } })
      for (const path of paths) {
        await page.goto(path)
        await page.getByRole("heading", { level: 1 }).waitFor()
        await page.locator("[aria-busy=true]").first().waitFor({ state: "hidden" })
        expect(await isTooWide(page), path).toBe(false)
        expect(await seriousIn(page), path).toEqual([])
      }
    })
  }
})
