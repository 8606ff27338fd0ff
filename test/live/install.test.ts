// The zero-touch set-up against the simulated Sentry: every way it can stand, and never a second integration.
import { describe, expect, it, onTestFinished } from "vitest"
import { silentLogger } from "../../src/common/logger.ts"
import { systemClock } from "../../src/common/sleep.ts"
import { createAppsClient } from "../../src/sentry/apps-client.ts"
import { type InstallDeps, type InstallOptions, installWebhooks } from "../../src/sentry/webhooks/install.ts"
import { wantedIntegration } from "../../src/sentry/webhooks/install-plan.ts"
import { settingsPage } from "../../src/sentry/webhooks/install-steps.ts"
import { readScopes, type Scope } from "../../src/simulator/access.ts"
import { createOrganization } from "../../src/simulator/organization.ts"
import type { SimulatorOptions } from "../../src/simulator/serve.ts"
import { createConnections, integrationDeps } from "../support/fake-sentry.ts"
import { steppedClock, useSimulator } from "../support/simulator.ts"

const url = "https://catalog.example.com/integration/webhook"
const wanted = wantedIntegration({ url, identifier: "my-sentry", events: ["issue", "comment"] })
const words = { secretSetting: "SECRET", testCommand: "webhooks test" }
const signal = new AbortController().signal
const writer: Scope[] = [...readScopes, "org:write"]

async function start(options: SimulatorOptions = {}) {
  const clock = steppedClock("2026-11-20T10:15:00Z")
  const organization = createOrganization({ slug: "acme", clock })
  const simulator = await useSimulator({
    organization,
    tokens: {
      writer: { owner: "user", scopes: writer },
      owner: { owner: "user", scopes: [...writer, "org:admin"] },
      reader: { owner: "user" },
      robot: { owner: "integration", scopes: writer },
      blind: { owner: "user", scopes: ["event:read"] },
    },
    ...options,
  })
  const connections = createConnections()
  onTestFinished(() => connections.close())
  function install(
    token: string,
    options: Partial<InstallOptions> = {},
    deps: Partial<InstallDeps> = {},
    want = wanted,
  ) {
    const ours = integrationDeps(simulator.url, connections, { token })
    const api = createAppsClient(ours)
    // Of the real clock only the waiting is shortened.
    const quick = { now: systemClock.now, sleep: (ms: number) => systemClock.sleep(ms / 20) }
    return installWebhooks(
      { api, settings: ours.settings, words, log: silentLogger, clock: quick, ...deps },
      want,
      { mayWrite: true, knownSecrets: [], ...options },
      signal,
    )
  }
  const apps = () => [...organization.apps.values()]
  const writes = () => simulator.requests.filter(({ method }) => method !== "GET")
  return { organization, simulator, clock, install, apps, writes }
}

