// Where Sentry's limits make requests wait, those of live events go before those of a resync.
import { expect, it, onTestFinished } from "vitest"
import { sentryIntegration } from "../../src/sentry/integration.ts"
import { createRateLimits, type RateLimits } from "../../src/sentry/rate-limits.ts"
import { createOrganization } from "../../src/simulator/organization.ts"
import { createConnections, integrationDeps } from "../support/fake-sentry.ts"
import { useSimulator } from "../support/simulator.ts"

it("an event's look-up is sent before those that a resync has waiting", async () => {
  const organization = createOrganization({ slug: "acme" })
  organization.addProject({ slug: "api", platform: "node" })
  const ids = Array.from({ length: 2_401 }, (_, at) => organization.addIssue("api", { title: `n ${at}` }).id)
  const simulator = await useSimulator({ organization })
  const connections = createConnections()
  onTestFinished(() => connections.close())
  const { limits, goneAhead } = watchedLimits()
  const integration = sentryIntegration({
    ...integrationDeps(simulator.url, connections, { token: simulator.token, organization: "acme" }),
    limits,
  })
  const signal = new AbortController().signal
  const lookUp = (some: string[], ahead: boolean) =>
    integration
      .openRun({ ahead })
      .openKind("issue", {})
      .lookUp(
        some.map((id) => ({ part: "", id })),
        signal,
      )
  const [urgent = "", first = ""] = ids.splice(0, 2)
  await lookUp([first], false) // the first of all finds out what the server has, and goes alone
  const before = simulator.requests.length
  const lists = limits.limiterFor(new URL(simulator.url).host, issues, "GET")
  const gate = Promise.withResolvers<void>()
  simulator.faults.add({ path: "/issues/", action: { until: gate.promise } })

  // Twelve at once, three times as many as may be under way.
  const resync = Array.from({ length: 12 }, (_, at) => lookUp(ids.slice(at * 200, at * 200 + 200), false))
  await expect.poll(() => lists.running(), { interval: 5 }).toBe(atOnce)
  const verdicts = lookUp([urgent], true)
  await expect.poll(goneAhead, { interval: 5 }).toBe(1)
  gate.resolve()

  expect(await verdicts).toMatchObject([{ state: "found" }])
  await Promise.all(resync)
  const groups = simulator.requests.slice(before).filter(({ query }) => query.includes("group="))
  expect(groups).toHaveLength(25)
  // Those that were under way when it came, and those that went together with it.
  expect(groups.findIndex(({ query }) => query.includes(`group=${urgent}`))).toBeLessThan(2 * atOnce)
})

const issues = "organizations/{org}/issues/"
/** At a server that sets no limits. */
const atOnce = 4

/** Limits, and how many requests for issues have asked to go ahead. */
function watchedLimits(): { limits: RateLimits; goneAhead(): number } {
  const limits = createRateLimits()
  let asked = 0
  const ahead = () => {
    const own = limits.ahead()
    const limiterFor: RateLimits["limiterFor"] = (...which) => {
      const limiter = own.limiterFor(...which)
      return {
        ...limiter,
        run(...task) {
          if (which[1] === issues) asked++
          return limiter.run(...task)
        },
      }
    }
    return { ...own, limiterFor }
  }
  return { limits: { ...limits, ahead }, goneAhead: () => asked }
}
