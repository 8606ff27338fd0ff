// The worker: takes waiting events from the log, does what they ask for in groups, and settles each.
import { errorText, isAbort } from "../common/errors.ts"
import { isJsonObject, parseJson } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { Origin, RawItem } from "../resync/kind.ts"
import type { EventEnd, EventLog } from "./event-log.ts"
import type { LiveEvent, Meaning, WebhookProtocol } from "./live-event.ts"
import { ownHint } from "./live-watch.ts"

/** What became of one thing that an event asked for. */
export type Effect =
  | { state: "done"; what: string }
  /** Not yet: somebody did not answer. Tried again for as long as it takes. */
  | { state: "later"; reason: string }
  /** Not, and not by trying again either: a person must see to it. */
  | { state: "failed"; reason: string }

export interface Effects {
  /** One effect per object, by its id. Throws where nothing at all could be done. */
  refresh(
    order: { kinds: readonly string[]; objects: readonly Origin[] },
    signal: AbortSignal,
  ): Promise<Map<string, Effect>>
  apply(payload: { kind: string; item: RawItem; removed: boolean }, signal: AbortSignal): Promise<Effect>
}

export interface WorkDeps {
  log: EventLog
  protocol: WebhookProtocol
  effects: Effects
  /** Names this worker among those that share the log. */
  worker: string
  /** Objects of one group: what one request of the third party can ask for. */
  groupSize: number
  /** The whole group is given up after this, and tried again. */
  timeoutMs: number
  /** How long the events of a worker that is gone are left alone; one that lives renews its hold. */
  leaseMs: number
  /** Tries after which an event that fails by itself is dead. */
  mostTries: number
  logger: Logger
  clock: Clock
  onSettled?(event: LiveEvent, end: EventEnd): void
}

export interface Worked {
  events: number
  /** Objects that the events were about. */
  keys: number
  /** Nothing of it came to an end. */
  inVain: boolean
}

const longestWaitMs = 60_000

/** Takes and works on one group. */
export async function workOnce(deps: WorkDeps, signal: AbortSignal): Promise<Worked> {
  const { groupSize: keys, leaseMs, worker } = deps
  const events = await deps.log.claim({ keys, leaseMs, worker })
  if (events.length === 0) return { events: 0, keys: 0, inVain: false }
  const claimed = events.map((event) => ({ event, meanings: meaningsOf(deps, event) }))
  const others = await claimOthers(deps, claimed)
  events.push(...others.events)
  const asked = [...claimed, ...others.events.map((event) => ({ event, meanings: meaningsOf(deps, event) }))]
  const ends = await holding(deps, signal, (within) => endsOf(deps, asked, others.effect, within))
  await deps.log.settle(worker, ends)
  events.forEach((event, at) => {
    const end = ends[at]
    if (end) deps.onSettled?.(event, end)
  })
  return {
    events: events.length,
    keys: new Set(events.map(({ key }) => key)).size,
    inVain: ends.every(({ state }) => state === "waiting"),
  }
}

/** The hold on the events is renewed while they are worked on; where it went to somebody else, the work is given up. */
async function holding<T>(
  deps: WorkDeps,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController()
  const lost = new AbortController()
  const within = AbortSignal.any([signal, lost.signal, AbortSignal.timeout(deps.timeoutMs)])
  const renewing = renewUntil(deps, over.signal, () => lost.abort())
  try {
    return await work(within)
  } finally {
    over.abort()
    await renewing
  }
}

async function renewUntil(deps: WorkDeps, over: AbortSignal, onLost: () => void): Promise<void> {
  while (!over.aborted) {
    await deps.clock.sleep(Math.max(200, deps.leaseMs / 3), over).catch(() => undefined) // the end of the work is no error
    if (over.aborted) return
    try {
      if ((await deps.log.renew(deps)) === 0) onLost()
    } catch (error) {
      deps.logger.warn(
        { error: errorText(error) },
        "The hold on live events could not be renewed; tried again",
      )
    }
  }
}

async function endsOf(
  deps: WorkDeps,
  asked: readonly Asked[],
  /** Of what is read under another key than the event's. */
  ofOther: Effect,
  signal: AbortSignal,
): Promise<EventEnd[]> {
  const refreshed = await refreshAll(deps, asked, signal)
  const heldUp = new Set<string>()
  const ends: EventEnd[] = []
  for (const { event, meanings } of asked) {
    const effects: Effect[] = []
    for (const meaning of meanings) {
      if (otherKeys(deps, event, [meaning]).length > 0) effects.push(ofOther)
      else if (meaning.type === "refresh") effects.push(refreshed(meaning))
      else if (meaning.type === "nothing") effects.push({ state: "done", what: meaning.why })
      else if (meaning.type === "broken") effects.push({ state: "failed", reason: meaning.why })
      else if (heldUp.has(event.key))
        effects.push({ state: "later", reason: "an earlier event of it comes first" })
      else {
        const effect = await attempt(() => deps.effects.apply(meaning, signal))
        effects.push(effect)
        // What came later of the same object must not be overwritten by this one's next try.
        if (endOf(deps, event, [effect]).state === "waiting") heldUp.add(event.key)
      }
    }
    ends.push(endOf(deps, event, effects))
  }
  return ends
}

