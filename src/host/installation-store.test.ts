import { describe, expect, it } from "vitest"
import { engines } from "../../test/support/engines.ts"
import { openHostDatabase, openHostStore, putInstallation } from "../../test/support/host-parts.ts"

describe.each(engines)("the secrets of an installation, on %s", (engine) => {
  it("stay when they are left out, and go when they are null", async () => {
    const store = await openHostStore(await openHostDatabase(engine))
    const secrets = async () => Object.keys((await store.get("acme"))?.secrets ?? {}).sort()
    await putInstallation(store, "acme", { sentry: { webhookSecret: "of the webhook" } })
    await putInstallation(store, "acme", { interval: "2h" })
    expect(await secrets()).toEqual(["sentry.token", "sentry.webhookSecret"])
    await putInstallation(store, "acme", { sentry: { webhookSecret: null } })
    expect(await secrets()).toEqual(["sentry.token"])
  })
})

describe.each(engines)("installations whose secrets cannot be read, on %s", (engine) => {
  it("keep no other one from its work, and say why", async () => {
    const database = await openHostDatabase(engine)
    await putInstallation(await openHostStore(database, 1), "acme")
    const store = await openHostStore(database, 2)
    await putInstallation(store, "globex")
    expect(await store.reseal()).toBe(0)
    const [acme, globex] = await store.all()
    expect(acme).toMatchObject({ id: "acme", secrets: {} })
    expect(acme?.unreadable["sentry.token"]).toMatch(/the secret acme sentry\.token cannot be read/)
    expect(globex).toMatchObject({ secrets: { "sentry.token": "token of globex" }, unreadable: {} })
  })

  it("keep them through a change of something else, until they are set anew or the key is there again", async () => {
    const database = await openHostDatabase(engine)
    const before = await openHostStore(database, 1)
    await putInstallation(before, "acme", { sentry: { webhookSecret: "of the webhook" } })
    const store = await openHostStore(database, 2)
    await putInstallation(store, "acme", { interval: "2h", sentry: { token: "new" } })
    const acme = await store.get("acme")
    expect(acme).toMatchObject({ secrets: { "sentry.token": "new" }, spec: { interval: 7_200_000 } })
    expect(Object.keys(acme?.unreadable ?? {})).toEqual(["sentry.webhookSecret"])
    expect((await before.get("acme"))?.secrets).toEqual({ "sentry.webhookSecret": "of the webhook" })
  })
})
