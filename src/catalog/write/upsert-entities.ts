// Entities of one blueprint, created and changed: one item after the other, each on its own feet.
import { randomInt } from "node:crypto"
import { isJsonObject } from "../../common/json.ts"
import { ok, type Refusal, type Result, refuse, refused } from "../api-error.ts"
import { type EntityBody, parseEntityBody } from "../rules/entity-body.ts"
import {
  badIdentifier,
  checkLinks,
  missingRelation,
  nextProperties,
  type WriteMode,
} from "../rules/entity-values.ts"
import type { AuditOrigin } from "../store/audits.ts"
import type { StoredBlueprint } from "../store/blueprints.ts"
import type { EntityRecord } from "../store/entities.ts"
import type { Targets } from "../store/relations.ts"
import { resolveTargets, wantedTargets } from "./link-targets.ts"
import type { WorkingSet } from "./working-set.ts"

export type Writer = AuditOrigin

export interface UpsertOptions {
  /** What happens to an entity that exists: refused (409), replaced, or merged into. */
  existing: "refuse" | WriteMode
  createMissing: boolean
}

export interface UpsertDeps {
  set: WorkingSet
  blueprint: StoredBlueprint
  writer: Writer
}

export type ItemOutcome =
  | { ok: true; identifier: string; created: boolean; entity: EntityRecord }
  | { ok: false; identifier: string; refusal: Refusal }

/** One outcome per item, in order. Writes nothing before the working set is flushed. */
export async function upsertEntities(
  deps: UpsertDeps,
  items: readonly unknown[],
  options: UpsertOptions,
): Promise<ItemOutcome[]> {
  const bodies = items.map(parseEntityBody)
  await preload(deps, bodies)
  const outcomes: ItemOutcome[] = []
  for (const [index, body] of bodies.entries()) {
    const result = body.ok ? await upsertOne(deps, body.value, options) : body
    outcomes.push(result.ok ? { ok: true, ...result.value } : { ...result, identifier: nameOf(items[index]) })
  }
  return outcomes
}

/** What of an item's outcome names it, where it never got as far as an entity. */
function nameOf(item: unknown): string {
  return isJsonObject(item) && typeof item.identifier === "string" ? item.identifier : "unknown"
}

async function preload(deps: UpsertDeps, bodies: readonly Result<EntityBody>[]): Promise<void> {
  const { definition } = deps.blueprint
  const parsed = bodies.flatMap((body) => (body.ok ? [body.value] : []))
  const identifiers = parsed.flatMap((body) => (typeof body.identifier === "string" ? [body.identifier] : []))
  await deps.set.load(definition.identifier, [...new Set(identifiers)])
  await deps.set.loadTargets(wantedTargets(definition, parsed))
}

interface Upserted {
  identifier: string
  created: boolean
  entity: EntityRecord
}

async function upsertOne(
  deps: UpsertDeps,
  body: EntityBody,
  options: UpsertOptions,
): Promise<Result<Upserted>> {
  const identifier = await identify(deps, body)
  if (!identifier.ok) return identifier
  const stored = deps.set.get(deps.blueprint.definition.identifier, identifier.value)
  if (stored && options.existing === "refuse") {
    const { identifier: blueprint } = deps.blueprint.definition
    return refused(
      refuse(409, "identifier_taken", `"${identifier.value}" already exists in the blueprint "${blueprint}"`),
    )
  }
  const mode = options.existing === "merge" ? "merge" : "replace"
  const written = await writeEntity(deps, body, {
    identifier: identifier.value,
    stored,
    mode,
    createMissing: options.createMissing,
  })
  return written.ok
    ? ok({ identifier: identifier.value, created: stored === undefined, entity: written.value })
    : written
}