type Understood = Meaning | { type: "broken"; why: string }

interface Asked {
  event: LiveEvent
  meanings: readonly Understood[]
}

/** Never throws: one event that cannot be understood must not hold up those that came with it. */
function meaningsOf(deps: WorkDeps, { name, headers, body, trusted }: LiveEvent): Understood[] {
  const parsed = parseJson(body)
  if (!isJsonObject(parsed)) return [{ type: "nothing", why: "its body is not a JSON object" }]
  try {
    return deps.protocol.meanings({ name, headers, body: parsed, trusted })
  } catch (error) {
    return [{ type: "broken", why: `it is not understood: ${errorText(error)}` }]
  }
}

/** Many events of one object are one refresh. */
async function refreshAll(
  deps: WorkDeps,
  asked: readonly Asked[],
  signal: AbortSignal,
): Promise<(meaning: Meaning & { type: "refresh" }) => Effect> {
  const wanted = asked.flatMap(({ event, meanings }) =>
    meanings.flatMap((meaning) =>
      meaning.type === "refresh" && otherKeys(deps, event, [meaning]).length === 0 ? [meaning] : [],
    ),
  )
  const found = new Map<string, Map<string, Effect> | Effect>()
  for (const [key, group] of Map.groupBy(wanted, ({ kinds }) => kinds.join())) {
    const objects = [...new Map(group.map(({ origin }) => [origin.id, origin])).values()]
    const [first] = group
    if (!first) continue
    try {
      found.set(key, await deps.effects.refresh({ kinds: first.kinds, objects }, signal))
    } catch (error) {
      found.set(key, notNow(deps, error, signal))
    }
  }
  return ({ kinds, origin }) => {
    const group = found.get(kinds.join())
    if (group instanceof Map)
      return group.get(origin.id) ?? { state: "later", reason: "nothing was said of it" }
    return group ?? { state: "later", reason: "it was not begun" }
  }
}

/**
 * An object is read under its own key alone: two that read and write it at the same time could leave the older state.
 * So an event of something else adds one of the object, unless one waits already. It is worked on in this group, before
 * what is related to the object is written; where somebody else holds the object, by whoever comes next.
 */
async function claimOthers(
  deps: WorkDeps,
  claimed: readonly Asked[],
): Promise<{ events: LiveEvent[]; effect: Effect }> {
  const { log, protocol, clock, leaseMs, worker } = deps
  const held = new Set(claimed.map(({ event }) => event.key))
  const wanted = claimed.flatMap(({ event, meanings }) => otherKeys(deps, event, meanings))
  const keys = [...new Set(wanted)].filter((key) => !held.has(key))
  const effect: Effect = { state: "done", what: "the object it belongs to is read on its own" }
  if (keys.length === 0) return { events: [], effect }
  try {
    const missing: string[] = []
    for (const key of keys) if (!(await log.isWaiting(key))) missing.push(key)
    const hints = missing.flatMap((key) => ownHint(protocol, key, clock.now()) ?? [])
    if (hints.length > 0) await log.append(hints)
    return { events: await log.claim({ keys: keys.length, only: keys, leaseMs, worker }), effect }
  } catch (error) {
    return { events: [], effect: { state: "later", reason: errorText(error) } }
  }
}

function otherKeys({ protocol }: WorkDeps, { key }: LiveEvent, meanings: readonly Understood[]): string[] {
  return meanings.flatMap((meaning) => {
    if (meaning.type !== "refresh") return []
    const own = protocol.keyOf(meaning.kinds[0] ?? "", meaning.origin.id)
    return own === undefined || own === key ? [] : [own]
  })
}

async function attempt(work: () => Promise<Effect>): Promise<Effect> {
  try {
    return await work()
  } catch (error) {
    return {
      state: "later",
      reason: isAbort(error) ? "the process stopped, or it took too long" : errorText(error),
    }
  }
}

function notNow(deps: WorkDeps, error: unknown, signal: AbortSignal): Effect {
  if (isAbort(error) || signal.aborted)
    return { state: "later", reason: "the process stopped, or it took too long" }
  deps.logger.warn({ error: errorText(error) }, "Live events could not be worked on; tried again")
  return { state: "later", reason: errorText(error) }
}

/** The worst of an event's effects is its end. */
function endOf(deps: WorkDeps, event: LiveEvent, effects: readonly Effect[]): EventEnd {
  const failed = effects.find((effect) => effect.state === "failed")
  const later = effects.find((effect) => effect.state === "later")
  if (later) {
    const wait = Math.min(longestWaitMs, 500 * 2 ** Math.min(event.attempts, 10))
    return { id: event.id, state: "waiting", outcome: later.reason, dueAt: deps.clock.now() + wait }
  }
  if (failed && event.attempts < deps.mostTries) {
    const wait = Math.min(longestWaitMs, 2_000 * 2 ** event.attempts)
    return { id: event.id, state: "waiting", outcome: failed.reason, dueAt: deps.clock.now() + wait }
  }
  if (failed) return { id: event.id, state: "dead", outcome: failed.reason }
  const told = [...new Set(effects.flatMap((effect) => (effect.state === "done" ? [effect.what] : [])))]
  return { id: event.id, state: "done", outcome: told.join("; ") || "nothing in the mapping takes it" }
}
