// Raw objects to try a mapping on, read once and kept for a while.
import type { Clock } from "../../common/sleep.ts"
import type { Resource } from "../../port/app-config.ts"
import type { Enriched, IntegrationRun, OpenKind, RawItem } from "../../resync/kind.ts"
import { firstPage, type Samples } from "../../resync/try-mapping/first-page.ts"

export interface KeptSamples extends Samples {
  /** The kind, which adds to them what it adds; what it added is kept too. */
  kind: OpenKind
  fetchedAt: number
}

export interface SampleShelf {
  /** Those kept, or the first page of the list, where there are none. */
  of(resource: Pick<Resource, "kind" | "selector">, signal: AbortSignal): Promise<KeptSamples>
  /** Read now, whatever is kept. */
  fetch(
    resource: Pick<Resource, "kind" | "selector">,
    limit: number,
    signal: AbortSignal,
  ): Promise<KeptSamples>
  /** Undefined where none are kept. */
  kept(resource: Pick<Resource, "kind" | "selector">): KeptSamples | undefined
}

const keptMs = 30 * 60_000
const usually = 10
/** Each with a page of raw objects. */
const mostKept = 50

export function createSampleShelf(deps: { openRun(): IntegrationRun; clock: Clock }): SampleShelf {
  const shelf = new Map<string, KeptSamples>()
  const fetching = new Map<string, Promise<KeptSamples>>()

  function kept(resource: Pick<Resource, "kind" | "selector">): KeptSamples | undefined {
    const found = shelf.get(keyOf(resource))
    return found && deps.clock.now() - found.fetchedAt < keptMs ? found : undefined
  }

  async function read(
    { kind: name, selector }: Pick<Resource, "kind" | "selector">,
    limit: number,
    signal: AbortSignal,
  ): Promise<KeptSamples> {
    const kind = deps.openRun().openKind(name, selector)
    const samples = await firstPage(kind.reading, limit, signal)
    return { ...samples, kind: enrichingOnce(kind), fetchedAt: deps.clock.now() }
  }

  /** What two ask for at the same time is read once. */
  async function fetch(
    resource: Pick<Resource, "kind" | "selector">,
    limit: number,
    signal: AbortSignal,
  ): Promise<KeptSamples> {
    const key = keyOf(resource)
    const under = fetching.get(key) ?? read(resource, limit, signal).finally(() => fetching.delete(key))
    fetching.set(key, under)
    const samples = await under
    shelf.delete(key)
    shelf.set(key, samples)
    for (const oldest of shelf.keys()) {
      if (shelf.size <= mostKept) break
      shelf.delete(oldest)
    }
    return samples
  }

  return {
    kept,
    fetch,
    of: async (resource, signal) => kept(resource) ?? (await fetch(resource, usually, signal)),
  }
}

function keyOf({ kind, selector }: Pick<Resource, "kind" | "selector">): string {
  return JSON.stringify([kind, selector])
}

/** Adding costs requests, and a person types: the same objects are completed once. */
function enrichingOnce(kind: OpenKind): OpenKind {
  const added = new Map<string, Promise<Enriched>>()
  return {
    ...kind,
    enrich(items: RawItem[], signal: AbortSignal) {
      const key = items.map(({ origin }) => origin.id).join()
      const known = added.get(key) ?? kind.enrich(items, signal)
      added.set(key, known)
      known.catch(() => added.delete(key))
      return known
    },
  }
}
