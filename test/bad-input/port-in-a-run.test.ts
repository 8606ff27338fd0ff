// Port answers one sort of call of a run with a refusal or with nothing to go by, for the whole run; what passes by is in
// test/failures. Nothing is lost, nothing is called a success that was none, and the next run makes all right.
import { expect, it } from "vitest"
import type { RunRecord } from "../../src/resync/run-record.ts"
import { error, expectNothingLost } from "../support/port-faults.ts"
import type { Interception, SentToPort } from "../support/port-proxy.ts"
import {
  changeEverything,
  day,
  everything,
  filledWorld,
  mirrorOf,
  runUntilRight,
  type SmallWorld,
  wanting,
} from "../support/small-world.ts"

const answers: [string, () => Interception][] = [
  ...[401, 403, 404, 409, 413, 422].map((status): [string, () => Interception] => [
    String(status),
    () => error(status),
  ]),
  ["200 with nothing", () => new Response("")],
  ["200 with JSON that is no object", () => Response.json([])],
  ["200 with another object", () => Response.json({ ok: true })],
]

it.each(answers)("%s to any sort of call of a run", async (_, answer) => {
  const sorts = await sortsOfCalls()
  expect(sorts.length).toBeGreaterThan(5)
  for (const sort of sorts) {
    const world = await filledWorld()
    const before = await everything(world)
    changeEverything(world)
    world.wait(day) // until then what is remembered of the catalog is not read
    world.port.intercept = (sent) => (sortOf(sent) === sort ? answer() : undefined)
    const record = await world.run()
    await expectNothingLost(world, before)
    await expectToldTruth(world, record, sort)
    world.port.intercept = undefined
    await runUntilRight(world)
  }
})

/** A run that is completed has brought everything, or names each entity that it has not. */
async function expectToldTruth(world: SmallWorld, record: RunRecord, sort: string): Promise<void> {
  const said = wanting(record)
  for (const line of [...said, ...record.failures, ...record.notes]) {
    expect(line, sort).not.toContain("\n")
    expect(line, sort).not.toMatch(/^\s*at |undefined|\[object/)
  }
  if (record.status === "failed") {
    expect(said.length, sort).toBeGreaterThan(0)
    return
  }
  expect(record.status, sort).toBe("completed")
  const told = (blueprint: string) =>
    record.refusedEntities.filter((one) => one.blueprint === blueprint).map(({ identifier }) => identifier)
  const kept = (blueprint: string) =>
    record.refusedDeletes.filter((one) => one.blueprint === blueprint).map(({ identifier }) => identifier)
  const now = await everything(world)
  for (const [blueprint, wanted] of Object.entries(mirrorOf(world))) {
    const missing = wanted.filter((name) => !now[blueprint]?.includes(name))
    const left = (now[blueprint] ?? []).filter((name) => !wanted.includes(name))
    expect(
      missing.filter((name) => !told(blueprint).includes(name)),
      `${sort}: missing ${blueprint}`,
    ).toEqual([])
    expect(
      left.filter((name) => !kept(blueprint).includes(name)),
      `${sort}: left over ${blueprint}`,
    ).toEqual([])
  }
}

/** Of a run that has something of everything to do. */
async function sortsOfCalls(): Promise<string[]> {
  const world = await filledWorld()
  changeEverything(world)
  world.wait(day)
  world.port.sent.length = 0
  await world.run()
  return [...new Set(world.port.sent.map(sortOf))].sort()
}

/** Without what names a single blueprint. */
function sortOf({ method, path }: SentToPort): string {
  return `${method} ${path.replace(/^\/blueprints\/(?!entities\/)[^/]+/, "/blueprints/*")}`
}