/** The identifier of the body, the one its query finds, or a new one. */
async function identify(deps: UpsertDeps, body: EntityBody): Promise<Result<string>> {
  if (body.identifier === undefined) return ok(newIdentifier())
  if (typeof body.identifier === "string") return ok(body.identifier)
  const { identifier: blueprint } = deps.blueprint.definition
  const found = await deps.set.find(blueprint, body.identifier, 2)
  if (!found.ok) return found
  const [only, second] = found.value
  if (!only)
    return refused(
      refuse(404, "not_found", `the search for the identifier found no entity in "${blueprint}"`),
    )
  if (second) {
    return refused(badIdentifier(`is a search that found more than one entity in "${blueprint}"`))
  }
  await deps.set.load(blueprint, [only.identifier])
  return ok(only.identifier)
}

export interface EntityWrite {
  identifier: string
  stored: EntityRecord | undefined
  mode: WriteMode
  createMissing: boolean
}

/** Puts one entity, and the targets it creates, into the working set; or says why not, and changes nothing. */
export async function writeEntity(
  deps: UpsertDeps,
  body: EntityBody,
  write: EntityWrite,
): Promise<Result<EntityRecord>> {
  const { blueprint, writer } = deps
  const merged = write.mode === "merge" ? write.stored : undefined
  const properties = nextProperties(blueprint, body.properties, merged?.properties)
  if (!properties.ok) return properties
  const problem = checkLinks(blueprint, body)
  if (problem) return refused(problem)
  const self = { blueprint: blueprint.definition.identifier, identifier: write.identifier, title: null }
  const links = await resolveTargets(deps, body, { self, createMissing: write.createMissing })
  if (!links.ok) return links
  const targets = nextTargets(merged?.targets, links.value.targets)
  const missing = missingRequired(blueprint, targets, merged ? links.value.targets : undefined)
  if (missing !== undefined) return refused(missingRelation(missing))

  for (const bare of links.value.missing) deps.set.put(bareEntity(bare, writer), { relinked: false })
  const record: EntityRecord = {
    id: write.stored?.id,
    blueprint: self.blueprint,
    identifier: write.identifier,
    title: body.title === undefined ? (merged ? merged.title : write.identifier) : body.title,
    icon: body.icon === undefined ? (merged?.icon ?? null) : body.icon,
    properties: properties.value,
    targets,
    createdAt: write.stored?.createdAt ?? writer.now,
    createdBy: write.stored?.createdBy ?? writer.actor,
    updatedAt: writer.now,
    updatedBy: writer.actor,
    datasource: writer.datasource,
  }
  deps.set.put(record, { relinked: !sameTargets(write.stored?.targets, targets) })
  return ok(record)
}

/** Merged relation by relation; the empty ones are left out. */
function nextTargets(stored: Targets | undefined, sent: Targets): Targets {
  const next: Targets = new Map([...(stored ?? []), ...sent])
  for (const [name, targets] of next) if (targets.length === 0) next.delete(name)
  return next
}

/** A required relation without a target. On a merge only those that the body touches count. */
function missingRequired(
  blueprint: StoredBlueprint,
  targets: Targets,
  touched: Targets | undefined,
): string | undefined {
  return Object.entries(blueprint.definition.relations)
    .filter(([name, relation]) => relation.required && (touched === undefined || touched.has(name)))
    .map(([name]) => name)
    .find((name) => !targets.has(name))
}

function sameTargets(before: Targets | undefined, after: Targets): boolean {
  if ((before?.size ?? 0) !== after.size) return false
  return [...after].every(([name, targets]) => {
    const stored = before?.get(name)
    return (
      stored?.length === targets.length &&
      targets.every((target, index) => stored[index]?.identifier === target.identifier)
    )
  })
}

/** Identifier and title only: what `create_missing_related_entities` makes, even where properties are required. */
function bareEntity(key: { blueprint: string; identifier: string }, writer: Writer): EntityRecord {
  return {
    id: undefined,
    blueprint: key.blueprint,
    identifier: key.identifier,
    title: key.identifier,
    icon: null,
    properties: {},
    targets: new Map(),
    createdAt: writer.now,
    createdBy: writer.actor,
    updatedAt: writer.now,
    updatedBy: writer.actor,
    datasource: writer.datasource,
  }
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

function newIdentifier(): string {
  return `e_${Array.from({ length: 16 }, () => letters[randomInt(letters.length)] ?? "0").join("")}`
}
