// What Port has taken of us is remembered, so that the next run need not read it from the catalog.
import { type Entity, isSystemBlueprint } from "../port/entity.ts"
import type { UpsertOutcome } from "../port/entity-upserts.ts"
import { isSearchQuery } from "../port/search-query.ts"
import { useOf } from "./blueprint-use.ts"
import { type EntityShape, shapeDigest, shapeOf } from "./entity-shape.ts"
import { shapeKey } from "./held-entities.ts"
import type { OpenResource } from "./readings.ts"
import type { Run } from "./run.ts"

/** A date of an answer is told in whole seconds, so that the time at Port is up to one later than it says. */
const marginMs = 2_000

/** Of one blueprint. `begun`: when the first of them was sent, on Port's clock. */
export async function noteHeld(
  run: Run,
  open: OpenResource,
  { blueprint, outcomes, begun }: { blueprint: string; outcomes: readonly UpsertOutcome[]; begun: number },
): Promise<void> {
  if (!run.origins.remembers || isSystemBlueprint(blueprint)) return
  const written = { from: begun - marginMs, to: run.port.serverNow() + marginMs }
  const own = named([shapeOf(open.resource.mapping)])
  const all = named(useOf(run.config, blueprint).shapes)
  const held = outcomes.flatMap((outcome) => {
    if (!outcome.ok) return []
    // Of an entity that was there before, what other resources wrote into it is not known any more.
    const digests = digestsOf(outcome.entity, outcome.created ? all : own)
    return [{ identifier: outcome.identifier, digests, ...written }]
  })
  await run.origins.held.note(blueprint, held)
}

type NamedShape = { key: string; shape: EntityShape }

function named(shapes: readonly EntityShape[]): NamedShape[] {
  return shapes.map((shape) => ({ key: shapeKey(shape), shape }))
}

/** Nothing where a search found the entity: then only Port knows what else it holds. */
function digestsOf(entity: Entity, shapes: readonly NamedShape[]): Record<string, string> {
  if (isSearchQuery(entity.identifier)) return {}
  return Object.fromEntries(shapes.map(({ key, shape }) => [key, shapeDigest(shape, entity)]))
}
