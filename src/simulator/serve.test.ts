// The server around the API: limits, faults, latency, counts, and the older version.
import { describe, expect, it } from "vitest"
import { ask, steppedClock, useSimulator, walk } from "../../test/support/simulator.ts"
import { generateOrganization } from "./generate.ts"
import type { SimulatorOptions } from "./serve.ts"

async function start(options: SimulatorOptions = {}) {
  const clock = steppedClock("2026-11-20T10:15:00Z")
  const organization = generateOrganization({ projects: 2, issuesPerProject: 5, members: 6, clock })
  const simulator = await useSimulator({ organization, ...options })
  return { simulator, organization, clock, base: `organizations/${simulator.slug}` }
}

describe("rate limits", () => {
  it("there are none, and no headers of any, unless asked for", async () => {
    const { simulator } = await start()
    const { headers } = await ask(simulator, "projects/")
    expect([...headers.keys()].filter((name) => name.startsWith("x-sentry"))).toEqual([])
  })

  it("a window that is used up answers 429 until it ends", async () => {
    const { simulator, clock } = await start({ limits: "sentry.io" })
    const path = `projects/${simulator.slug}/checkout-api/issues/`
    const statuses: number[] = []
    for (let number = 0; number < 6; number++) statuses.push((await ask(simulator, path)).status)
    const refused = await ask(simulator, path)
    const other = await ask(simulator, "projects/")
    clock.set("2026-11-20T10:15:01Z")
    const later = await ask(simulator, path)

    expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
    expect(refused.text).toBe(
      '{"detail":"You are attempting to use this endpoint too frequently. Limit is 5 requests in 1 seconds"}',
    )
    expect(refused.headers.get("x-sentry-rate-limit-remaining")).toBe("0")
    expect(refused.headers.get("x-sentry-rate-limit-reset")).toBe(
      String(Date.parse("2026-11-20T10:15:01Z") / 1000),
    )
    expect(refused.headers.get("date")).toBe("Fri, 20 Nov 2026 10:15:00 GMT")
    expect(other.headers.get("x-sentry-rate-limit-limit")).toBe("40")
    expect(later.status).toBe(200)
    expect(later.headers.get("x-sentry-rate-limit-remaining")).toBe("4")
  })

  it("endpoints without a limit of their own share one, and both forms of a path count as one", async () => {
    const limits = {
      default: { limit: 2, windowSeconds: 1, concurrent: 5 },
      "organizations/{org}/issues/{issue}/": { limit: 1, windowSeconds: 1, concurrent: 5 },
    }
    const { simulator, base, organization } = await start({ limits })
    const [issue] = organization.issues.values()
    const status = async (path: string) => (await ask(simulator, path)).status

    expect([
      await status("projects/"),
      await status(`${base}/members/`),
      await status("organizations/"),
    ]).toEqual([200, 200, 429])
    expect([await status(`issues/${issue?.id}/`), await status(`${base}/issues/${issue?.id}/`)]).toEqual([
      200, 429,
    ])
  })

  it("too many at once are refused while others run", async () => {
    const { simulator } = await start({
      limits: { default: { limit: 100, windowSeconds: 1, concurrent: 2 } },
      latencyMs: 200,
    })
    const answers = await Promise.all(Array.from({ length: 4 }, () => ask(simulator, "projects/")))
    const refused = answers.find(({ status }) => status === 429)

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429, 429])
    expect(refused?.text).toContain("Concurrency limit is 2")
    expect((await ask(simulator, "projects/")).headers.get("x-sentry-rate-limit-concurrentremaining")).toBe(
      "1",
    )
  })
})

