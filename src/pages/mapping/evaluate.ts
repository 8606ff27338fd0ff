// A mapping applied to samples: the entities, what is null and why, and what their blueprints would refuse.
import type { JsonObject, JsonValue } from "../../common/json.ts"
import { isJsonObject } from "../../common/json.ts"
import { compileResource } from "../../mapping/compile-resource.ts"
import type { Jq } from "../../mapping/jq.ts"
import type { Resource } from "../../port/app-config.ts"
import type { Blueprint } from "../../port/blueprint.ts"
import type { Entity } from "../../port/entity.ts"
import type { RawItem, RawObject } from "../../resync/kind.ts"
import { checkEntity } from "../../resync/plan/check-entity.ts"
import { mappingPathOf, type ResourceResult, testResource } from "../../resync/try-mapping/test-resource.ts"
import { lineAndColumn, type ReadText } from "./read-text.ts"
import type { SampleShelf } from "./samples.ts"
import { whyNull } from "./why-null.ts"

export interface EvaluateDeps {
  jq: Jq
  shelf: SampleShelf
  blueprint(identifier: string): Promise<Blueprint | undefined>
}

export interface EvaluateOrder {
  read: ReadText
  resources: readonly Resource[]
  /** Instead of Sentry's: as the mapping would see them, with what their kind adds. */
  samples: readonly RawObject[] | undefined
}

export async function evaluate(
  deps: EvaluateDeps,
  order: EvaluateOrder,
  signal: AbortSignal,
): Promise<JsonObject[]> {
  const results: JsonObject[] = []
  for (const resource of order.resources) results.push(await evaluateOne(deps, order, resource, signal))
  return results
}

async function evaluateOne(
  deps: EvaluateDeps,
  { read, samples }: EvaluateOrder,
  resource: Resource,
  signal: AbortSignal,
): Promise<JsonObject> {
  const shelf = await deps.shelf.of(resource, signal)
  const given = samples?.map((raw, at) => ({ raw, origin: { part: "", id: nameOf(raw, at) } }))
  const path = mappingPathOf(read.parsed, resource)
  const placeOf = (leaf: readonly (string | number)[]) => {
    const { line, column } = read.placeOf([...path, ...leaf])
    return `:${line}:${column}`
  }
  const result = await testResource(
    deps.jq,
    {
      resource,
      kind: shelf.kind,
      samples: given ? { items: given, unread: [] } : shelf,
      enrich: given === undefined,
      placeOf,
    },
    signal,
  )
  const items =
    given ??
    (
      await shelf.kind.enrich(
        shelf.items.filter(({ raw }) => shelf.kind.admits(raw)),
        signal,
      )
    ).items
  const rawOf = new Map(items.map(({ raw, origin }: RawItem) => [origin.id, raw]))
  const { entities, nulls, ...counts } = result
  const rawOfEntity = (identifier: string | undefined) => {
    const named = entities.find(({ entity }) => entity.identifier === identifier)
    return named && rawOf.get(named.object)
  }
  const viewed: JsonObject[] = []
  for (const { object, entity } of entities) {
    viewed.push({
      object,
      entity: { ...entity },
      nulls: nullsOf(resource, { entity, raw: rawOf.get(object), result, placeOf }),
      problems: await problemsOf(deps, entity),
    })
  }
  return {
    ...counts,
    nulls: nulls.map(({ path: field, expression, count, of, always, error, where, example }) => ({
      ...{ path: field, expression, count, of, always },
      error: error ?? null,
      why: whyNull(expression, rawOfEntity(example), error),
      ...lineAndColumn(where),
    })),
    entities: viewed,
    samplesAt: given ? null : new Date(shelf.fetchedAt).toISOString(),
  }
}

function nullsOf(
  resource: Resource,
  {
    entity,
    raw,
    result,
    placeOf,
  }: {
    entity: Entity
    raw: RawObject | undefined
    result: ResourceResult
    placeOf(leaf: readonly (string | number)[]): string
  },
): JsonObject[] {
  return compileResource(resource).leaves.flatMap(({ path, at, expression }) => {
    if (valueAt(entity, at) !== null) return []
    const noted = result.nulls.find((one) => one.path === path)
    if (!noted) return []
    const { error } = noted
    return [
      {
        path,
        expression,
        error: error ?? null,
        why: whyNull(expression, raw, error),
        ...lineAndColumn(placeOf(at)),
      },
    ]
  })
}

/** Undefined where there is none: a rule of a search query stands elsewhere in the entity than in the mapping. */
function valueAt(entity: Entity, path: readonly (string | number)[]): JsonValue | undefined {
  let value: JsonValue | undefined = { ...entity } as JsonObject // an entity is JSON
  for (const key of path) {
    if (Array.isArray(value)) value = value[Number(key)]
    else if (isJsonObject(value)) value = value[String(key)]
    else return undefined
  }
  return value
}

async function problemsOf({ blueprint }: EvaluateDeps, entity: Entity): Promise<JsonObject[]> {
  const definition = await blueprint(entity.blueprint)
  const message = definition
    ? checkEntity(definition, entity, false)
    : `there is no blueprint "${entity.blueprint}"`
  if (message === undefined) return []
  return [{ field: /"([^"]+)"/.exec(message)?.[1] ?? null, message }]
}

function nameOf(raw: RawObject, at: number): string {
  const name = raw.id ?? raw.slug
  return typeof name === "string" || typeof name === "number" ? String(name) : `#${at + 1}`
}
