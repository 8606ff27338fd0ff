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

  it("that were cut short with their host are made up for by the next, without their interval", async () => {
    const store = await openHostStore(await openHostDatabase())
    await putInstallation(store, "acme", { interval: "1d" })
    const first = resyncsOf(store)
    const over = new AbortController()
    const done = first.resyncs.work(over.signal)
    await until(() => first.started.length === 1, "one has started")
    over.abort()
    await done
    expect((await store.runs("acme", 1))[0]).toMatchObject({ outcome: "stopped" })
    const second = resyncsOf(store)
    workUntilEnd(second.resyncs.work)
    await until(() => second.started.length === 1, "it is made up for")
    second.started[0]?.finish()
    await until(async () => (await store.runs("acme", 1))[0]?.outcome === "completed", "it is through")
    expect((await store.runs("acme", 9)).length).toBe(2)
  })

  describe("whose places are few go to who has waited longest", () => {
    it("however often another one is asked for", async () => {
      const store = await openHostStore(await openHostDatabase())
      const { resyncs, started } = resyncsOf(store, 1)
      workUntilEnd(resyncs.work)
      for (const [at, id] of ["acme", "initech"].entries()) {
        await putInstallation(store, id)
        await until(() => started.length === at + 1, `${id} runs`)
        if (id === "acme") started[at]?.finish()
      }
      await putInstallation(store, "globex")
      expect(await resyncs.request("acme")).toBe("requested")
      started[1]?.finish()
      await until(() => started.length === 3, "the next runs")
      started[2]?.finish()
      await until(() => started.length === 4, "the last runs")
      expect(started.map(({ one }) => one.id)).toEqual(["acme", "initech", "globex", "acme"])
    })

    it("and not again to one that ran for longer than its interval", async () => {
      const store = await openHostStore(await openHostDatabase())
      const { resyncs, started } = resyncsOf(store, 1)
      workUntilEnd(resyncs.work)
      await putInstallation(store, "globex", { interval: "2m" })
      await until(() => started.length === 1, "globex runs")
      started[0]?.finish()
      await putInstallation(store, "acme", { interval: "1m", timeout: "1h" })
      await until(() => started.length === 2, "acme runs")
      const [run] = await store.runs("globex", 1)
      await until(() => hastyClock.now() > (run?.startedAt ?? 0) + 120_000, "globex is due, after acme was")
      started[1]?.finish()
      await until(() => started.length === 3, "the next runs")
      expect(started.map(({ one }) => one.id)).toEqual(["globex", "acme", "globex"])
    })
  })
})
