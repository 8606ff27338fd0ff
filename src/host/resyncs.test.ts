import { describe, expect, it } from "vitest"
import {
  hastyClock,
  hostDefaults,
  idleWorkers,
  openHostDatabase,
  openHostStore,
  putInstallation,
  workUntilEnd,
} from "../../test/support/host-parts.ts"
import { until } from "../../test/support/replicas.ts"
import { silentLogger } from "../common/logger.ts"
import type { InstallationStore } from "./installation-store.ts"
import { createResyncs } from "./resyncs.ts"

function resyncsOf(store: InstallationStore, mostRuns = 4) {
  const { workers, started } = idleWorkers()
  const deps = { store, workers, host: hostDefaults, mostRuns, log: silentLogger, clock: hastyClock }
  return { resyncs: createResyncs(deps), started }
}

describe("the resyncs of a host", () => {
  it("go on for all whose secrets can be read; the others' say why they did not start", async () => {
    const database = await openHostDatabase()
    await putInstallation(await openHostStore(database, 1), "acme")
    const store = await openHostStore(database, 2)
    await putInstallation(store, "globex")
    const { resyncs, started } = resyncsOf(store)
    workUntilEnd(resyncs.work)
    await until(() => started.length > 0, "one has started")
    await until(async () => (await store.runs("acme", 1)).length > 0, "the other one is told of")
    expect(started.map(({ one }) => one.id)).toEqual(["globex"])
    const [run] = await store.runs("acme", 1)
    expect(run).toMatchObject({ outcome: "not started" })
    expect(run?.said).toMatch(/sentry\.token cannot be read: it was made with the key/)
  })
})