describe("where nothing is set up", () => {
  it("the integration is created, with its address, events and permissions, and its secret is read", async () => {
    const { install, apps } = await start()
    const outcome = await install("writer")
    const [app] = apps()
    expect(apps()).toHaveLength(1)
    expect(app).toMatchObject({
      name: "ocean-sentry my-sentry",
      webhookUrl: url,
      events: ["issue", "comment"],
      status: "internal",
      isAlertable: true,
      scopes: ["event:read", "member:read", "org:read", "project:read", "team:read"],
    })
    expect(outcome).toMatchObject({ state: "created", secret: app?.clientSecret })
    expect(outcome.steps).toEqual(["Set SECRET to the integration's client secret."])
    expect(outcome.app?.page).toMatch(/\/settings\/acme\/developer-settings\/ocean-sentry-my-sentry-/)
  })

  it("a second time nothing is written", async () => {
    const { install, apps, writes } = await start()
    const { secret = "" } = await install("writer")
    const before = writes().length
    const again = await install("writer", { knownSecrets: [secret] })
    expect(again).toMatchObject({ state: "right", steps: [], secret })
    expect(again.said.at(-1)).toBe("The configured secret is the integration's.")
    expect(writes()).toHaveLength(before)
    expect(apps()).toHaveLength(1)
  })

  it.each([
    ["an integration's token", "robot"],
    ["a person's token that may only read", "reader"],
  ])("%s leads to the steps a person must take", async (_, token) => {
    const { install, apps } = await start()
    const outcome = await install(token)
    expect(outcome.state).toBe("by-hand")
    expect(outcome.said.join(" ")).toContain("403")
    const steps = outcome.steps.join("\n")
    for (const words of [
      url,
      "Internal Integration",
      "Issue & Event",
      "tick issue and comment",
      "Client Secret",
      "SECRET",
    ])
      expect(steps).toContain(words)
    expect(apps()).toEqual([])
  })

  it("a token that may not even look, or a server without such a list, leads to the same steps", async () => {
    const { install, simulator } = await start()
    expect(await install("blind")).toMatchObject({ state: "by-hand", steps: { length: 8 } })
    simulator.faults.add({ path: /sentry-apps/, action: { status: 404, body: "" } })
    expect(await install("writer")).toMatchObject({ state: "by-hand", steps: { length: 8 } })
  })

  it("nothing is written where that is not allowed", async () => {
    const { install, writes } = await start()
    expect(await install("writer", { mayWrite: false })).toMatchObject({
      state: "by-hand",
      steps: { length: 8 },
    })
    expect(writes()).toEqual([])
  })

  it("a server that does not answer leads to nothing but a word of it", async () => {
    const { install, simulator, apps } = await start()
    simulator.faults.add({ path: /sentry-apps/, action: { status: 503 } })
    expect(await install("writer")).toMatchObject({ state: "failed", steps: [] })
    expect(await install("nobody's")).toMatchObject({ state: "failed", steps: [] })
    expect(apps()).toEqual([])
  })

  it("a creation that failed half-way is not tried again, and found the next time", async () => {
    const { install, simulator, apps } = await start()
    simulator.faults.add({ path: /sentry-apps\/$/, method: "POST", action: "half-body", times: 1 })
    expect(await install("writer")).toMatchObject({ state: "failed" })
    expect(apps()).toHaveLength(1)
    expect(await install("writer")).toMatchObject({ state: "right" })
    expect(apps()).toHaveLength(1)
  })

  it("a 9 series server, which shows the secret only in its list, gives it too", async () => {
    const { install, apps } = await start({ legacy: true })
    expect(await install("writer")).toMatchObject({ state: "created", secret: apps()[0]?.clientSecret })
  })
})

describe("where an integration is there", () => {
  it.each([
    "https://catalog.example.com/integration/webhook/",
    "https://CATALOG.example.com:443/integration/webhook",
  ])("one whose address is written %s is found", async (webhookUrl) => {
    const { organization, install, writes } = await start()
    organization.addApp({ name: "By hand", webhookUrl, events: ["issue", "comment"], scopes: ["event:read"] })
    expect(await install("writer")).toMatchObject({ state: "right", app: { name: "By hand" } })
    expect(writes()).toEqual([])
  })

  it("an address that changed is mended in the one that is ours, however it was renamed", async () => {
    const { install, apps, organization } = await start()
    await install("writer")
    organization.updateApp(apps()[0]?.slug ?? "", { name: "Our catalog" })
    const moved = { ...wanted, url: "https://new.example.com/integration/webhook" }
    const outcome = await install("writer", {}, {}, moved)
    expect(outcome.state).toBe("changed")
    expect(outcome.said[0]).toContain(`went to ${url} instead of ${moved.url}`)
    expect(apps()).toMatchObject([
      { name: "Our catalog", webhookUrl: moved.url, events: ["issue", "comment"] },
    ])
  })

  it("another installation's integration is left alone", async () => {
    const { install, apps } = await start()
    await install("writer")
    const other = wantedIntegration({
      url: "https://other.example.com/x",
      identifier: "theirs",
      events: ["issue"],
    })
    expect(await install("writer", {}, {}, other)).toMatchObject({ state: "created" })
    expect(apps().map(({ webhookUrl }) => webhookUrl)).toEqual([url, other.url])
  })

  it("events and the permission that are missing are added, and nothing is taken away", async () => {
    const { organization, install, apps } = await start()
    organization.addApp({ name: "By hand", webhookUrl: url, events: ["error"], scopes: ["org:read"] })
    const outcome = await install("writer")
    expect(outcome.state).toBe("changed")
    expect(outcome.said[0]).toContain("issue and comment")
    expect(apps()).toMatchObject([
      {
        events: ["error", "issue", "comment"],
        scopes: ["org:read", "event:read"],
        name: "By hand",
        webhookUrl: url,
      },
    ])
  })

  it("a person is told what to change where the token may not", async () => {
    const { organization, install, apps } = await start()
    organization.addApp({ name: "By hand", webhookUrl: url, events: ["comment"], scopes: ["event:read"] })
    for (const outcome of [await install("robot"), await install("writer", { mayWrite: false })]) {
      expect(outcome).toMatchObject({ state: "by-hand", app: { name: "By hand" } })
      expect(outcome.steps.join("\n")).toContain("tick issue and comment")
    }
    expect(apps()).toMatchObject([{ events: ["comment"] }])
  })

  it("one with a permission that the caller does not hold cannot be changed, and the reason is told", async () => {
    const { organization, install } = await start()
    organization.addApp({
      name: "Mighty",
      webhookUrl: url,
      events: [],
      scopes: ["event:read", "project:write"],
    })
    const outcome = await install("writer")
    expect(outcome.state).toBe("by-hand")
    expect(outcome.said.join(" ")).toContain("project:write exceeds")
  })

  it("one that Sentry switched off is a person's matter", async () => {
    const { organization, install } = await start()
    organization.addApp({
      name: "Off",
      webhookUrl: url,
      events: ["issue", "comment"],
      scopes: ["event:read"],
      isDisabled: true,
    })
    const outcome = await install("writer")
    expect(outcome.state).toBe("by-hand")
    expect(outcome.steps[0]).toContain("switched the integration off")
  })
})

