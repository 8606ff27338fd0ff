// Which objects each resource read and mapped in this run, and a few of them as samples.
import type { Resource } from "../port/app-config.ts"
import type { RawItem } from "./kind.ts"

export interface ReadIds {
  noteMapped(resource: Resource, item: RawItem): void
  /** Some of what the object should have given is unknown: what it made before must be kept. */
  noteFailed(resource: Resource, id: string): void
  /** Read and mapped without any fault, so that what it did not give now it does not make any more. */
  isRead(resource: Resource, id: string): boolean
  hasFailed(resource: Resource, id: string): boolean
  /** Objects as they were mapped, to try a mapping on. */
  samples(resource: Resource): readonly RawItem[]
  told(resource: Resource): ToldIds
  take(resource: Resource, told: ToldIds): void
}

/** What one run knows of a resource's objects, for another that it is a part of. */
export interface ToldIds {
  mapped: string[]
  failed: string[]
  samples: RawItem[]
}

/** Enough that rare shapes (an environment few issues have) are likely among them, few enough to keep. */
const samplesKept = 25
/** Of one part of a run that is made in parts. */
const samplesTold = 5

export function createReadIds(): ReadIds {
  const all = new Map<Resource, { mapped: Set<string>; failed: Set<string>; samples: RawItem[] }>()
  const of = (resource: Resource) => {
    const known = all.get(resource) ?? { mapped: new Set<string>(), failed: new Set<string>(), samples: [] }
    all.set(resource, known)
    return known
  }
  return {
    noteMapped(resource, item) {
      const { mapped, samples } = of(resource)
      mapped.add(item.origin.id)
      if (samples.length < samplesKept) samples.push(item)
    },
    noteFailed: (resource, id) => void of(resource).failed.add(id),
    isRead: (resource, id) => of(resource).mapped.has(id) && !of(resource).failed.has(id),
    hasFailed: (resource, id) => of(resource).failed.has(id),
    samples: (resource) => of(resource).samples,
    told(resource) {
      const { mapped, failed, samples } = of(resource)
      return { mapped: [...mapped], failed: [...failed], samples: samples.slice(0, samplesTold) }
    },
    take(resource, told) {
      const { mapped, failed, samples } = of(resource)
      for (const id of told.mapped) mapped.add(id)
      for (const id of told.failed) failed.add(id)
      samples.push(...told.samples.slice(0, samplesKept - samples.length))
    },
  }
}
