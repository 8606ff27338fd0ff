// Every case of the documentation that runs through the integration: mapping and payload give the computed entities.
import { readFileSync } from "node:fs"
import { afterAll, describe, expect, it } from "vitest"
import { parse } from "yaml"
import { z } from "zod"
import { isJsonObject, type JsonObject, type JsonValue } from "../common/json.ts"
import { silentLogger } from "../common/logger.ts"
import { checkMapping } from "./check-mapping.ts"
import { createJq } from "./create-jq.ts"
import { mapBatch } from "./map-batch.ts"

interface SeedCase {
  id: string
  kind: string
  payload: string
  mapping: string
  resourceIndex: number
  computed: string
  expressionErrors?: { path: string; expression: string }[]
}

// The file is ours and has this shape.
const index = JSON.parse(read("index.json")) as { compare: { members: string[] }; cases: SeedCase[] }
const cases = index.cases.filter(({ kind }) => kind !== "webhook")
const kinds = new Map(
  ["user", "team", "project", "issue", "project-tag", "issue-tag"].map((kind) => [kind, z.looseObject({})]),
)

describe.each([true, false])("the documentation's mappings, fast path %s", (fastPath) => {
  const jq = createJq({ log: silentLogger, fastPath })
  afterAll(() => jq.close())

  it("are all there", () => {
    expect(cases.length).toBe(19)
  })

  it.each(cases)("$id gives the computed entities", async (one) => {
    const parsed = await checkMapping(jq, parse(read(one.mapping)), kinds)
    expect([parsed.problems, parsed.broken]).toEqual([[], []])
    const resource = parsed.config.resources[one.resourceIndex]
    if (!resource) throw new Error("the mapping has no such resource")
    expect(resource.kind).toBe(one.kind)

    const payload = [JSON.parse(read(one.payload)) as JsonValue].flat().filter(isJsonObject) // JSON.parse gives this type
    const batch = await mapBatch(jq, resource, payload)
    const computed = [JSON.parse(read(one.computed)) as JsonValue].flat().filter(isJsonObject) // as above
    expect(computed.length).toBeGreaterThan(0)
    expect(batch.entities.map(({ entity }) => compared({ ...entity }))).toEqual(computed.map(compared))
    expect(batch.failures).toEqual([])

    // Which fields fail counts; the wording of jq's messages changes from version to version.
    const failing = batch.nulls.filter(({ error }) => error !== undefined)
    expect(failing.map(({ path, expression }) => ({ path: `.${path}`, expression }))).toEqual(
      (one.expressionErrors ?? []).map(({ path, expression }) => ({ path, expression })),
    )
  })
})

function read(name: string): string {
  return readFileSync(new URL(`../../test/fixtures/seed/${name}`, import.meta.url), "utf8")
}

// The members that the index compares. An empty group and an absent one are the same there.
function compared(entity: Record<string, JsonValue>): JsonObject {
  const members = index.compare.members.flatMap((member): [string, JsonValue][] => {
    const value = entity[member]
    if (value === undefined) return []
    return isJsonObject(value) && Object.keys(value).length === 0 ? [] : [[member, value]]
  })
  return Object.fromEntries(members)
}
