// Parts of a resync, as one process makes them: each claimed by a lease, made, and its result written while it is still ours.
import { errorText } from "../../common/errors.ts"
import { withLogFields } from "../../common/log-context.ts"
import type { Database } from "../../database/database.ts"
import { type Hold, isHold, released } from "../../database/leader.ts"
import { checkFence } from "../../database/leases.ts"
import { fencedDatabase } from "../fenced-database.ts"
import { originStoreOn } from "../origin-store-database.ts"
import { makePart, type RunInParts } from "./make-part.ts"
import { checkCurrent, type SplitStore, splitStoreOn } from "./split-store.ts"
import { heldParts, partLease, type Splitting } from "./splitting.ts"

const lookMs = 250
/** Another process may do better with what failed here. */
const failedPauseMs = 2_000

/** Works at parts as they are published, until the signal fires. Never rejects. */
export async function workAtParts(
  splitting: Splitting,
  { of, atOnce }: { of: RunInParts; atOnce: number },
  signal: AbortSignal,
): Promise<void> {
  const { store, clock } = splitting
  const { log } = of.deps
  const running = new Map<number, Promise<void>>()
  const notBefore = new Map<number, number>()

  async function begin(): Promise<void> {
    const open = (await store.open(of.id)).filter(
      (number) => !running.has(number) && (notBefore.get(number) ?? 0) <= clock.now(),
    )
    if (open.length === 0 || running.size >= atOnce) return
    const held = await heldParts(splitting)
    const free = open.filter((number) => !held.has(partLease(splitting, number)))
    for (const number of free.slice(0, atOnce - running.size)) {
      const working = tryPart(splitting, of, number, signal)
        .then((isWell) => void (isWell || notBefore.set(number, clock.now() + failedPauseMs)))
        .finally(() => running.delete(number))
      running.set(number, working)
    }
  }

  while (!signal.aborted) {
    await begin().catch((error: unknown) =>
      log.warn({ error: errorText(error) }, "Parts of a resync could not be looked for; tried again"),
    )
    const pause = clock.sleep(lookMs, signal).catch(() => undefined) // the end of the work is no error
    await Promise.race([pause, ...running.values()])
  }
  await Promise.all(running.values())
}

/** Answers whether it went as it should, be it that somebody else is at it. Never rejects. */
async function tryPart(
  splitting: Splitting,
  of: RunInParts,
  number: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { log } = of.deps
  try {
    const hold = await splitting.leader.tryHold(partLease(splitting, number), "part")
    if (!isHold(hold)) return true
    try {
      return await withLogFields({ part: number }, () => workAt(splitting, of, { number, hold }, signal))
    } finally {
      await released(hold, log)
    }
  } catch (error) {
    if (!signal.aborted)
      log.warn({ part: number, error: errorText(error) }, "A part of the resync could not be begun or ended")
    return false
  }
}

async function workAt(
  splitting: Splitting,
  of: RunInParts,
  { number, hold }: { number: number; hold: Hold },
  signal: AbortSignal,
): Promise<boolean> {
  const { integration } = splitting
  const { log } = of.deps
  const database = guardedBy(splitting, of.id, hold)
  const store: SplitStore = splitStoreOn(database, integration)
  const part = await store.claim(of.id, number)
  if (!part) return true
  log.debug({ parts: part.parts.length, reading: part.reading }, "Working at a part of the resync")
  try {
    const result = await makePart(of, part, {
      origins: of.deps.origins.remembers ? originStoreOn(database, integration) : of.deps.origins,
      assertHeld: hold.assertHeld,
      signal: AbortSignal.any([signal, hold.lost]),
    })
    await store.finish(of.id, number, JSON.stringify(result))
    log.info({ parts: part.parts.length }, "A part of the resync is made")
    return true
  } catch (error) {
    if (hold.lost.aborted) throw error
    if (signal.aborted) await store.giveBack(of.id, number)
    else await store.fail(of.id, number, errorText(error))
    throw error
  }
}

/** What is written of a part is refused where it is somebody else's by now, or its run is over. */
function guardedBy({ database, integration }: Splitting, run: string, hold: Hold): Database {
  return fencedDatabase(database, async (tx) => {
    await checkFence(database, tx, hold)
    await checkCurrent(database, tx, { integration, run })
  })
}
