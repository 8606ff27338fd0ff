import { describe, expect, it, onTestFinished } from "vitest"
import { engines, openTestDatabase } from "../../../test/support/engines.ts"
import { openSecretStore } from "./secret-store.ts"

describe.each(engines)("secrets kept on %s", (engine) => {
  it("are the last two of an integration, the newest first, each once", async () => {
    const database = await openTestDatabase(engine)
    onTestFinished(() => database.close())
    const store = await openSecretStore(database, "mine")
    expect(await store.secrets()).toEqual([])
    for (const secret of ["a", "a", "b", "c"]) await store.remember(secret)
    expect(await store.secrets()).toEqual(["c", "b"])
    await store.remember("b")
    expect(await store.secrets()).toEqual(["b", "c"])
    expect(await (await openSecretStore(database, "theirs")).secrets()).toEqual([])
    expect(await (await openSecretStore(database, "mine")).secrets()).toEqual(["b", "c"])
  })
})
