import { describe, expect, it } from "vitest"
import { openHostDatabase, openHostStore, putInstallation } from "../../test/support/host-parts.ts"

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
