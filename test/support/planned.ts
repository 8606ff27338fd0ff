// Plan, then run: that the plan wrote nothing, and that the run did what the plan said, is asserted here for any world.
import { expect } from "vitest"
import type { Plan } from "../../src/resync/plan.ts"
import { countsByKind, type RunRecord } from "../../src/resync/run-record.ts"
import type { SentToPort } from "./port-proxy.ts"
import { smallBlueprints } from "./small-world.ts"
import { allTables } from "./tables.ts"
import type { StoredEntity, World } from "./world.ts"

/** Plans and runs at the same point in time, and answers both when they agree. */
export async function planThenRun(
  world: World,
  blueprints: readonly string[] = smallBlueprints.map(({ identifier }) => String(identifier)),
): Promise<{ plan: Plan; record: RunRecord }> {
  const before = await snapshot(world, blueprints)
  const tables = await allTables(world.catalog.database)
  world.port.sent.length = 0
  const plan = await world.plan()
  expect(world.port.sent.filter(isWrite)).toEqual([])
  expect(await allTables(world.catalog.database)).toEqual(tables)

  const record = await world.resync()
  const after = await snapshot(world, blueprints)
  expect(changesOf(plan)).toEqual(differences(before, after))
  expect(plan.record.refusedEntities).toEqual(record.refusedEntities)
  expect(plan.record.refusedDeletes).toEqual(record.refusedDeletes)
  expect(plan.record.openSources).toEqual(record.openSources)
  expect(plan.record.failures).toEqual(record.failures)
  expect(plan.record.kept).toEqual(record.kept)
  expect(plan.record.notes).toEqual(record.notes)
  expect(plan.record.status).toBe(record.status)
  expect(countsByKind(plan.record)).toEqual(countsByKind(record))
  return { plan, record }
}

/** Anything that could change what Port holds; a check of entities that stores nothing is none. */
export function isWrite({ method, path, query }: SentToPort): boolean {
  if (method === "GET" || path === "/auth/access_token") return false
  if (path.endsWith("/entities/search") || path.endsWith("/datasource-entities")) return false
  return query.get("validation_only") !== "true"
}

type Fields = Record<string, unknown>
type Snapshot = Record<string, Record<string, { fields: Fields; updatedAt: string }>>

async function snapshot(world: World, blueprints: readonly string[]): Promise<Snapshot> {
  const taken: Snapshot = {}
  for (const blueprint of blueprints) {
    const entities = Object.entries(await world.entities(blueprint))
    taken[blueprint] = Object.fromEntries(
      entities.map(([name, entity]) => [name, { fields: fieldsOf(entity), updatedAt: entity.updatedAt }]),
    )
  }
  return taken
}

function fieldsOf({ identifier, title, team, properties, relations }: StoredEntity): Fields {
  const named = (prefix: string, values: Record<string, unknown>) =>
    Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value] as const)
  const all = [
    ["title", title === identifier ? null : title] as const,
    ["team", names(team)] as const,
    ...named("properties", properties),
    ...named("relations", relations).map(([name, value]) => [name, names(value)] as const),
  ]
  return Object.fromEntries(all)
}

/** No target, an empty list and null are one; a list of one is that one. */
function names(value: unknown): unknown {
  if (!Array.isArray(value)) return value ?? null
  return value.length > 1 ? [...value].sort() : (value[0] ?? null)
}

/** Every entity that changed, with its changed fields; one that was written without a change of fields has none. */
function differences(before: Snapshot, after: Snapshot): string[] {
  const lines: string[] = []
  for (const [blueprint, entities] of Object.entries(after)) {
    const names = new Set([...Object.keys(entities), ...Object.keys(before[blueprint] ?? {})])
    for (const name of names) {
      const was = before[blueprint]?.[name]
      const is = entities[name]
      const fields = is ? changed(was?.fields ?? {}, is.fields) : []
      if (was?.updatedAt === is?.updatedAt && fields.length === 0) continue
      lines.push(line({ what: was ? (is ? "update" : "delete") : "create", blueprint, name, fields }))
    }
  }
  return lines.sort()
}

function changed(before: Fields, after: Fields): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names.flatMap((name) => {
    const [from, to] = [JSON.stringify(before[name] ?? null), JSON.stringify(after[name] ?? null)]
    return from === to ? [] : [`${name}: ${from} → ${to}`]
  })
}

function changesOf({ changes }: Plan): string[] {
  return changes
    .map(({ what, blueprint, identifier, fields }) => {
      const texts = fields.map(
        ({ field, from, to }) => `${field}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`,
      )
      return line({ what, blueprint, name: identifier, fields: texts.sort() })
    })
    .sort()
}

function line(change: { what: string; blueprint: string; name: string; fields: string[] }): string {
  return `${change.what} ${change.blueprint} ${change.name} ${change.fields.join(", ")}`
}
