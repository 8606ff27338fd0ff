// The pages of a host as whoever runs it walks them: from the first link to the removal of an installation.
import type { Browser, Page } from "playwright-core"
import { describe, expect, onTestFinished } from "vitest"
import { signIn } from "../../scripts/demo-in-browser.ts"
import {
  isTooWide,
  browserTest as it,
  scriptBudgetKb,
  scriptsOf,
  seriousIn,
  watch,
} from "../support/browser.ts"
import { contentOf, type DropInPeers, startPeers } from "../support/drop-in.ts"
import { type Host, installationOf, startHost } from "../support/hosted.ts"
import { send } from "../support/pages.ts"

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name })
const box = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true })

/** Signed in by the link that the host printed. What a page must not do fails its test. */
async function openHost(
  browser: Browser,
  env: Record<string, string> = {},
): Promise<{ host: Host; page: Page }> {
  const host = await startHost(env)
  // Its origin is what the host was told; the browser is on this machine.
  const [, token = ""] = await host.program.waitFor(/\/sign-in#(\S+)/)
  const context = await browser.newContext({
    baseURL: host.url,
    viewport: { width: 1280, height: 800 },
    storageState: await signIn(browser, `${host.url}/sign-in#${token}`),
    reducedMotion: "reduce", // a dialog that is half there is no page to judge
    permissions: ["clipboard-read", "clipboard-write"],
  })
  const page = await context.newPage()
  const wrong = watch(page, host.url)
  onTestFinished(async () => {
    await context.close()
    expect(wrong).toEqual([])
  })
  return { host, page }
}

async function fill(page: Page, { simulator, port, catalog }: DropInPeers, token: string): Promise<void> {
  await box(page, "Name").fill("acme")
  await box(page, "Organization").fill(simulator.slug)
  await box(page, "Sentry host").fill(simulator.url)
  await box(page, "Token").fill(token)
  await box(page, "Webhook secret").fill(`secret of ${simulator.url}`)
  await box(page, "Address").fill(port.url)
  await box(page, "Client id").fill(catalog.clientId)
  await box(page, "Client secret").fill(catalog.clientSecret)
}

describe("the pages of a host", { timeout: 240_000 }, () => {
  it("lead from the first link to an installation that works, is changed and is removed", async ({
    browser,
  }) => {
    const peers = await startPeers()
    const { host, page } = await openHost(browser)
    await page.goto("/")
    await page.getByRole("heading", { name: "No installation yet" }).waitFor()
    expect(await seriousIn(page)).toEqual([])
    await page.getByRole("link", { name: "New installation" }).last().click()
    await heading(page, "New installation").waitFor()

    await page.getByRole("button", { name: "Create" }).click()
    // Name, organization, token, client id and client secret.
    expect(await page.getByText("This is needed.").count()).toBe(5)
    expect(await page.locator("input:focus").getAttribute("placeholder")).toBe("acme")

    // What is wrong is told at its field, where the cursor goes.
    await fill(page, peers, "sntryu_wrong")
    await box(page, "Sentry host").fill("sentry.example")
    await page.getByRole("combobox", { name: "Interval" }).or(box(page, "Interval")).first().fill("5s")
    await page.keyboard.press("Escape")
    await page.getByRole("button", { name: "Create" }).click()
    await page.getByText("Expected an address that begins with http:// or https://.").waitFor()
    await page.getByText("Expected a span such as 1h, at least 1m.").waitFor()
    expect(await page.locator("input:focus").inputValue()).toBe("sentry.example")
    expect(await seriousIn(page)).toEqual([])
    await box(page, "Sentry host").fill(peers.simulator.url)
    await page.getByLabel("Interval").first().fill("1h")
    await page.keyboard.press("Escape")
    await page.getByRole("button", { name: "Create" }).click()

    // A wrong token is Sentry's to know: the run says so.
    await heading(page, "acme").waitFor()
    const runs = page.getByRole("table", { name: "Runs" })
    await runs.getByText("Failed").first().waitFor({ timeout: 90_000 })
    await page.getByText("The last resync failed").waitFor()
    expect(await page.content()).not.toContain("sntryu_wrong")
    expect(await seriousIn(page)).toEqual([])

    await page.getByRole("button", { name: "Replace the token" }).click()
    await box(page, "Token").fill(peers.simulator.token)
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByText("Saved. It holds for the next run.").waitFor()
    await page.getByRole("button", { name: "Replace the token" }).waitFor() // and it is shown no more
    await page.getByRole("button", { name: "Resync now" }).click()
    await runs.getByText("Completed").first().waitFor({ timeout: 90_000 })
    await runs
      .getByText(/created/)
      .first()
      .waitFor()
    await page.getByText("The last resync failed").waitFor({ state: "hidden" })
    expect(await contentOf(peers.catalog, "sentryIssue")).toHaveLength(90)

    await page.getByRole("button", { name: "Copy the webhook address" }).click()
    const copied = await page.evaluate("navigator.clipboard.readText()")
    expect(copied).toBe(`${host.url}/in/acme/integration/webhook`)

    await page.getByLabel("Interval").first().fill("2h30m")
    await page.keyboard.press("Escape")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByRole("button", { name: "Save" }).and(page.locator("[data-disabled]")).waitFor()
    expect((await host.request("GET", "/acme")).body).toMatchObject({
      installation: {
        interval: "9000s",
        secrets: ["port.clientSecret", "sentry.token", "sentry.webhookSecret"],
      },
    })

    await page.getByRole("button", { name: "Pause" }).click()
    const question = page.getByRole("dialog")
    await question.getByText("In Port everything stays as it is.").waitFor()
    await question.getByRole("button", { name: "Pause" }).click()
    await page.getByText("Paused", { exact: true }).waitFor()
    expect(await page.getByRole("button", { name: "Resync now" }).isDisabled()).toBe(true)
    await page.getByRole("button", { name: "Resume" }).click()
    await page.getByText("On", { exact: true }).waitFor()

    await page.getByRole("button", { name: "Remove" }).click()
    await question.getByText(/In Port everything stays: its entities/).waitFor()
    expect(await seriousIn(page)).toEqual([])
    await question.getByRole("button", { name: "Remove acme" }).click()
    await page.getByRole("heading", { name: "No installation yet" }).waitFor()
    expect((await host.request("GET", "/acme")).status).toBe(404)
    expect(await contentOf(peers.catalog, "sentryIssue")).toHaveLength(90)
  })

  it("show what others do as they do it, and are read on a phone and in the dark", async ({ browser }) => {
    const peers = await startPeers()
    const { host, page } = await openHost(browser, { OCEAN__BASE_URL: "https://host.example" })
    await page.goto("/")
    await page.getByRole("heading", { name: "No installation yet" }).waitFor()
    await host.request("PUT", "/acme", installationOf(peers))
    const table = page.getByRole("table", { name: "Installations" })
    await table.getByRole("link", { name: "acme" }).waitFor()
    await table.getByText("Completed").waitFor({ timeout: 90_000 })
    await host.request("PUT", "/paused", { sentry: { organization: "globex" }, enabled: false })
    await table.getByText("Paused", { exact: true }).waitFor()
    await host.request("PUT", "/unfinished", { sentry: { organization: "initech" } })
    const matters = page.getByRole("region", { name: "What needs you" })
    await matters.getByText("sentry.token is not set").waitFor()
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme })
      for (const width of [1280, 400]) {
        await page.setViewportSize({ width, height: 800 })
        for (const path of ["/", "/installations/acme", "/installations/unfinished", "/new-installation"]) {
          await page.goto(path)
          await page.getByRole("heading", { level: 1 }).waitFor()
          await page.locator("[aria-busy=true]").first().waitFor({ state: "hidden" })
          const name = `${path} ${colorScheme} ${width}`
          expect(await seriousIn(page), name).toEqual([])
          expect(await isTooWide(page), name).toBe(false)
        }
      }
    }
    for (const path of ["/", "/installations/acme", "/new-installation"]) {
      const fresh = await page.context().newPage() // it has loaded nothing yet
      expect((await scriptsOf(fresh, path)).kb, path).toBeLessThan(scriptBudgetKb)
      await fresh.close()
    }
    await host.request("DELETE", "/unfinished")
    await page.goto("/installations/unfinished")
    await page.getByRole("heading", { name: "There is no installation “unfinished”" }).waitFor()
  })

  it("let one who may only look change nothing, and find an installation by the keyboard", async ({
    browser,
  }) => {
    const peers = await startPeers()
    const { host, page: admin } = await openHost(browser)
    await host.request("PUT", "/acme", installationOf(peers, { enabled: false }))
    await admin.goto("/")
    const made = (await admin.evaluate(
      `fetch("/integration/session/links", { method: "POST", body: '{"role":"viewer","name":"Ada"}' }).then((a) => a.json())`,
    )) as { url: string } // as the API documents it
    const context = await browser.newContext({
      baseURL: host.url,
      storageState: await signIn(browser, made.url),
    })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    await page.goto("/")
    await page.getByRole("table", { name: "Installations" }).getByText("Paused", { exact: true }).waitFor()
    expect(await page.getByRole("link", { name: "New installation" }).count()).toBe(0)
    const search = page.getByRole("textbox", { name: "Search" })
    // The page is seen a moment before it listens to keys.
    for (let tries = 0; tries < 10 && !(await search.isVisible()); tries++) {
      await page.keyboard.press("Control+k")
      await search.waitFor({ timeout: 2_000 }).catch(() => undefined)
    }
    await search.fill("acm")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await heading(page, "acme").waitFor()
    await page.getByRole("heading", { name: "Settings" }).waitFor()
    for (const name of ["Save", "Resync now", "Resume", "Remove", "Replace the token"])
      expect(await page.getByRole("button", { name }).count(), name).toBe(0)
    expect(await box(page, "Organization").isDisabled()).toBe(true)
    expect(await seriousIn(page)).toEqual([])
    const refused = await page.evaluate(
      "fetch('/host/installations/acme', { method: 'DELETE' }).then((a) => a.status)",
    )
    expect(refused).toBe(403)
    expect((await send("GET", `${host.url}/host/installations/acme`)).status).toBe(401)
  })
})
