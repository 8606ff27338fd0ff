// `npm run bench -- --quick --check` is a step of CI: it must be able to fail.
import { describe, expect, it } from "vitest"
import { excessesOf } from "../../bench/excesses.ts"
import type { Measured } from "../../bench/measure.ts"
import { quickly, type Scenario, scenarios } from "../../bench/scenarios.ts"

const quick = scenarios().filter(({ slow, byNameOnly }) => !slow && !byNameOnly)

/** A run that is just within the bounds. */
function allowedRun({ most, projects, issuesPerProject }: Scenario, isFirst: boolean): Measured {
  if (!most) throw new Error("nothing holds it")
  const requests = (first: number, unchanged = first) => (isFirst ? first : unchanged)
  const written = { entitiesSent: isFirst ? projects * issuesPerProject : 0, entitiesDeleted: 0 }
  return {
    sentry: { requests: requests(most.sentryRequests, most.unchangedRequests), ...written },
    port: { requests: requests(most.portRequests ?? 0, most.unchangedPortRequests), ...written },
    cpuSeconds: most.cpuSeconds,
    wallSeconds: 0,
    peakPssMegabytes: most.pssMegabytes,
    peakRssMegabytes: 0,
    output: "",
  }
}

describe.each(quick)("the quick size of $name", (full) => {
  const scenario = quickly(full)
  const runs = scenario.original.map((_, at) => allowedRun(scenario, at === 0))

  it("has bounds of its own, far below those of the whole size", () => {
    expect(excessesOf({ scenario, runs })).toEqual([])
    const issues = scenario.projects * scenario.issuesPerProject
    expect(scenario.most?.sentryRequests).toBeLessThan(Math.max(issues / 2, 11))
    if (full.most) expect(scenario.most?.sentryRequests).toBeLessThan(full.most.sentryRequests / 10)
  })

  it.each(runs.map((_, at) => at))("is over them in run %i with one request more", (at) => {
    for (const peer of ["sentry", "port"] as const) {
      const run = runs[at] as Measured
      const more = runs.with(at, { ...run, [peer]: { ...run[peer], requests: run[peer].requests + 1 } })
      expect(excessesOf({ scenario, runs: more })).toHaveLength(1)
    }
  })
})
