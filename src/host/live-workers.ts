// Live events of an installation go to a process of its own, which is started when there are some and ended when it has
// nothing left to do.
import { errorText } from "../common/errors.ts"
import type { HttpClient } from "../common/http-client.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { Child } from "./child.ts"
import { type HostDefaults, whatIsMissing } from "./child-environment.ts"
import type { HostedEvent, Inbox } from "./inbox.ts"
import type { InstallationStore } from "./installation-store.ts"
import type { Workers } from "./workers.ts"

export interface LiveWorkersDeps {
  store: InstallationStore
  workers: Workers
  inbox: Inbox
  host: HostDefaults
  http: HttpClient
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
}

const lookMs = 1_000
const eventsAtOnce = 50
const longestWaitMs = 300_000

export function createLiveWorkers(deps: LiveWorkersDeps): LiveWorkers {
  const { store, inbox, clock, log } = deps
  const couriers = new Map<string, Promise<void>>()
  /** After a process that broke down, its installation waits longer and longer, and no other one with it. */
  const troubles = new Map<string, { times: number; until: number }>()
  let wake = new AbortController()

  async function look(signal: AbortSignal): Promise<void> {
    const due = new Set([...(await store.liveOpen()), ...(await inbox.due())])
    for (const id of due) {
      if (signal.aborted || couriers.size >= deps.mostLive) return
      if (couriers.has(id) || (troubles.get(id)?.until ?? 0) > clock.now()) continue
      const courier = serveOne(deps, id, signal)
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
      couriers.set(id, courier)
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
      await Promise.all(couriers.values())
    },
  }
}

/** Hands over events until there are none for a while. Throws where the process breaks down. */
async function serveOne(deps: LiveWorkersDeps, id: string, signal: AbortSignal): Promise<void> {
  const { store, workers, clock } = deps
  const one = await store.get(id)
  if (!one) return
  const missing = whatIsMissing(one, deps.host)
  if (missing !== undefined) throw new Error(missing)
  await store.setLiveOpen(id, true)
  const child = await workers.start(one, "live")
  try {
    const url = await child.url
    const ended = new AbortController()
    void child.end.then(() => ended.abort())
    const within = AbortSignal.any([signal, ended.signal])
    let usedAt = clock.now()
    for (;;) {
      if (await handOver(deps, id, { url, signal: within })) usedAt = clock.now()
      else await clock.sleep(lookMs / 4, within).catch(() => undefined)
      if (ended.signal.aborted) throw new Error(`its process ended: ${saidAtEnd(await child.end)}`)
      if (signal.aborted) return
      if (clock.now() - usedAt < deps.idleMs) continue
      if (await hasWork(deps, url, within)) usedAt = clock.now()
      else break
    }
    await store.setLiveOpen(id, false)
  } finally {
    await child.stop()
  }
}

function saidAtEnd({ isOutOfMemory, said }: Awaited<Child["end"]>): string {
  return isOutOfMemory ? "out of memory" : (said ?? "without a word")
}

/** Whether there was anything. */
async function handOver(
  deps: LiveWorkersDeps,
  id: string,
  { url, signal }: { url: string; signal: AbortSignal },
): Promise<boolean> {
  const { inbox, log, clock } = deps
  const events = await inbox.take(id, eventsAtOnce)
  if (events.length === 0 || signal.aborted) return false
  const taken = await Promise.all(events.map((event) => deliver(deps, event, { url, signal })))
  const [done, later]: [number[], HostedEvent[]] = [[], []]
  events.forEach((event, at) => {
    const status = taken[at]
    if (status === undefined || status >= 500 || status === 429) later.push(event)
    else done.push(event.id)
    // It was signed when it came; the secret is another one by now, or it is no JSON.
    if (status !== undefined && status >= 400 && status < 500)
      log.warn({ installation: id, status }, "An event was refused by its installation, and dropped")
  })
  await inbox.done(done)
  for (const event of later)
    await inbox.later([event.id], clock.now() + Math.min(longestWaitMs, 1_000 * 2 ** event.attempts))
  return done.length > 0
}

async function deliver(
  { http }: LiveWorkersDeps,
  { headers, body }: HostedEvent,
  { url, signal }: { url: string; signal: AbortSignal },
): Promise<number | undefined> {
  try {
    const answer = await http({
      method: "POST",
      url: `${url}/integration/webhook`,
      headers,
      bytes: Buffer.from(body, "base64"),
      signal,
    })
    return answer.status
  } catch {
    return undefined // it comes again later
  }
}

/** Whether events still wait in the process's own log, as its metrics tell. */
async function hasWork({ http }: LiveWorkersDeps, url: string, signal: AbortSignal): Promise<boolean> {
  const { text } = await http({ method: "GET", url: `${url}/metrics`, signal })
  return Number(/^ocean_sentry_live_events_waiting (\d+)/m.exec(text)?.[1] ?? 1) > 0
}
