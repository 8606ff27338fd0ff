// The short form of `npm run soak`: the same weather in a minute.
import { expect, it } from "vitest"
import { runSoak } from "../../scripts/soak/run-soak.ts"

it("a minute in bad weather with a restart in its middle ends as a fresh resync would", {
  timeout: 400_000,
}, async () => {
  const report = await runSoak({
    seconds: 60,
    mappingEverySeconds: 9,
    resyncEverySeconds: 1,
    seed: 4,
    // A process so young still grows into its heap; the long form looks closer.
    growthMegabytes: 40,
    tell: () => undefined,
  })
  expect(report.violations).toEqual([])
  expect(report.runs.completed + report.runs.failed).toBeGreaterThan(3)
  expect(report.struck).toBeGreaterThan(10)
  expect(report.recovered).toBeGreaterThan(0)
  expect(report.mappings).toBeGreaterThan(4)
  expect(report.entities).toBeGreaterThan(100)
  expect(report.memory.samples).toBeGreaterThan(20)
})
