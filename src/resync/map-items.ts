// Raw objects to entities: what the kind adds to them, then the mapping. What could not be read or mapped makes its
// source partial, so that nothing it made before is taken for gone.
import { mapBatch } from "../mapping/map-batch.ts"
import type { RawItem } from "./kind.ts"
import type { OpenResource } from "./readings.ts"
import type { MappedEntity, Run } from "./run.ts"

/** The objects with what the kind adds (`__tags` …); those whose addition could not be read are left out. */
export async function enrichItems(
  run: Run,
  open: OpenResource,
  items: readonly RawItem[],
): Promise<RawItem[]> {
  const enriched = await open.kind.enrich([...items], run.signal)
  open.record.counts.without += enriched.without
  open.record.counts.failed += enriched.unread.length
  open.record.counts.unread += enriched.unread.length
  for (const { origin, outcome } of enriched.unread) {
    run.readIds.noteFailed(open.resource, origin.id)
    run.sources.end(open.resource, { part: origin.part, outcome })
  }
  return enriched.items
}

export async function mapItems(
  run: Run,
  open: OpenResource,
  items: readonly RawItem[],
): Promise<MappedEntity[]> {
  const { counts } = open.record
  const batch = await mapBatch(
    run.jq,
    open.resource,
    items.map(({ raw }) => raw),
    run.signal,
  )
  run.notes.add(open.resource, batch, (index) => items[index]?.origin.id)
  counts.filteredOut += batch.filteredOut.length
  counts.without += batch.empty.length
  counts.failed += batch.failures.length

  const failed = new Set(batch.failures.map(({ index }) => index))
  items.forEach((item, index) => {
    if (!failed.has(index)) run.readIds.noteMapped(open.resource, item)
  })
  for (const { index, reason } of batch.failures) {
    const origin = items[index]?.origin
    if (!origin) continue
    run.readIds.noteFailed(open.resource, origin.id)
    run.sources.end(open.resource, {
      part: origin.part,
      outcome: { state: "partial", reason: `not mapped: ${reason}` },
    })
  }
  return batch.entities.flatMap(({ entity, index }) => {
    const origin = items[index]?.origin
    return origin ? [{ entity, origin }] : []
  })
}
