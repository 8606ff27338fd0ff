// A process that could resync makes parts of the resync that another one leads. It looks for one once a second.
import { errorText } from "../../common/errors.ts"
import { withLogFields } from "../../common/log-context.ts"
import { checkMapping } from "../../mapping/check-mapping.ts"
import { fencedDatabase } from "../fenced-database.ts"
import type { IntegrationRun } from "../kind.ts"
import { knownEntitiesOf } from "../known-entities-of.ts"
import { originStoreOn } from "../origin-store-database.ts"
import { listableOf } from "../readings.ts"
import type { ResyncDeps } from "../run-resync.ts"
import type { RunInParts } from "./make-part.ts"
import { checkCurrent, type SplitRun } from "./split-store.ts"
import type { Splitting } from "./splitting.ts"
import { workAtParts } from "./work-at-parts.ts"

const lookMs = 1_000

interface Work {
  run: string
  over: AbortController
  done: Promise<void>
}

/** Until the signal fires; then what is under way is given back. */
export async function helpResyncs(
  splitting: Splitting,
  deps: ResyncDeps,
  signal: AbortSignal,
): Promise<void> {
  const { store, identity, version, ttlMs, clock } = splitting
  const { log } = deps
  let work: Work | undefined
  let saidAt = Number.NEGATIVE_INFINITY

  async function look(): Promise<void> {
    if (clock.now() - saidAt >= ttlMs / 3) {
      await store.helps(identity.id, { version, ttlMs })
      saidAt = clock.now()
    }
    const current = await store.current()
    if (work && work.run !== current?.run) await end()
    if (!work && current && current.holder !== identity.id && current.version === version)
      work = begin(splitting, deps, current)
  }

  async function end(): Promise<void> {
    work?.over.abort()
    await work?.done
    work = undefined
  }

  while (!signal.aborted) {
    await look().catch((error: unknown) =>
      log.warn({ error: errorText(error) }, "A resync to help with could not be looked for; tried again"),
    )
    await clock.sleep(lookMs, signal).catch(() => undefined) // the end is no error
  }
  await end()
  await store
    .helpsNoMore(identity.id)
    .catch((error: unknown) => log.debug({ error: errorText(error) }, "Still listed as a helper for a while"))
}

function begin(splitting: Splitting, deps: ResyncDeps, { run, atOnce, processes }: SplitRun): Work {
  const over = new AbortController()
  const view = deps.openRun()
  const done = withLogFields({ run }, async () => {
    view.shareLimits?.(processes)
    try {
      const of = await openRunInParts(splitting, deps, { run, view }, over.signal)
      if (of) await workAtParts(splitting, { of, atOnce }, over.signal)
    } catch (error) {
      if (over.signal.aborted) return
      deps.log.warn({ error: errorText(error) }, "This process cannot help with the resync; others make it")
    } finally {
      view.shareLimits?.(1)
    }
  })
  return { run, over, done }
}

/** Undefined where it is over already. */
async function openRunInParts(
  { store, database, integration }: Splitting,
  deps: ResyncDeps,
  { run, view }: { run: string; view: IntegrationRun },
  signal: AbortSignal,
): Promise<RunInParts | undefined> {
  const whole = await store.whole(run)
  if (!whole) return undefined
  deps.jq.forgetQuarantine()
  const selectors = new Map(deps.kinds.map((kind) => [kind.name, kind.selector]))
  const { config } = await checkMapping(deps.jq, whole.config, selectors)
  const { trigger, startedAt } = whole
  const current = fencedDatabase(database, (tx) => checkCurrent(database, tx, { integration, run }))
  const origins = deps.origins.remembers ? originStoreOn(current, integration) : deps.origins
  return {
    id: run,
    trigger,
    startedAt,
    config,
    resources: listableOf(config, deps.kinds),
    known: knownEntitiesOf({ ...deps, origins }, config, { startedAt, signal }),
    view,
    deps,
    assertHeld: () => signal.throwIfAborted(),
  }
}
