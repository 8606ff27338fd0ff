// Pure: entities split so that no bulk request is over Port's limits.
import type { Entity } from "./entity.ts"

export interface BatchLimits {
  /** Entities in one request; Port takes at most 20. */
  maxLength: number
  /** Bytes of one request's body; Port takes at most 1 MiB. */
  maxBytes: number
}

/** Room for the envelope of a request around its entities. */
const envelopeBytes = 64

/** Groups in the given order. An entity over the limit alone gets a request alone, for Port to refuse by name. */
export function entityBatches(entities: readonly Entity[], limits: BatchLimits): Entity[][] {
  const groups: Entity[][] = []
  let group: Entity[] = []
  let bytes = envelopeBytes
  for (const entity of entities) {
    const size = Buffer.byteLength(JSON.stringify(entity)) + 1
    if (group.length > 0 && (group.length >= limits.maxLength || bytes + size > limits.maxBytes)) {
      groups.push(group)
      group = []
      bytes = envelopeBytes
    }
    group.push(entity)
    bytes += size
  }
  if (group.length > 0) groups.push(group)
  return groups
}
