// The preset `packaged` beside what the original packages, which is another project's data and so not in this repository:
// where it is found beside the checkout, both must have the same effect.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { isJsonObject, type JsonObject } from "../src/common/json.ts"
import { Blueprint } from "../src/port/blueprint.ts"
import { presets } from "../src/sentry/defaults/presets.ts"
import { generateOrganization } from "../src/simulator/generate.ts"
import { useSimulator } from "./support/simulator.ts"
import { createWorld, type World } from "./support/world.ts"

const folder = ["../../shared/fixtures/ocean", "../../../shared/fixtures/ocean"]
  .map((path) => join(import.meta.dirname, path))
  .find((path) => existsSync(join(path, "packaged-default.json")))

const ours = presets.find(({ name }) => name === "packaged")
const names = ["sentryUser", "sentryTeam", "sentryProject", "sentryIssue"]

if (!folder) console.warn("What the original packages is not beside this checkout: nothing to compare with")

describe.skipIf(!folder)("the preset that equals what the original packages", () => {
  it("has the same blueprints, and takes further values that Sentry has", () => {
    const theirs = new Map(packaged().blueprints.map((raw) => [String(raw.identifier), Blueprint.parse(raw)]))
    const own = new Map(ours?.blueprints.map((raw) => [String(raw.identifier), Blueprint.parse(raw)]))

    expect([...own.keys()]).toEqual([...theirs.keys()])
    for (const name of names) {
      expect(withoutValues(own.get(name))).toEqual(withoutValues(theirs.get(name)))
      for (const [property, { enum: values }] of Object.entries(theirs.get(name)?.schema.properties ?? {})) {
        const taken = own.get(name)?.schema.properties[property]?.enum
        expect(taken ?? []).toEqual(expect.arrayContaining([values ?? []].flat()))
      }
    }
  })

  it("makes the same entities of the same organization", async () => {
    const organization = generateOrganization({ seed: 11, projects: 6, issuesPerProject: 15 })
    const simulator = await useSimulator({ organization })
    const theirs = await createWorld({ sentry: simulator, ...packaged() })
    const own = await createWorld({
      sentry: simulator,
      blueprints: ours?.blueprints ?? [],
      mapping: ours?.mapping ?? {},
    })

    const [theirRun, ownRun] = [await theirs.resync(), await own.resync()]

    expect(ownRun).toMatchObject({ status: "completed", failures: [], openSources: [] })
    expect(theirRun).toMatchObject({ status: "completed", failures: [], openSources: [] })
    const made = await everything(own)
    for (const name of names) expect(Object.keys(made[name] ?? {}).length).toBeGreaterThan(3)
    // Ours takes the role that the original's misspelt enum refuses; no other entity may differ.
    const refused = theirRun.refusedEntities.map(({ blueprint, identifier }) => `${blueprint} ${identifier}`)
    const only = ownRun.refusedEntities.map(({ blueprint, identifier }) => `${blueprint} ${identifier}`)
    expect(refused).toEqual(expect.arrayContaining(only))
    expect(withoutEntities(made, refused)).toEqual(withoutEntities(await everything(theirs), refused))
  })
})

function packaged(): { mapping: JsonObject; blueprints: JsonObject[] } {
  const read = (name: string) => JSON.parse(readFileSync(join(folder ?? "", name), "utf8"))
  return { mapping: read("packaged-default.json"), blueprints: read("packaged-blueprints.json") }
}

/** What a blueprint means: titles, colours and allowed values aside. */
function withoutValues(blueprint: Blueprint | undefined) {
  const properties = Object.entries(blueprint?.schema.properties ?? {}).map(
    ([name, { type, format, items }]) => [name, { type, format, items }],
  )
  const relations = Object.entries(blueprint?.relations ?? {}).map(([name, { target, many, required }]) => [
    name,
    { target, many, required },
  ])
  return {
    properties: Object.fromEntries(properties),
    required: blueprint?.schema.required,
    relations: Object.fromEntries(relations),
  }
}

async function everything(world: World): Promise<Record<string, JsonObject>> {
  const lists = await Promise.all(
    names.map(async (name) => {
      const entities = Object.entries(await world.entities(name))
      return [
        name,
        Object.fromEntries(
          entities.map(([identifier, { title, properties, relations }]) => [
            identifier,
            { title, properties, relations: sorted(relations) },
          ]),
        ),
      ] as const
    }),
  )
  return Object.fromEntries(lists) as Record<string, JsonObject> // read from JSON
}

/** The order of a relation's targets means nothing. */
function sorted(relations: Record<string, unknown>) {
  return Object.fromEntries(
    Object.entries(relations).map(([name, value]) => [name, Array.isArray(value) ? value.toSorted() : value]),
  )
}

/** Bare targets that only a refused entity would have filled are left out with it. */
function withoutEntities(all: Record<string, JsonObject>, refused: readonly string[]) {
  return Object.fromEntries(
    Object.entries(all).map(([blueprint, entities]) => [
      blueprint,
      Object.fromEntries(
        Object.entries(entities).filter(
          ([identifier, entity]) => isJsonObject(entity) && !refused.includes(`${blueprint} ${identifier}`),
        ),
      ),
    ]),
  )
}
