import { describe, expect, it } from "vitest"
import { engines } from "../../test/support/engines.ts"
import {
  hastyClock,
  hostDefaults,
  idleWorkers,
  loopbackHttp,
  openHostDatabase,
  openHostStore,
  putInstallation,
  startReceiver,
  workUntilEnd,
} from "../../test/support/host-parts.ts"
import { until } from "../../test/support/replicas.ts"
import { silentLogger } from "../common/logger.ts"
import { systemClock } from "../common/sleep.ts"
import type { HostTables } from "./host-tables.ts"
import { createInbox } from "./inbox.ts"
import { createLiveWorkers } from "./live-workers.ts"
import { createRemovals } from "./removals.ts"
import { createResyncs } from "./resyncs.ts"

async function openHost(engine: "sqlite" | "postgres") {
  const database = await openHostDatabase(engine)
  const store = await openHostStore(database)
  const { workers, started } = idleWorkers((await startReceiver(() => 503)).url)
  const common = { store, workers, host: hostDefaults, log: silentLogger, clock: hastyClock }
  const inbox = createInbox({
    ...common,
    // Its memory of secrets lasts for the test.
    clock: systemClock,
    database,
    isSigned: () => true,
    maxBytes: 1_000_000,
    mostWaiting: 100,
    onAppended: () => undefined,
  })
  const http = loopbackHttp()
  const live = createLiveWorkers({ ...common, inbox, http, sign: () => "", mostLive: 4, idleMs: 60_000 })
  const resyncs = createResyncs({ ...common, mostRuns: 4 })
  const removedWith: boolean[] = []
  const removeState = async () => void removedWith.push(started.every(({ isOver }) => isOver))
  const removals = createRemovals({ ...common, resyncs, live, removeState })
  await putInstallation(store, "acme", { sentry: { webhookSecret: "secret" } })
  return {
    store,
    inbox,
    started,
    removals,
    /** Of each removal of a state, whether all processes had ended. */
    removedWith,
    work: () => {
      for (const part of [live, resyncs, removals]) workUntilEnd(part.work)
    },
    deliver: async () => {
      const path = "/in/acme/integration/webhook"
      expect((await inbox.routes.request(path, { method: "POST", body: "{}" })).status).toBe(200)
    },
    async rows() {
      const db = database.kysely<HostTables>()
      const tables = ["host_installations", "host_runs", "host_inbox"] as const
      return (await Promise.all(tables.map((table) => db.selectFrom(table).selectAll().execute()))).flat()
    },
  }
}

describe.each(engines)("an installation that is removed, on %s", (engine) => {
  it("is gone when all that was at work for it has ended, and nothing of it comes again", async () => {
    const host = await openHost(engine)
    await host.deliver()
    host.work()
    await until(() => host.started.length === 2, "a resync and a process for live events are there")
    expect(await host.removals.remove("acme")).toBe("removed")
    expect(host.removedWith).toEqual([true])
    expect(await host.rows()).toEqual([])
    // This host knows the secret for some seconds yet.
    await host.deliver()
    await until(async () => (await host.rows()).length === 0, "what came late is dropped")
    await putInstallation(host.store, "globex")
    await until(() => host.started.length === 3, "the host goes on")
    expect(host.started.map(({ one }) => one.id)).toEqual(["acme", "acme", "globex"])
    expect(await host.removals.remove("acme")).toBe("unknown")
  })

  it("waits for the host that works, and is there for nobody meanwhile", async () => {
    const host = await openHost(engine)
    expect(await host.removals.remove("acme")).toBe("marked")
    expect([await host.store.get("acme"), await host.store.all()]).toEqual([undefined, []])
    await expect(putInstallation(host.store, "acme")).rejects.toThrow("acme is being removed")
    host.work()
    await until(async () => (await host.rows()).length === 0, "it is removed")
    expect(host.started).toEqual([])
    await putInstallation(host.store, "acme")
  })
})
