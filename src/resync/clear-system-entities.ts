// Entities of Port's own blueprints are never deleted: only what we wrote on them is cleared when it no longer holds.
import { errorText } from "../common/errors.ts"
import type { JsonObject } from "../common/json.ts"
import { throwIfFatal } from "../port/auth.ts"
import { portStatus } from "../port/request.ts"
import { shapeDigest, shapeOf } from "./entity-shape.ts"
import type { Run } from "./run.ts"
import type { Stray } from "./strays.ts"

export async function clearSystemEntities(
  run: Run,
  blueprint: string,
  strays: readonly Stray[],
): Promise<void> {
  const known = await run.known.of(blueprint)
  for (const stray of strays) {
    const shapes = stray.makers.map(({ resource }) => shapeOf(resource.mapping))
    const empty = new Set(shapes.map((shape) => shapeDigest(shape, { identifier: stray.identifier })))
    const held = known.get(stray.identifier)
    if (shapes.length === 0 || held?.digests.every((digest) => empty.has(digest))) continue
    await clear(run, blueprint, stray)
  }
}

async function clear(run: Run, blueprint: string, stray: Stray): Promise<void> {
  const definition = await run.blueprint(blueprint)
  const properties: JsonObject = {}
  const relations: JsonObject = {}
  for (const { resource } of stray.makers) {
    for (const name of Object.keys(resource.mapping.properties)) properties[name] = null
    for (const name of Object.keys(resource.mapping.relations)) {
      relations[name] = definition?.relations[name]?.many ? [] : null
    }
  }
  try {
    await run.port.entities.patch(blueprint, stray.identifier, { properties, relations }, run.signal)
    await run.origins.forgetEntities([stray])
    run.log.info(
      { blueprint, identifier: stray.identifier },
      "Cleared what was written on an entity of Port's own",
    )
  } catch (error) {
    throwIfFatal(error)
    if (portStatus(error) === 404) return // the entity itself is gone, and with it what we wrote
    run.record.failures.push(`clearing ${blueprint} ${stray.identifier}: ${errorText(error)}`)
  }
}
