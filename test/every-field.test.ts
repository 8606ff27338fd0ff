// Whatever field of an object a mapping reads, alone or with all others, it gets what the original's calls give: what is
// not asked for is only what no expression reads.
import { describe, expect, it } from "vitest"
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../src/common/json.ts"
import type { FaultRule } from "../src/simulator/faults.ts"
import { generateOrganization } from "../src/simulator/generate.ts"
import type { Simulator } from "../src/simulator/serve.ts"
import { steppedClock, useSimulator } from "./support/simulator.ts"
import { blueprint, resource, wanting } from "./support/small-world.ts"
import { createWorld, type World } from "./support/world.ts"

const start = "2026-03-02T10:00:00Z"

interface Subject {
  kind: string
  /** A name for each object of the kind. */
  identifier: string
  selector?: JsonObject
}

const subjects: readonly Subject[] = [
  { kind: "user", identifier: ".id" },
  { kind: "team", identifier: ".id" },
  { kind: "team", identifier: ".id", selector: { includeMembers: true } },
  { kind: "project", identifier: ".id" },
  { kind: "project-tag", identifier: '.id + "-" + .__tags.value' },
  { kind: "issue", identifier: ".id" },
  { kind: "issue-tag", identifier: ".id" },
  { kind: "issue-tag", identifier: ".id", selector: { tag: "level" } },
]

const refused = { status: 403, body: { detail: "You do not have permission to perform this action." } }
/** What a server lacks decides by which way tags are read. */
const servers: readonly [what: string, faults: FaultRule[]][] = [
  ["with everything", []],
  ["without lists of environments", [{ path: /organizations\/[^/]+\/environments\//, action: refused }]],
  [
    "without these and explore",
    [
      { path: /organizations\/[^/]+\/environments\//, action: refused },
      { path: /organizations\/[^/]+\/events\//, action: refused },
    ],
  ],
]

describe.each(servers)("on a server %s", (_, faults) => {
  it.each(subjects)(
    "all fields of a $kind are those of the object taken whole ($selector)",
    async (subject) => {
      const { simulator, whole, clock } = await original(subject, faults)
      const paths = pathsIn([...whole.values()])
      expect(paths.length).toBeGreaterThan(5)
      const fields = paths.map((path, index) => [`f${index}`, path] as const)
      const world = await worldOf(simulator, { subject, fields, clock, tagSource: "auto" })
      // The second run has the memory of the first.
      for (let run = 0; run < 2; run++) {
        clock.set(start)
        expect(wanting(await world.resync())).toEqual([])
        const entities = await world.entities("object")
        expect(Object.keys(entities).sort()).toEqual([...whole.keys()].sort())
        for (const [identifier, { properties }] of Object.entries(entities)) {
          const found = Object.fromEntries(
            fields.map(([name, path]) => [textOf(path), read(properties[name])]),
          )
          const given = whole.get(identifier) ?? null
          expect(found).toEqual(Object.fromEntries(paths.map((path) => [textOf(path), valueAt(given, path)])))
        }
      }
    },
  )
})

it.each(subjects)(
  "each field of a $kind read alone is that of the object taken whole ($selector)",
  async (subject) => {
    const { simulator, whole, clock } = await original(subject, [])
    const keys = pathsIn([...whole.values()]).filter((path) => path.length === 1)
    const world = await worldOf(simulator, { subject, fields: [], clock, tagSource: "auto" })
    for (const path of keys) {
      await world.setMapping(mappingOf(subject, [["f0", path]]))
      clock.set(start)
      expect(wanting(await world.resync())).toEqual([])
      const found = Object.entries(await world.entities("object")).map(
        ([identifier, { properties }]) => [identifier, read(properties.f0)] as const,
      )
      const given = [...whole].map(([identifier, object]) => [identifier, valueAt(object, path)] as const)
      expect(Object.fromEntries(found), textOf(path)).toEqual(Object.fromEntries(given))
    }
  },
)

/** The objects as the original's calls give them, by their entity's name. */
async function original(subject: Subject, faults: FaultRule[]) {
  const clock = steppedClock(start)
  const organization = generateOrganization({
    projects: 2,
    issuesPerProject: 8,
    environments: ["production", "eu/west 1"],
    otherShare: 0.3,
    days: 60,
    clock,
  })
  const simulator = await useSimulator({ organization })
  const world = await worldOf(simulator, { subject, fields: [["f0", []]], clock, tagSource: "exact" })
  clock.set(start)
  expect(wanting(await world.resync())).toEqual([])
  for (const fault of faults) simulator.faults.add(fault)
  const whole = Object.entries(await world.entities("object")).map(
    ([identifier, { properties }]) => [identifier, read(properties.f0)] as const,
  )
  expect(whole.length).toBeGreaterThan(0)
  return { simulator, whole: new Map(whole), clock }
}

type Path = readonly string[]
type Field = readonly [name: string, path: Path]

async function worldOf(
  simulator: Simulator,
  how: {
    subject: Subject
    fields: readonly Field[]
    clock: ReturnType<typeof steppedClock>
    tagSource: "auto" | "exact"
  },
): Promise<World> {
  const { subject, fields, clock, tagSource } = how
  const names = fields.length === 0 ? ["f0"] : fields.map(([name]) => name)
  const properties = Object.fromEntries(names.map((name) => [name, { type: "string" }]))
  return await createWorld({
    sentry: simulator,
    mapping: mappingOf(subject, fields),
    blueprints: [blueprint("object", properties)],
    scanState: tagSource === "auto",
    tagSource,
    clock,
  })
}

function mappingOf({ kind, identifier, selector = {} }: Subject, fields: readonly Field[]): JsonObject {
  const properties = Object.fromEntries(fields.map(([name, path]) => [name, `${textOf(path)} | tojson`]))
  return { resources: [resource(kind, { identifier, blueprint: '"object"', properties }, { selector })] }
}

/** All there are in any of the objects, less what is inside of lists. */
function pathsIn(objects: readonly JsonValue[]): Path[] {
  const found = new Map<string, Path>()
  const visit = (value: JsonValue | undefined, path: Path): void => {
    if (path.length > 0) found.set(textOf(path), path)
    if (isJsonObject(value)) for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key])
  }
  for (const object of objects) visit(object, [])
  return [...found.values()]
}

function textOf(path: Path): string {
  return `.${path.map((key) => `[${JSON.stringify(key)}]`).join("")}`
}

function valueAt(object: JsonValue, path: Path): JsonValue {
  return path.reduce<JsonValue>((value, key) => (isJsonObject(value) ? (value[key] ?? null) : null), object)
}

function read(text: unknown): JsonValue {
  return parseJson(String(text)) ?? null
}