describe("faults", () => {
  it("an answer of one's own, for a number of times", async () => {
    const { simulator, base } = await start()
    simulator.faults.add({ path: "/members/", times: 2, action: { status: 503, body: "<h1>busy</h1>" } })
    const statuses = [
      await ask(simulator, `${base}/members/`),
      await ask(simulator, "projects/"),
      await ask(simulator, `${base}/members/`),
      await ask(simulator, `${base}/members/`),
    ].map(({ status }) => status)
    expect(statuses).toEqual([503, 200, 503, 200])
  })

  it("every n-th request, until the rule is taken away", async () => {
    const { simulator } = await start()
    const remove = simulator.faults.add({
      method: "get",
      path: /projects\/$/,
      every: 3,
      action: { status: 500 },
    })
    const statuses: number[] = []
    for (let number = 0; number < 6; number++) statuses.push((await ask(simulator, "projects/")).status)
    expect(statuses).toEqual([200, 200, 500, 200, 200, 500])
    expect(simulator.faults.struck()).toMatchObject([{ times: 2 }])
    remove()
    for (let number = 0; number < 3; number++) expect((await ask(simulator, "projects/")).status).toBe(200)
  })

  it("a share of the requests, the same ones for the same seed", async () => {
    const strikes = async (faultSeed: number) => {
      const rule = { path: "projects/", probability: 0.5, action: { status: 500 } }
      const { simulator } = await start({ faults: [rule], faultSeed })
      const statuses: number[] = []
      for (let number = 0; number < 20; number++) statuses.push((await ask(simulator, "projects/")).status)
      return statuses
    }
    const first = await strikes(1)
    expect(new Set(first)).toEqual(new Set([200, 500]))
    expect(await strikes(1)).toEqual(first)
    expect(await strikes(2)).not.toEqual(first)
  })

  it.each(["reset", "half-body"] as const)(
    "a connection that breaks (%s) gives no whole answer",
    async (action) => {
      const { simulator } = await start({ faults: [{ path: "projects/", times: 1, action }] })
      await expect(ask(simulator, "projects/")).rejects.toThrow()
      expect((await ask(simulator, "projects/")).status).toBe(200)
      expect(simulator.requests[0]?.status).toBe(action === "reset" ? 0 : 200)
    },
  )

  it("a request that hangs ends with the caller's patience, and does not keep the server from closing", async () => {
    const { simulator } = await start({ faults: [{ path: "projects/", action: "hang" }] })
    const url = `${simulator.url}/api/0/projects/`
    await expect(fetch(url, { signal: AbortSignal.timeout(50) })).rejects.toThrow()
    const hanging = fetch(url)
    hanging.catch(() => undefined)
    while (simulator.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    await simulator.close()
    await expect(hanging).rejects.toThrow()
  })

  it("a page of HTML with status 200, and an answer that is late", async () => {
    const { simulator } = await start()
    simulator.faults.add({ path: "projects/", times: 1, action: "html" })
    const page = await ask(simulator, "projects/")
    expect(page).toMatchObject({ status: 200, body: undefined })
    expect(page.headers.get("content-type")).toContain("text/html")

    simulator.resetCounts()
    simulator.faults.add({ path: "projects/", action: { delayMs: 150 } })
    await Promise.all([ask(simulator, "projects/"), ask(simulator, "organizations/")])
    // The log is in the order of the answers.
    expect(simulator.requests.map(({ path, status }) => [path, status])).toEqual([
      ["/api/0/organizations/", 200],
      ["/api/0/projects/", 200],
    ])
  })
})

describe("what was asked", () => {
  it("is kept in order, and counted by endpoint", async () => {
    const { simulator, base } = await start()
    await ask(simulator, `${base}/members/?per_page=5`)
    await ask(simulator, "nowhere/")
    await walk(simulator, `${base}/members/?per_page=2`)

    expect(simulator.requests[0]).toEqual({
      method: "GET",
      path: `/api/0/${base}/members/`,
      query: "per_page=5",
      status: 200,
    })
    expect(simulator.counts()).toEqual({
      total: 5,
      byTemplate: { "organizations/{org}/members/": 4, "(no such route)": 1 },
    })
    simulator.resetCounts()
    expect(simulator.counts().total).toBe(0)
  })

  it("other methods are not allowed", async () => {
    const { simulator } = await start()
    expect((await ask(simulator, "projects/", { method: "DELETE" })).status).toBe(405)
  })
})

describe("a server of the 9 series", () => {
  it("has no issue routes below the organization, and no search over it", async () => {
    const { simulator, base, organization } = await start({ legacy: true })
    const issue = [...organization.issues.values()].find(({ tags }) => tags.has("environment"))

    for (const path of [
      `${base}/issues/${issue?.id}/`,
      `${base}/issues/${issue?.id}/tags/environment/values/`,
      `${base}/events/`,
    ]) {
      expect(await ask(simulator, path)).toMatchObject({ status: 404, text: "" })
    }
    expect((await ask(simulator, `${base}/issues/?project=-1`)).status).toBe(500)
    expect((await ask(simulator, `issues/${issue?.id}/`)).status).toBe(200)
    expect((await ask(simulator, `issues/${issue?.id}/tags/environment/values/`)).status).toBe(200)
  })

  it("fails where newer ones explain, and gives team members all at once", async () => {
    const { simulator, base } = await start({ legacy: true })
    expect((await ask(simulator, `${base}/members/?per_page=101`)).status).toBe(500)
    expect((await ask(simulator, `${base}/members/?cursor=nonsense`)).status).toBe(500)
    const members = await ask(simulator, `teams/${simulator.slug}/platform/members/?per_page=1`)
    expect(members.headers.get("link")).toBeNull()
    expect((members.body as unknown[]).length).toBeGreaterThan(1) // a list of members
  })
})
