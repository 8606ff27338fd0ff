// A reading as the process that leads a resync sees to it: shared with the other processes where that pays, its parts brought
// together here.
import { errorText } from "../../common/errors.ts"
import type { Hold } from "../../database/leader.ts"
import { checkFence, LeaseLost } from "../../database/leases.ts"
import { blueprintsOf } from "../blueprint-use.ts"
import { fencedDatabase } from "../fenced-database.ts"
import type { IntegrationRun } from "../kind.ts"
import type { SharedReading } from "../readings.ts"
import { endSources, readAll } from "../resync-reading.ts"
import type { Run } from "../run.ts"
import type { ResyncDeps } from "../run-resync.ts"
import { cutParts, isWorthSharing, piecesAtOnce } from "./cut-parts.ts"
import type { RunInParts } from "./make-part.ts"
import { mergePart, type PartResult } from "./part-result.ts"
import { type EndedPart, splitStoreOn } from "./split-store.ts"
import type { Splitting } from "./splitting.ts"
import { workAtParts } from "./work-at-parts.ts"

export interface SplitReader {
  /** Throws as `readAll` does. */
  read(run: Run, shared: SharedReading): Promise<void>
  /** Nobody may work at its parts any more. Never rejects. */
  end(): Promise<void>
}

/** For one run, of which `deps` are those that it began with. */
export interface SplitRunOptions {
  view: IntegrationRun
  /** The mapping as Port gave it. */
  config: unknown
}

export type OpenSplitReader = (options: SplitRunOptions) => SplitReader

const lookMs = 250

export function splitReaders(splitting: Splitting, hold: Hold, deps: ResyncDeps): OpenSplitReader {
  const { database, integration, clock } = splitting
  const store = splitStoreOn(
    fencedDatabase(database, (tx) => checkFence(database, tx, hold)),
    integration,
  )
  return (options) => {
    let published: { parts: number; atOnce: number } | undefined

    async function read(run: Run, shared: SharedReading): Promise<void> {
      const processes = 1 + (await othersThere(splitting))
      const parts =
        processes > 1 && shared.reading.byPart ? await shared.reading.parts?.(run.signal) : undefined
      if (!parts || !options.view.openParts || !isWorthSharing(parts, processes)) {
        await readAll(run, shared)
        return
      }
      // As it was when the run began; the other processes look later, when some of it may be written already.
      for (const blueprint of blueprintsOf(
        shared.resources.map(({ resource }) => resource),
        [],
      ))
        await run.known.of(blueprint)
      const pieces = cutParts(parts, { reading: shared.reading.key, from: published?.parts ?? 0 })
      const atOnce = published?.atOnce ?? piecesAtOnce(pieces.length, processes)
      const isFirst = published === undefined
      published = { parts: (published?.parts ?? 0) + pieces.length, atOnce }
      if (isFirst) await begin(run, { atOnce, processes })
      await store.publish(run.record.id, pieces)
      run.log.info({ pieces: pieces.length, processes }, "The resync is shared by processes")
      await gather(run, shared, { numbers: pieces.map(({ number }) => number), atOnce })
    }

    async function begin(run: Run, how: { atOnce: number; processes: number }): Promise<void> {
      const { id, trigger, startedAt } = run.record
      const { version, identity } = splitting
      const { config } = options
      await store.begin({ run: id, holder: identity.id, version, ...how, trigger, startedAt, config })
      options.view.shareLimits?.(how.processes)
    }

    async function gather(
      run: Run,
      shared: SharedReading,
      { numbers, atOnce }: { numbers: readonly number[]; atOnce: number },
    ): Promise<void> {
      const over = new AbortController()
      const of = inParts(run, { view: options.view, deps, hold })
      const working = workAtParts(splitting, { of, atOnce }, AbortSignal.any([run.signal, over.signal]))
      try {
        const pending = new Set(numbers)
        for (;;) {
          run.signal.throwIfAborted()
          // Each once, however often it is read: what is dropped may come again where the database's answer was lost.
          const ended = (await unlessAway(run, () => store.ended(run.record.id))) ?? []
          for (const one of ended) if (pending.delete(one.number)) take(run, shared, one)
          const over = ended.map(({ number }) => number)
          await unlessAway(run, () => store.drop(run.record.id, over))
          if (pending.size === 0) return
          await clock.sleep(lookMs, run.signal)
        }
      } finally {
        over.abort()
        await working
      }
    }

    function take(run: Run, shared: SharedReading, ended: EndedPart): void {
      if ("reason" in ended) {
        const { number, reason } = ended
        run.log.error({ part: number, reading: ended.reading, reason }, "A part of the resync failed")
        for (const part of ended.parts)
          endSources(run, shared, { part, outcome: { state: "failed", reason } })
        return
      }
      const result = JSON.parse(ended.result) as PartResult // written by this same version of the program
      mergePart(run, shared, result)
      options.view.learn?.(result.learned)
    }

    return {
      read,
      async end() {
        if (!published) return
        options.view.shareLimits?.(1)
        await store
          .clear()
          .catch((error: unknown) =>
            deps.log.warn({ error: errorText(error) }, "The parts of a resync that is over were not removed"),
          )
      },
    }
  }
}

/** The processes beside this one that would help. */
async function othersThere({ isOn, store, identity, version }: Splitting): Promise<number> {
  if (!isOn) return 0
  const helpers = await store.helpers(version)
  return helpers.filter((holder) => holder !== identity.id && !identity.isGone(holder)).length
}

/** While the database is away nothing ends; how long that may be, the lease of the run says. */
async function unlessAway<T>(run: Run, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof LeaseLost || run.signal.aborted) throw error
    run.log.warn({ error: errorText(error) }, "Parts of the resync could not be taken over; tried again")
    return undefined
  }
}

function inParts(
  run: Run,
  { view, deps, hold }: { view: IntegrationRun; deps: ResyncDeps; hold: Hold },
): RunInParts {
  const { id, trigger, startedAt } = run.record
  return {
    id,
    trigger,
    startedAt,
    config: run.config,
    resources: run.resources.map(({ resource }) => resource),
    known: run.known,
    view,
    deps,
    assertHeld: hold.assertHeld,
  }
}
