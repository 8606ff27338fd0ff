// Live events of an installation go to a process of its own, which is started when there are some and ended when it has
// nothing left to do.
import { errorText } from "../common/errors.ts"
import type { HttpClient } from "../common/http-client.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { Child } from "./child.ts"
import { type HostDefaults, whatIsMissing } from "./child-environment.ts"
import { handOver } from "./hand-over.ts"
import type { Inbox } from "./inbox.ts"
import { isSameWork } from "./installation.ts"
import type { InstallationStore } from "./installation-store.ts"
import { createQueue, type Queue } from "./queue.ts"
import type { Workers } from "./workers.ts"

export interface LiveWorkersDeps {
  store: InstallationStore
  workers: Workers
  inbox: Inbox
  host: HostDefaults
  http: HttpClient
  /** What the sender would send as its signature of the bytes. */
  sign(bytes: Uint8Array, secret: string): string
  /** Processes for live events at a time. */
  mostLive: number
  /** How long one is kept without an event. */
  idleMs: number
  log: Logger
  clock: Clock
}

export interface LiveWorkers {
  /** An event may have come. */
  ring(): void
  /** Until the signal fires; processes are ended then, and go on from where they were when they are started again. */
  work(signal: AbortSignal): Promise<void>
  /** Ends the process of an installation that was marked as removed, where there is one; none is started any more. */
  end(id: string): Promise<void>
}

const lookMs = 1_000
const longestWaitMs = 300_000
/** How long one that always has events may keep its place while others wait for one: a start costs half a second. */
const turnMs = 30_000
/** The same for one that has none: by then its metrics tell whether it has done all it was given. */
const keptWhileOthersWaitMs = 3_000

export function createLiveWorkers(deps: LiveWorkersDeps): LiveWorkers {
  const { store, inbox, clock, log } = deps
  const couriers = new Map<string, { done: Promise<void>; stop: AbortController }>()
  /** After a process that broke down, its installation waits longer and longer, and no other one with it. */
  const troubles = new Map<string, { times: number; until: number }>()
  const queue = createQueue()
  let wake = new AbortController()

  async function look(signal: AbortSignal): Promise<void> {
    const due = new Set([...(await store.liveOpen()), ...(await inbox.due())])
    const wanting = [...due].filter(
      (id) => !couriers.has(id) && (troubles.get(id)?.until ?? 0) <= clock.now(),
    )
    if (signal.aborted) return
    for (const id of queue.next(wanting, deps.mostLive - couriers.size)) {
      const stop = new AbortController()
      const done = serveOne(deps, id, { queue, signal: AbortSignal.any([signal, stop.signal]) })
        .then(() => void troubles.delete(id))
        .catch((error: unknown) => {
          const times = (troubles.get(id)?.times ?? 0) + 1
          const waitMs = Math.min(longestWaitMs, 1_000 * 2 ** times)
          troubles.set(id, { times, until: clock.now() + waitMs })
          log.warn(
            { installation: id, error: errorText(error), waitMs },
            "Live events of an installation wait",
          )
        })
        .finally(() => couriers.delete(id))
      couriers.set(id, { done, stop })
    }
  }

  return {
    ring: () => wake.abort(),
    async work(signal) {
      while (!signal.aborted) {
        wake = new AbortController()
        try {
          await look(signal)
        } catch (error) {
          log.error({ error: errorText(error) }, "Waiting events could not be looked for; tried again")
        }
        await clock.sleep(lookMs, AbortSignal.any([signal, wake.signal])).catch(() => undefined)
      }
      await Promise.all([...couriers.values()].map(({ done }) => done))
    },
    async end(id) {
      troubles.delete(id)
      couriers.get(id)?.stop.abort()
      await couriers.get(id)?.done
    },
  }
}

/** Hands over events until there are none for a while, or others have waited long enough. Throws where the process breaks down. */
async function serveOne(
  deps: LiveWorkersDeps,
  id: string,
  { queue, signal }: { queue: Queue; signal: AbortSignal },
): Promise<void> {
  const { store, workers, inbox, clock } = deps
  const one = await store.get(id)
  // A host may know the secret for some seconds more, and take what nobody will ask for.
  if (!one) return await inbox.clear(id)
  const missing = whatIsMissing(one, deps.host) ?? (await store.twinOf(one))
  if (missing !== undefined) throw new Error(missing)
  await store.setLiveOpen(id, true)
  const child = await workers.start(one, "live")
  try {
    const url = await unlessAborted(child.url, signal)
    if (url === undefined) return
    const ended = new AbortController()
    void child.end.then(() => ended.abort())
    const within = AbortSignal.any([signal, ended.signal])
    const beganAt = clock.now()
    let usedAt = beganAt
    for (;;) {
      // What it was started with must still be so for each event: another secret would refuse it, another organization have no
      // such issue. Its next process begins where this one ends.
      if (!isSameWork(one, await store.get(id))) return
      if (await handOver(deps, one, { url, signal: within })) usedAt = clock.now()
      else await clock.sleep(lookMs / 4, within).catch(() => undefined)
      if (ended.signal.aborted) throw new Error(`its process ended: ${saidAtEnd(await child.end)}`)
      if (signal.aborted) return
      // What it leaves waits in the inbox or in its own state, and goes on at its next turn.
      if (queue.isWaitedFor() && clock.now() - beganAt >= turnMs) return
      const keptMs = queue.isWaitedFor() ? Math.min(deps.idleMs, keptWhileOthersWaitMs) : deps.idleMs
      if (clock.now() - usedAt < keptMs) continue
      if (await hasWork(deps, url, within)) usedAt = clock.now()
      else break
    }
    await store.setLiveOpen(id, false)
  } finally {
    await child.stop()
  }
}

/** Undefined where the signal fires first: a process that hangs at its start must not hold up the end. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const over = Promise.withResolvers<undefined>()
  const give = () => over.resolve(undefined)
  signal.addEventListener("abort", give)
  if (signal.aborted) give()
  try {
    return await Promise.race([work, over.promise])
  } finally {
    signal.removeEventListener("abort", give)
  }
}

function saidAtEnd({ isOutOfMemory, said }: Awaited<Child["end"]>): string {
  return isOutOfMemory ? "out of memory" : (said ?? "without a word")
}

/** Whether events still wait in the process's own log, as its metrics tell. */
async function hasWork({ http }: LiveWorkersDeps, url: string, signal: AbortSignal): Promise<boolean> {
  const { text } = await http({ method: "GET", url: `${url}/metrics`, signal })
  return Number(/^ocean_sentry_live_events_waiting (\d+)/m.exec(text)?.[1] ?? 1) > 0
}
