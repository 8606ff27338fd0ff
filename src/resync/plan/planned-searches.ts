// Searches of an entity in blueprints that the plan changes: Port does not know yet what they will find.
import type { JsonObject } from "../../common/json.ts"
import type { Blueprint } from "../../port/blueprint.ts"
import type { Entity } from "../../port/entity.ts"
import type { FailedUpsert } from "../../port/entity-upserts.ts"
import { isSearchQuery } from "../../port/search-query.ts"
import type { ShadowCatalog } from "./shadow-catalog.ts"

export interface ResolvedSearches {
  /** With names in place of what was found; a search that will be refused, or that only Port can answer, stays. */
  resolved: Entity
  /** What Port would say, where a search finds none or too many by then. */
  refusal: FailedUpsert | undefined
}

export async function resolveSearches(
  shadow: ShadowCatalog,
  definition: Blueprint,
  entity: Entity,
): Promise<ResolvedSearches> {
  const named = await resolveIdentifier(shadow, definition, entity)
  if (named.refusal || !entity.relations) return named
  const relations: JsonObject = { ...entity.relations }
  for (const [name, value] of Object.entries(entity.relations)) {
    const relation = definition.relations[name]
    if (!relation || !isSearchQuery(value) || !shadow.isTouched(relation.target)) continue
    const found = await shadow.find(relation.target, value)
    if (!found) continue
    if (found.length > 1 && !relation.many) {
      const message = `the search for relation "${name}" found more than one target`
      return { ...named, refusal: refusal(entity, 422, "relation_many_violation", message) }
    }
    relations[name] = relation.many ? found : (found[0] ?? null)
  }
  return { ...named, resolved: { ...named.resolved, relations } }
}

async function resolveIdentifier(
  shadow: ShadowCatalog,
  { identifier: blueprint }: Blueprint,
  entity: Entity,
): Promise<ResolvedSearches> {
  const asIs: ResolvedSearches = { resolved: entity, refusal: undefined }
  if (!isSearchQuery(entity.identifier) || !shadow.isTouched(blueprint)) return asIs
  const found = await shadow.find(blueprint, entity.identifier)
  if (!found) return asIs
  const [only] = found
  if (found.length > 1) {
    const message = `the search for the identifier found more than one entity in "${blueprint}"`
    return { ...asIs, refusal: refusal(entity, 422, "invalid_request", message) }
  }
  if (only !== undefined) return { ...asIs, resolved: { ...entity, identifier: only } }
  const message = `the search for the identifier found no entity in "${blueprint}"`
  return { ...asIs, refusal: refusal(entity, 404, "not_found", message) }
}

/** As Port would refuse the entity. */
export function refusal(entity: Entity, status: number, code: string, message: string): FailedUpsert {
  return { ok: false, entity, status, code, message, mayPassLater: status === 404, isVerdict: true }
}
