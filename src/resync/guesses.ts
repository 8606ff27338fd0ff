// Without a record of where an entity came from, its identifier's text may hold the id of its object. Such a guess is
// believed only where the mapping itself makes that very identifier of an object with that id.
import { mapBatch } from "../mapping/map-batch.ts"
import { entityKey } from "../port/entity.ts"
import type { RawItem } from "./kind.ts"
import { identifierText } from "./load-entities.ts"
import type { OpenResource } from "./readings.ts"
import type { Run } from "./run.ts"

/** Objects tried in one call of the engine. */
const triedAtOnce = 500

/**
 * The entities (by `entityKey`) that each object would make if the selector's query let all pass: whether an entity is
 * this object's does not depend on whether it is wanted.
 */
export async function wouldMake(
  run: Run,
  open: OpenResource,
  items: readonly RawItem[],
): Promise<Map<string, Set<string>>> {
  const made = new Map<string, Set<string>>()
  const resource = { ...open.resource, query: "true" }
  for (let at = 0; at < items.length; at += triedAtOnce) {
    const tried = items.slice(at, at + triedAtOnce)
    const batch = await mapBatch(
      run.jq,
      resource,
      tried.map(({ raw }) => raw),
      run.signal,
    )
    for (const { entity, index } of batch.entities) {
      const id = tried[index]?.origin.id ?? ""
      made.set(id, (made.get(id) ?? new Set()).add(entityKey(entity.blueprint, identifierText(entity))))
    }
  }
  return made
}

/** Objects that do not exist (any more), as they would look: samples of this run with the ids in question. */
export function pretend(run: Run, open: OpenResource, ids: readonly string[]): RawItem[] {
  const samples = run.readIds.samples(open.resource)
  return ids.flatMap((id) =>
    samples.map(({ raw, origin }) => ({ raw: open.kind.withId(raw, id), origin: { part: origin.part, id } })),
  )
}
