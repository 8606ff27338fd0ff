// One resource of a mapping applied to raw objects: what became of each.
import { compileResource } from "../../mapping/compile-resource.ts"
import type { Jq } from "../../mapping/jq.ts"
import { mapBatch } from "../../mapping/map-batch.ts"
import { type FieldNote, gatherMappingProblems } from "../../mapping/mapping-problems.ts"
import type { ParsedAppConfig, Resource } from "../../port/app-config.ts"
import type { Entity } from "../../port/entity.ts"
import type { OpenKind } from "../kind.ts"
import type { Samples } from "./first-page.ts"

/** Objects go by their ids. */
export interface ResourceResult {
  index: number
  kind: string
  /** The mapping's blueprint expression. */
  blueprint: string
  read: number
  entities: { object: string; entity: Entity }[]
  /** By `selector.query`, and by the selector's other keys. */
  filteredOut: string[]
  excluded: string[]
  /** Their itemsToParse gave an empty list, or their kind had nothing to add. */
  without: number
  failures: { object: string; reason: string }[]
  nulls: (Omit<FieldNote, "of"> & { of: number; where: string })[]
  /** What could not be read of Sentry. */
  unread: string[]
}

export interface ResourceUnderTest {
  resource: Resource
  kind: OpenKind
  samples: Samples
  /** Whether the kind adds to the objects (tags, members), or they have it already. */
  enrich: boolean
  /** Where the resource's entity mapping stands. */
  placeOf(leaf: readonly (string | number)[]): string
}

export async function testResource(
  jq: Jq,
  { resource, kind, samples, enrich, placeOf }: ResourceUnderTest,
  signal: AbortSignal,
): Promise<ResourceResult> {
  const admitted = samples.items.filter(({ raw }) => kind.admits(raw))
  const excluded = samples.items.filter((item) => !admitted.includes(item))
  const enriched = enrich ? await kind.enrich(admitted, signal) : { items: admitted, without: 0, unread: [] }
  const raws = enriched.items.map(({ raw }) => raw)
  const batch = await mapBatch(jq, resource, raws, signal)
  const idOf = (index: number) => enriched.items[index]?.origin.id ?? `#${index + 1}`
  const gathered = gatherMappingProblems()
  gathered.add(batch)
  const { leaves } = compileResource(resource)
  return {
    index: resource.index,
    kind: resource.kind,
    blueprint: resource.mapping.blueprint,
    read: samples.items.length,
    entities: batch.entities.map(({ entity, index }) => ({ object: idOf(index), entity })),
    filteredOut: batch.filteredOut.map(idOf),
    excluded: excluded.map(({ origin }) => origin.id),
    without: enriched.without + batch.empty.length,
    failures: batch.failures.map(({ index, reason }) => ({ object: idOf(index), reason })),
    nulls: gathered.fields().map((field) => ({
      ...field,
      where: placeOf(leaves.find(({ path }) => path === field.path)?.at ?? []),
    })),
    unread: [
      ...samples.unread,
      ...enriched.unread.map(({ origin, outcome }) =>
        outcome.state === "complete" ? origin.id : `${origin.id}: ${outcome.reason}`,
      ),
    ],
  }
}

/** Tells which of several mappings of one resource this is. */
export function mappingPathOf(
  parsed: ParsedAppConfig | undefined,
  resource: Resource,
): readonly (string | number)[] {
  const path = ["resources", resource.index, "port", "entity", "mappings"]
  const siblings = parsed?.config.resources.filter(({ index }) => index === resource.index) ?? []
  return siblings.length > 1 ? [...path, siblings.indexOf(resource)] : path
}
