// One list of the third party, read page by page: each page mapped and loaded for every resource that wants it.
import { forEachAsync } from "../common/concurrency.ts"
import { errorText, isAbort } from "../common/errors.ts"
import { withLogFields } from "../common/log-context.ts"
import { isPortUnauthorized } from "../port/auth.ts"
import { everyPart, type RawItem, type SourceEnd } from "./kind.ts"
import { loadEntities } from "./load-entities.ts"
import { enrichItems, mapItems } from "./map-items.ts"
import type { OpenResource, SharedReading } from "./readings.ts"
import type { Run } from "./run.ts"

/** Objects mapped together: the engine is several times faster on hundreds than on tens. */
const batchSize = 400

/** Batches between reading and loading at a time; with `batchSize` this bounds the memory of a run. */
const batchesAtOnce = 2

/** Reads, maps and loads, overlapping. What goes wrong ends sources, not the run; throws only when the run must end. */
export async function resyncReading(run: Run, shared: SharedReading, read = readAll): Promise<void> {
  const started = run.clock.now()
  try {
    await read(run, shared)
    // A list without any part (an organization without projects) has been read to its end all the same.
    endSources(run, shared, { part: "", outcome: { state: "complete" } })
  } catch (error) {
    if (isAbort(error) || run.signal.aborted || isPortUnauthorized(error)) throw error
    const reason = errorText(error)
    run.log.error({ reading: shared.reading.key, reason }, "Reading failed")
    endSources(run, shared, { part: everyPart, outcome: { state: "failed", reason } })
  }
  for (const open of shared.resources) open.record.durationMs = run.clock.now() - started
}

/** Throws what goes wrong; how far each part was read by then, the sources of the run tell. */
export async function readAll(run: Run, shared: SharedReading): Promise<void> {
  await forEachAsync(batchesOf(run, shared), { concurrency: batchesAtOnce }, async (items) => {
    for (const open of shared.resources) await resyncBatch(run, open, items)
  })
}

async function* batchesOf(run: Run, shared: SharedReading): AsyncGenerator<RawItem[]> {
  let waiting: RawItem[] = []
  for await (const event of shared.reading.read(run.signal, run.partsRead && [...run.partsRead])) {
    run.signal.throwIfAborted()
    if (event.type === "end") {
      endSources(run, shared, event)
      continue
    }
    for (const { record } of shared.resources) record.pages++
    const byPart = countByPart(event.items)
    for (const kind of kindsOf(shared)) run.watch?.read?.(kind, byPart)
    waiting.push(...event.items)
    if (waiting.length < batchSize) continue
    yield waiting
    waiting = []
  }
  if (waiting.length > 0) yield waiting
}

function countByPart(items: readonly RawItem[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { origin } of items) counts.set(origin.part, (counts.get(origin.part) ?? 0) + 1)
  return counts
}

export function endSources(run: Run, shared: SharedReading, end: SourceEnd): void {
  for (const open of shared.resources) run.sources.end(open.resource, end)
  for (const kind of kindsOf(shared)) run.watch?.ended?.(kind, end)
}

function kindsOf({ resources }: SharedReading): Set<string> {
  return new Set(resources.map(({ resource }) => resource.kind))
}

async function resyncBatch(run: Run, open: OpenResource, items: readonly RawItem[]): Promise<void> {
  await withLogFields({ kind: open.resource.kind }, () => resyncItems(run, open, items))
}

async function resyncItems(run: Run, open: OpenResource, items: readonly RawItem[]): Promise<void> {
  open.record.counts.read += items.length
  const admitted = items.filter((item) => open.kind.admits(item.raw))
  open.record.counts.filteredOut += items.length - admitted.length
  run.examples?.offer(open.resource, admitted)
  const enriched = await enrichItems(run, open, admitted)
  const mapped = await withLogFields({ phase: "transform" }, () => mapItems(run, open, enriched))
  const newer = await readLater(run, open, enriched)
  await withLogFields({ phase: "load" }, () => loadEntities(run, open, mapped, { newer }))
}

/** What live events read since this run began is newer than what its lists said; it is read once more after the run. */
async function readLater(run: Run, open: OpenResource, items: readonly RawItem[]): Promise<Set<string>> {
  const touched = await run.live?.touchedSince(run.record.startedAt)
  if (!touched || touched.size === 0) return new Set()
  const { kind } = open.resource
  const ids = items.map(({ origin }) => origin.id)
  return new Set(ids.filter((id) => touched.has(run.live?.keyOf(kind, id) ?? "")))
}