describe("the secret", () => {
  it("that is configured wrongly is told", async () => {
    const { install } = await start()
    await install("writer")
    const { steps } = await install("writer", { knownSecrets: ["another"] })
    expect(steps).toEqual([expect.stringContaining("the configured secret is not the integration's")])
  })

  it.each([
    ["a day later", "writer", "2026-11-22T10:15:00Z"],
    ["to who may not write", "reader", "2026-11-20T10:16:00Z"],
  ])("is not shown %s: a person is told where it is, unless one is configured", async (_, token, time) => {
    const { install, clock } = await start()
    await install("writer")
    clock.set(time)
    const unknown = await install(token)
    expect(unknown).toMatchObject({ state: "right", secret: undefined })
    expect(unknown.steps.join(" ")).toContain("Rotate client secret")
    const known = await install(token, { knownSecrets: ["one"] })
    expect(known.steps).toEqual([])
    expect(known.said.at(-1)).toContain("was not compared")
  })

  it("is replaced only where that was asked for", async () => {
    const { install, clock, apps } = await start()
    const { secret } = await install("writer")
    clock.set("2026-11-22T10:15:00Z")
    const outcome = await install("writer", { rotateSecret: true })
    expect(outcome.secret).toBe(apps()[0]?.clientSecret)
    expect(outcome.secret).not.toBe(secret)
    expect(outcome.said.join(" ")).toContain("replaced")
  })
})

describe("several processes at once", () => {
  it("that share a lock create one", async () => {
    const { install, apps } = await start()
    let last: Promise<unknown> = Promise.resolve()
    const exclusively: InstallDeps["exclusively"] = (work) => {
      const mine = last.then(work)
      last = mine.catch(() => undefined)
      return mine
    }
    const outcomes = await Promise.all([1, 2, 3].map(() => install("writer", {}, { exclusively })))
    expect(outcomes.map(({ state }) => state).sort()).toEqual(["created", "right", "right"])
    expect(apps()).toHaveLength(1)
  })

  it("that share nothing leave one, with the secret that all of them learn", async () => {
    const { install, apps } = await start({ latencyMs: 20 })
    const outcomes = await Promise.all([1, 2, 3].map(() => install("owner")))
    expect(apps()).toHaveLength(1)
    expect(new Set(outcomes.map(({ secret }) => secret))).toEqual(new Set([apps()[0]?.clientSecret]))
    expect(outcomes.filter(({ state }) => state === "created")).toHaveLength(1)
  })

  it("that may not delete leave one that sends, and name the others", async () => {
    const { install, apps } = await start({ latencyMs: 20 })
    const outcomes = await Promise.all([1, 2].map(() => install("writer")))
    expect(apps().filter(({ events }) => events.length > 0)).toHaveLength(1)
    expect(
      outcomes.flatMap(({ steps }) => steps).filter((step) => step.includes("Delete the second")),
    ).toHaveLength(1)
  })
})

describe("the page of the settings", () => {
  it.each([
    ["https://us.sentry.io", "https://sentry.io/settings/acme/developer-settings/"],
    ["https://acme.sentry.io", "https://sentry.io/settings/acme/developer-settings/"],
    [
      "https://tools.example.com/sentry",
      "https://tools.example.com/sentry/settings/acme/developer-settings/",
    ],
  ])("of %s is %s", (host, page) => {
    expect(settingsPage({ host, organization: "acme" })).toBe(page)
  })
})
