// Processes that share a resync share what Sentry allows their token too.
import { expect, it, onTestFinished } from "vitest"
import { createHttpClient } from "../../src/common/http-client.ts"
import { createDispatcher } from "../../src/common/http-dispatcher.ts"
import { silentLogger } from "../../src/common/logger.ts"
import { systemClock } from "../../src/common/sleep.ts"
import type { Integration } from "../../src/integration.ts"
import { sentryIntegration } from "../../src/sentry/integration.ts"
import { sentryRetryPolicy } from "../../src/sentry/retry-policy.ts"
import { crewOf, openSplitWorld } from "../support/split-world.ts"

it("leaves each process room, so that none is refused", async () => {
  const { world, simulator } = await openSplitWorld({
    count: 240,
    limits: {
      default: { limit: 1_000, windowSeconds: 1, concurrent: 100 },
      "organizations/{org}/issues/": { limit: 3, windowSeconds: 1, concurrent: 3 },
    },
    latencyMs: 20,
  })
  const crew = await crewOf(world, 3, {
    depsOf: (deps) => ({ ...deps, openRun: readerOf(simulator).openRun }),
  })
  await crew.lead.resync()

  expect(crew.workers().length).toBeGreaterThan(1)
  const lists = simulator.requests.filter(({ path }) => path.endsWith("/issues/"))
  expect(lists.length).toBeGreaterThan(3) // more than go in one window
  expect(lists.filter(({ status }) => status === 429)).toEqual([])
})

/** Another process's own, with limits of its own. */
function readerOf({ url, token, slug }: { url: string; token: string; slug: string }): Integration {
  const dispatcher = createDispatcher({ connections: 10, verifyTls: true, extraCertificates: [], proxy: {} })
  onTestFinished(() => dispatcher.close())
  return sentryIntegration({
    http: createHttpClient({
      peer: "Sentry",
      dispatcher,
      retry: sentryRetryPolicy({ baseMs: 10 }),
      timeoutMs: 10_000,
      log: silentLogger,
      clock: systemClock,
    }),
    settings: { host: url, token, organization: slug },
    log: silentLogger,
  })
}
