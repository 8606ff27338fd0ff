// An installation as it is shown: its settings without secrets, how its last run went, when the next is due, what waits, and
// what needs a person.
import { stringify } from "yaml"
import type { JsonObject } from "../common/json.ts"
import type { Clock } from "../common/sleep.ts"
import { attentionOf, type WaitingEvents } from "./attention.ts"
import { type HostDefaults, whatIsMissing } from "./child-environment.ts"
import type { Inbox } from "./inbox.ts"
import { type Installation, shownInstallation } from "./installation.ts"
import type { InstallationStore } from "./installation-store.ts"
import type { Resyncs } from "./resyncs.ts"
import type { RunRow } from "./run-store.ts"

export interface ViewsDeps {
  store: Pick<InstallationStore, "all" | "get" | "latestRuns" | "lastStarts">
  inbox: Pick<Inbox, "waiting">
  resyncs: Pick<Resyncs, "isRunning">
  host: HostDefaults
  /** Its webhooks come here. */
  webhookOf(id: string): string
  clock: Clock
}

export interface Views {
  all(): Promise<InstallationView[]>
  /** With its mapping as the text of an editor. */
  one(id: string): Promise<InstallationView | undefined>
}

export type InstallationView = JsonObject & { id: string }

export function installationViews(deps: ViewsDeps): Views {
  const { store, inbox, clock } = deps

  async function readAround() {
    const [latest, starts, waiting] = await Promise.all([
      store.latestRuns(),
      store.lastStarts(),
      inbox.waiting(),
    ])
    return (one: Installation) =>
      viewOf(deps, one, {
        ...latest.get(one.id),
        startedAt: starts.get(one.id),
        waiting: waiting.get(one.id),
        now: clock.now(),
      })
  }

  return {
    async all() {
      const [all, view] = await Promise.all([store.all(), readAround()])
      return all.map(view)
    },
    async one(id) {
      const found = await store.get(id)
      if (!found) return undefined
      const { mapping } = found.spec
      return {
        ...(await readAround())(found),
        mappingText: mapping === undefined ? null : stringify(mapping, { lineWidth: 0 }),
      }
    },
  }
}

interface Around {
  running?: RunRow
  last?: RunRow
  startedAt: number | undefined
  waiting: WaitingEvents | undefined
  now: number
}

function viewOf(
  { resyncs, host, webhookOf }: ViewsDeps,
  one: Installation,
  { running, last, startedAt, waiting, now }: Around,
): InstallationView {
  const missing = whatIsMissing(one, host)
  const { spec } = one
  const attention = attentionOf(one, { missing, last, waiting, now })
  return {
    ...shownInstallation(one),
    id: one.id,
    webhookUrl: webhookOf(one.id),
    target: {
      url: spec.port?.baseUrl ?? host.port.baseUrl,
      credentials: spec.port ? "own" : "host",
    },
    isRunning: running !== undefined || resyncs.isRunning(one.id),
    running: running ? shownRun(running) : null,
    lastRun: last ? shownRun(last) : null,
    // Of one that never ran: as soon as there is a place.
    nextRunAt: spec.enabled && startedAt !== undefined ? iso(startedAt + spec.interval) : null,
    waiting: { events: waiting?.events ?? 0, oldestAt: waiting ? iso(waiting.oldestAt) : null },
    attention: attention.map((matter) => ({ ...matter })),
  }
}

export function shownRun({ id, trigger, startedAt, endedAt, outcome, said, told }: RunRow): JsonObject {
  return {
    id,
    trigger,
    startedAt: iso(startedAt),
    endedAt: endedAt === undefined ? null : iso(endedAt),
    outcome: outcome ?? "running",
    said: said ?? null,
    headline: told?.headline ?? null,
    counts: told ? { ...told.counts } : null,
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
