// Where Sentry's limits make requests wait, those of live events go before those of a resync.
import { expect, it, onTestFinished } from "vitest"
import { sentryIntegration } from "../../src/sentry/integration.ts"
import { createRateLimits } from "../../src/sentry/rate-limits.ts"
import { createOrganization } from "../../src/simulator/organization.ts"
import { createConnections, integrationDeps } from "../support/fake-sentry.ts"
import { useSimulator } from "../support/simulator.ts"

it("an event's look-up is sent before those that a resync has waiting", async () => {
  const organization = createOrganization({ slug: "acme" })
  organization.addProject({ slug: "api", platform: "node" })
  const ids = Array.from({ length: 2_400 }, (_, at) => organization.addIssue("api", { title: `n ${at}` }).id)
  const simulator = await useSimulator({ organization, latencyMs: 40 })
  const connections = createConnections()
  onTestFinished(() => connections.close())
  const integration = sentryIntegration({
    ...integrationDeps(simulator.url, connections, { token: simulator.token, organization: "acme" }),
    limits: createRateLimits(),
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
  const [urgent = ""] = ids.splice(0, 1)
  const groups = () => simulator.requests.filter(({ query }) => query.includes("group="))

  // Three at once, so that more wait than may be sent at a time.
  const resync = [0, 1, 2].map((at) => lookUp(ids.slice(at * 800, at * 800 + 800), false))
  await expect.poll(() => groups().length, { interval: 5 }).toBeGreaterThan(3)
  const verdicts = await lookUp([urgent], true)

  expect(verdicts).toMatchObject([{ state: "found" }])
  const sentBefore = groups().length
  await Promise.all(resync)
  expect(groups()).toHaveLength(25)
  expect(groups().findIndex(({ query }) => query.includes(`group=${urgent}`))).toBeLessThan(sentBefore)
  expect(sentBefore).toBeLessThan(20)
})
