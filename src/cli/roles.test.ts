import { tmpdir } from "node:os"
import { describe, expect, it } from "vitest"
import { InvalidInput } from "../common/errors.ts"
import { dutiesOf } from "./roles.ts"
import { readSettings } from "./settings-sources.ts"

/** What is wrong with these variables, a sentence each. */
function problemsWith(environment: Record<string, string>): string[] {
  try {
    readSettings({ flags: {}, environment, folder: `${tmpdir()}/no-such-folder` })
    return []
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return error.problems.map(({ where, what }) => `${where}: ${what}`)
  }
}

const postgres = { OCEAN__DATABASE__URL: "postgres://db.example/os" }

describe("a role", () => {
  it("says what a process does", () => {
    expect(dutiesOf("all")).toEqual({ resyncs: true, receives: true, works: true })
    expect(dutiesOf("resync")).toEqual({ resyncs: true, receives: false, works: false })
    expect(dutiesOf("live")).toEqual({ resyncs: false, receives: true, works: true })
    expect(dutiesOf("api")).toEqual({ resyncs: false, receives: true, works: false })
  })

  it.each(["resync", "live", "api"])("%s is taken with PostgreSQL, and refused without", (role) => {
    expect(problemsWith({ OCEAN__ROLE: role, ...postgres })).toEqual([])
    const without = "shares the work with other processes, which needs a database that they share"
    expect(problemsWith({ OCEAN__ROLE: role })).toEqual([`OCEAN__ROLE: ${role} ${without}`])
    expect(problemsWith({ OCEAN__ROLE: role, OCEAN__DATABASE__URL: "state.db" })).toHaveLength(1)
  })

  it.each([
    ["live", { type: "ONCE" }, /makes no resync/],
    ["api", { type: "ONCE" }, /makes no resync/],
    ["resync", { type: "WEBHOOKS_ONLY" }, /would do nothing/],
    ["resync", { type: "POLLING", shouldResync: false }, /would do nothing/],
    ["live", { type: "POLLING", shouldProcessWebhooks: false }, /is there for webhooks/],
    ["api", { type: "POLLING", shouldProcessWebhooks: false }, /is there for webhooks/],
  ])("%s is refused with the listener %o", (role, listener, sentence) => {
    const environment = { OCEAN__ROLE: role, OCEAN__EVENT_LISTENER: JSON.stringify(listener), ...postgres }
    expect(problemsWith(environment)).toEqual([expect.stringMatching(sentence)])
  })

  it("is refused where it is none, with those there are", () => {
    expect(problemsWith({ OCEAN__ROLE: "leader", ...postgres })).toEqual([
      expect.stringMatching(/expected one of all, resync, live, api/),
    ])
  })
})
