import { describe, expect, it } from "vitest"
import { engines } from "../../test/support/engines.ts"
import {
  hastyClock,
  hostDefaults,
  idleWorkers,
  openHostDatabase,
  openHostStore,
  putInstallation,
  startPort,
  workUntilEnd,
} from "../../test/support/host-parts.ts"
import { until } from "../../test/support/replicas.ts"
import { silentLogger } from "../common/logger.ts"
import { createResyncs } from "./resyncs.ts"

const own = { clientId: "acme's", clientSecret: "secret" }

describe("two installations under one identifier", () => {
  it.each([
    ["in the Port of the host", {}, {}],
    ["in a Port of their own", { port: own }, { port: own }],
    ["in the host's Port, which one of them names", {}, { port: { ...own, clientId: "of the host" } }],
  ])("are refused %s", async (_, first, second) => {
    const store = await openHostStore(await openHostDatabase())
    await putInstallation(store, "first", { identifier: "sentry", ...first })
    await expect(putInstallation(store, "second", { identifier: "sentry", ...second })).rejects.toThrow(
      'the identifier "sentry" is that of the installation "first" in the same Port already',
    )
    expect(await store.get("second")).toBeUndefined()
  })

  it.each([
    ["in different Ports", { port: own }],
    [
      "at different addresses of Port",
      { port: { ...own, clientId: "of the host", baseUrl: "https://us.example" } },
    ],
    ["where one is switched off", { enabled: false }],
  ])("are two %s", async (_, second) => {
    const store = await openHostStore(await openHostDatabase())
    await putInstallation(store, "first", { identifier: "sentry" })
    await putInstallation(store, "second", { identifier: "sentry", ...second })
    expect((await store.all()).map(({ id }) => id)).toEqual(["first", "second"])
  })

  it("are refused when one that was switched off is switched on, or takes the name that another has by itself", async () => {
    const store = await openHostStore(await openHostDatabase())
    await putInstallation(store, "first")
    await putInstallation(store, "second", { identifier: "sentry-first", enabled: false })
    const on = putInstallation(store, "second", { identifier: "sentry-first" })
    await expect(on).rejects.toThrow('"sentry-first" is that of the installation "first"')
    await putInstallation(store, "first", { interval: "2h" })
  })
})

describe.each(engines)("two credentials of Port, on %s", (engine) => {
  async function openHost() {
    const store = await openHostStore(await openHostDatabase(engine))
    const port = await startPort({ one: "org_acme", two: "org_acme", three: "org_globex" })
    const put = (id: string, clientId: string, more: Record<string, unknown> = {}) =>
      putInstallation(store, id, {
        identifier: "sentry",
        port: { baseUrl: port.url, clientId, clientSecret: "secret" },
        ...more,
      })
    return { store, port, put }
  }

  it("of one organization make twins, of two organizations none", async () => {
    const { store, put } = await openHost()
    await put("first", "one")
    await put("other", "three")
    await expect(put("second", "two")).rejects.toThrow(
      'the identifier "sentry" is that of the installation "first" in the same Port already',
    )
    await put("second", "two", { identifier: "sentry-second" })
    expect((await store.all()).map(({ id }) => id)).toEqual(["first", "other", "second"])
  })

  it("are asked for again by the first run where Port did not answer; the one that came later does not begin", async () => {
    const { store, port, put } = await openHost()
    port.isInTrouble = true
    await put("zeta", "one")
    await put("alpha", "two")
    port.isInTrouble = false
    const { workers, started } = idleWorkers()
    const resyncs = createResyncs({
      ...{ store, workers, host: hostDefaults, mostRuns: 4 },
      log: silentLogger,
      clock: hastyClock,
    })
    workUntilEnd(resyncs.work)
    const endOfAlpha = async () => (await store.runs("alpha", 1))[0]?.outcome
    await until(async () => (await endOfAlpha()) !== undefined, "the later one's run has ended")
    await until(() => started.length > 0, "the first one runs")
    expect(started.map(({ one }) => one.id)).toEqual(["zeta"])
    const [run] = await store.runs("alpha", 1)
    expect(run).toMatchObject({ outcome: "not started" })
    expect(run?.said).toContain(
      'is that of the installation "zeta" in the same Port already: give one of them',
    )
  })
})
