// What the doctor says of settings and of this machine, in each of the three ways to start.
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { dropIn, emptyFolder, examine, examineAlone } from "../support/clinic.ts"
import { createSmallWorld } from "../support/small-world.ts"

describe("the demo", () => {
  it("is found well, and leaves the folder as it was", async () => {
    const folder = emptyFolder()

    const { code, problems, page } = await examineAlone({ OCEAN__SERVER__PORT: "0" }, { folder })

    expect(problems).toEqual([])
    expect(code).toBe(0)
    expect(page).toContain("All is well.")
    expect(readdirSync(folder)).toEqual([])
  })
})

describe("the embedded catalog with a real organization", () => {
  it("is found well", async () => {
    const world = await createSmallWorld()
    const { OCEAN__PORT__BASE_URL, OCEAN__PORT__CLIENT_ID, OCEAN__PORT__CLIENT_SECRET, ...sentry } =
      dropIn(world)

    const { code, of } = await examine(world, sentry)

    expect(code).toBe(0)
    expect(of("Catalog")[0]?.what).toBe("The embedded catalog accepts the credentials.")
  })
})

describe("settings that cannot be used", () => {
  it("are all told, with exit code 2, and nothing is asked", async () => {
    const world = await createSmallWorld()
    const wrong = { OCEAN__PORT__CLIENT_SECRET: undefined, OCEAN__SERVER__PORT: "many" }

    const { code, of, problems } = await examine(world, dropIn(world, wrong))

    expect(code).toBe(2)
    expect(of("Settings")).toEqual(problems)
    expect(problems.map(({ what }) => what).join()).toContain("OCEAN__SERVER__PORT")
    expect(world.port.sent).toEqual([])

    const half = await examine(world, dropIn(world, { OCEAN__PORT__CLIENT_SECRET: undefined }))
    expect(half.code).toBe(2)
    expect(half.problems[0]?.what).toContain("OCEAN__PORT__CLIENT_SECRET")
  })

  it("are noted where only a name is wrong", async () => {
    const world = await createSmallWorld()

    const { code, of } = await examine(world, dropIn(world, { OCEAN__LOGLEVELL: "info" }))

    expect(code).toBe(0)
    expect(
      of("Settings")
        .filter(({ level }) => level === "note")
        .map(({ what }) => what)
        .join(),
    ).toContain("OCEAN__LOGLEVELL")
  })
})

describe("this machine", () => {
  it("has a port that something else has taken", async () => {
    const world = await createSmallWorld()
    const port = await takenPort()

    const { code, problems } = await examine(world, dropIn(world, { OCEAN__SERVER__PORT: String(port) }))

    expect(code).toBe(3)
    expect(problems[0]?.what).toContain(`cannot listen on 127.0.0.1:${port}`)
  })

  it("has a database that is none, and it stays as it is", async () => {
    const world = await createSmallWorld()
    const folder = emptyFolder()
    mkdirSync(join(folder, "state"))
    const place = join(folder, "state", "notes.txt")
    writeFileSync(place, "these are notes, and no database at all, however long they may be")

    const { code, problems } = await examine(world, dropIn(world, { OCEAN__DATABASE__URL: place }))

    expect(code).toBe(3)
    expect(problems[0]?.what).toContain("notes.txt")
    expect(readdirSync(join(folder, "state"))).toEqual(["notes.txt"])
  })

  it("has no PostgreSQL where one is named", async () => {
    const world = await createSmallWorld()
    const place = `postgres://someone:secret-word@127.0.0.1:${await freePort()}/nothing`

    const { code, problems, page } = await examine(world, dropIn(world, { OCEAN__DATABASE__URL: place }))

    expect(code).toBe(3)
    expect(problems[0]?.what).toContain("The PostgreSQL database cannot be used")
    expect(page).not.toContain("secret-word")
  })

  it("keeps nothing for a single run against Port", async () => {
    const world = await createSmallWorld()
    const once = { OCEAN__EVENT_LISTENER: '{"type":"ONCE"}', OCEAN__DATABASE__URL: undefined }
    const before = stateFolder()

    const { code, of } = await examine(world, dropIn(world, once))

    expect(code).toBe(0)
    expect(of("This process")[0]?.what).toContain("keeps nothing on disk")
    expect(of("Live events")[0]?.what).toContain("A single run takes no events")
    expect(stateFolder()).toEqual(before)
  })
})

/** What lies in the folder of state, and since when: in a clone that was started it is there already. */
function stateFolder(): [string, number][] {
  if (!existsSync(".ocean-sentry")) return []
  return readdirSync(".ocean-sentry").map((name) => [name, statSync(join(".ocean-sentry", name)).mtimeMs])
}

async function takenPort(): Promise<number> {
  const server = createServer((_, response) => response.end("somebody else"))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
