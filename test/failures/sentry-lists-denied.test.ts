// 401 or 403 on any one call that a run makes of Sentry: nothing of the kinds that needed it goes, and the report says which
// scope is missing; a project that answers 404 holds nobody up.
import { describe, expect, it } from "vitest"
import {
  changeEverything,
  everything,
  filledWorld,
  mirrorOf,
  runUntilRight,
  wanting,
} from "../support/small-world.ts"

/** What each kind fills, in the small world's mapping. */
const blueprintOf: Record<string, string> = {
  user: "user",
  team: "team",
  project: "project",
  "project-tag": "environment",
  issue: "issue",
  "issue-tag": "issueEnvironment",
}

const servers = [
  { server: "a server of today", legacy: false },
  { server: "a server of the 9 series", legacy: true },
]

describe.each(servers)("on $server", ({ legacy }) => {
  it.each([
    [401, { remembers: true }],
    [401, { remembers: false }],
    [403, { remembers: true }],
    [403, { remembers: false }],
  ])(
    "%i to any one list call deletes nothing of its kinds, and is told with the scope (%j)",
    async (status, memory) => {
      const calls = await listCalls(legacy)
      expect(calls.length).toBeGreaterThan(5)
      for (const call of calls) {
        const world = await filledWorld({ ...memory, simulator: { legacy } })
        const before = await everything(world)
        changeEverything(world)
        const healed = world.simulator.faults.add({
          path: pathOf(call),
          action: {
            status,
            body: { detail: status === 401 ? "Invalid token" : "You do not have permission" },
          },
        })
        const record = await world.run()
        const text = wanting(record).join("\n")
        if (record.status === "completed") {
          // What one call does not tell, another does: projects, issues and the tags of issues can be asked for otherwise.
          expect(call).toMatch(/(projects|issues|events|tags\/environment)\/$/)
          expect(await everything(world), call).toEqual(mirrorOf(world))
          continue
        }
        expect(record.status, call).toBe("failed")
        expect(record.openSources.length, call).toBeGreaterThan(0)
        expect(new Set(record.openSources.map(({ outcome }) => outcome.state)), call).toEqual(
          new Set(["denied"]),
        )
        expect(text, call).toMatch(
          status === 401 ? /token refused/ : /scope (event|project|org|team|member):read/,
        )
        const now = await everything(world)
        for (const kind of new Set(record.openSources.map((source) => source.kind))) {
          const blueprint = blueprintOf[kind] ?? ""
          // Projects and issues can be asked for one by one, which may prove them gone; people only by their lists.
          const mirror = mirrorOf(world)[blueprint] ?? []
          const staying = (before[blueprint] ?? []).filter(
            (name) => isOnlyProof(call) || mirror.includes(name),
          )
          expect(now[blueprint], `${call}: ${kind}`).toEqual(expect.arrayContaining(staying))
        }
        healed()
        await runUntilRight(world)
      }
    },
  )
})

it.each(servers)(
  "404 of one project's own calls on $server costs no other project anything",
  async ({ legacy }) => {
    const world = await filledWorld({ simulator: { legacy } })
    const before = await everything(world)
    world.organization.addIssue("api", { title: "api three", environment: "production" })
    world.simulator.faults.add({
      path: /projects\/acme\/web\//,
      action: { status: 404, body: { detail: "The requested resource does not exist" } },
    })
    const record = await world.run()
    const now = await everything(world)
    expect(now.issue).toEqual(mirrorOf(world).issue)
    expect(now.project).toEqual(before.project)
    // A project that is listed is not gone, whatever its own routes say.
    expect(now.environment).toEqual(before.environment)
    // Their own issue lists are asked for on old servers only; without values of a tag a project answers 404 on any.
    expect(wanting(record).join("\n")).toMatch(legacy ? /issue of web: failed: .* 404/ : /^$/)
  },
)

function isOnlyProof(call: string): boolean {
  return /^organizations\/acme\/(members|teams)\/$/.test(call)
}

/** The paths of the lists that a run asks for, without what differs between objects of one sort. */
async function listCalls(legacy: boolean): Promise<string[]> {
  const world = await filledWorld({ simulator: { legacy } })
  world.simulator.resetCounts()
  await world.run()
  const template = (path: string) =>
    path
      .replace(/^\/api\/0\//, "")
      .replace(/issues\/\d+/, "issues/*")
      .replace(/^(projects|teams)\/acme\/[^/]+/, "$1/acme/*")
  const all = new Set(world.simulator.requests.map(({ path }) => template(path)))
  all.delete("organizations/acme/") // no list: what it tells only makes a run cheaper
  return [...all, everyList("projects"), everyList("issues")].sort()
}

/** The list of the organization, and those that stand in for it. */
function everyList(what: string): string {
  return `every list of ${what}`
}

function pathOf(call: string): RegExp {
  const [, what] = /^every list of (\w+)$/.exec(call) ?? []
  if (what) return new RegExp(`/${what}/(\\?|$)`)
  return new RegExp(`^/api/0/${call.replaceAll("*", "[^/]+")}(\\?|$)`)
}
