// An issue that is open, while its list was not read: it has not left the list, so nothing goes, and no clock starts.
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { runResync } from "../../src/resync/run-resync.ts"
import {
  createSmallWorld,
  day,
  hour,
  issueWhere,
  mappingOf,
  type SmallWorld,
} from "../support/small-world.ts"

const never = new AbortController().signal
const goneAtOnce = (selector: JsonObject) => mappingOf([issueWhere({ keepResolvedFor: "0", ...selector })])

describe.each([{ remembers: true }, { remembers: false }])(
  "open issues stay, where resolved ones go at once ($remembers)",
  ({ remembers }) => {
    /** All five issues are loaded, and would go with the first run that finds that they left their list. */
    async function loaded(selector: { projects?: string[] } = {}): Promise<SmallWorld> {
      const world = await createSmallWorld({ mapping: goneAtOnce(selector), remembers })
      await world.run()
      expect(await world.names("issue")).toHaveLength(selector.projects ? 4 : 5)
      return world
    }

    it("while one project's list fails", async () => {
      const world = await loaded()
      const id = world.organization.projectOf("web")?.id
      const path = new RegExp(`issues/\\?.*project=${id}\\b.*query=|projects/acme/web/issues`)
      world.simulator.faults.add({ path, action: { status: 503 } })
      expect((await world.run()).status).toBe("failed")
      expect(await world.names("issue")).toHaveLength(5)
    })

    it("while every list fails, though each issue is found by its id", async () => {
      const world = await loaded()
      world.simulator.faults.add({ path: /issues\/\?.*query=is/, action: { status: 503 } })
      expect((await world.run()).status).toBe("failed")
      expect(await world.names("issue")).toHaveLength(5)
    })

    it("where the selection names an environment that is none", async () => {
      const world = await loaded()
      await world.setMapping(goneAtOnce({ environments: ["nowhere"] }))
      await world.run()
      expect(await world.names("issue")).toHaveLength(5)
    })

    it("where a project of the selection was renamed", async () => {
      const world = await loaded({ projects: ["api", "web"] })
      world.organization.renameProject("api", { slug: "api-2" })
      expect((await world.run()).status).toBe("failed")
      expect(await world.names("issue")).toHaveLength(4)
    })

    it("in a run of a project that has another name by now", async () => {
      const world = await loaded()
      world.organization.renameProject("api", { slug: "api-2" })
      world.wait(hour)
      await runResync({ ...world.deps, partsRead: ["api"] }, "request", never)
      expect(await world.names("issue")).toHaveLength(5)
    })
  },
)

it("an open issue's time does not begin while its list fails, however long", async () => {
  const world = await createSmallWorld({ mapping: mappingOf([issueWhere({})]) })
  await world.run()
  world.simulator.faults.add({ path: /issues\/\?.*query=is/, action: { status: 503 } })
  for (let run = 0; run < 3; run++) {
    await world.run()
    world.wait(16 * day)
  }
  expect(await world.names("issue")).toHaveLength(5)
})
