// What changes on the server, as it changes: one stream of events a tab. Each event is laid over what the pages have
// loaded; what it does not tell whole is asked for again. A broken connection goes on where it was; after anything worse
// the stream begins anew, and all is asked for again.
import { type InfiniteData, type QueryClient, useQueryClient } from "@tanstack/react-query"
import { useEffect, useSyncExternalStore } from "react"
import type { Depth, LiveEvent } from "./api/live-events.ts"
import type { DryRun } from "./api/mapping.ts"
import type { RunSummary } from "./api/runs.ts"
import { openSteadyStream } from "./steady-stream.ts"
import { createThrottle } from "./throttle.ts"

interface EntitiesEvent {
  /** Those whose entities changed. */
  blueprints: string[]
  blueprintsChanged: boolean
}

let isConnected = false
const listeners = new Set<() => void>()

/** Whether what is shown follows the server at the moment. */
export function useIsLive(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => isConnected,
  )
}

function tellConnected(connected: boolean): void {
  if (connected === isConnected) return
  isConnected = connected
  for (const listener of listeners) listener()
}

/** Mounted once, around all pages. */
export function useLiveUpdates(): void {
  const queries = useQueryClient()
  useEffect(() => {
    // A resync changes hundreds of entities a second; the pages ask again at most every second and a half.
    const again = createThrottle(
      1_500,
      (key) => void queries.invalidateQueries({ queryKey: JSON.parse(key) }),
    )
    const close = openSteadyStream({
      connect: () => listening(new EventSource("/integration/stream"), queries, again),
      onOpen(missed) {
        tellConnected(true)
        if (missed) void queries.invalidateQueries()
      },
      onAway: () => tellConnected(false),
      // Where the session has ended, the page to sign in comes up.
      onRefused: () => void queries.invalidateQueries({ queryKey: ["session"] }),
    })
    return () => {
      close()
      tellConnected(false)
    }
  }, [queries])
}

type Again = (key: string) => void

function listening(source: EventSource, queries: QueryClient, again: Again): EventSource {
  const on = <T>(name: string, take: (data: T) => void) =>
    source.addEventListener(name, (event) => take(JSON.parse(event.data) as T)) // shapes of the documented API
  on("reset", () => void queries.invalidateQueries())
  on<RunSummary>("run", (run) => takeRun(queries, run, again))
  on<LiveEvent>("live-event", (event) => takeEvent(queries, event, again))
  on<Depth>("live-depth", () => again(JSON.stringify(["overview"])))
  on<EntitiesEvent>("entities", ({ blueprints, blueprintsChanged }) => {
    for (const blueprint of blueprints) again(JSON.stringify(["entities", blueprint]))
    if (blueprintsChanged) again(JSON.stringify(["blueprints"]))
    again(JSON.stringify(["overview"]))
  })
  on("installations", () => again(JSON.stringify(["installations"])))
  on<DryRun>("dry-run", (run) => {
    queries.setQueryData<DryRun>(["dry-run", run.id], (known) => ({ ...known, ...run }))
    if (run.status !== "running") void queries.invalidateQueries({ queryKey: ["dry-run", run.id] })
  })
  return source
}

type RunPages = InfiniteData<{ runs: RunSummary[]; next: string | null }>

function takeRun(queries: QueryClient, run: RunSummary, again: Again): void {
  let isKnown = false
  queries.setQueriesData<RunPages>({ queryKey: ["runs", "list"] }, (known) => {
    if (!known) return known
    const pages = known.pages.map((page) => ({
      ...page,
      runs: page.runs.map((one) => {
        if (one.id !== run.id) return one
        isKnown = true
        return run
      }),
    }))
    return { ...known, pages }
  })
  if (!isKnown || run.status !== "running") again(JSON.stringify(["runs", "list"]))
  again(JSON.stringify(["runs", "one", run.id]))
  again(JSON.stringify(["overview"]))
}

type EventPages = InfiniteData<{ events: LiveEvent[]; next: number | null }>

function takeEvent(queries: QueryClient, event: LiveEvent, again: Again): void {
  let isKnown = false
  queries.setQueriesData<EventPages>({ queryKey: ["live-events", "list"] }, (known) => {
    if (!known) return known
    const pages = known.pages.map((page) => ({
      ...page,
      events: page.events.map((one) => {
        if (one.id !== event.id) return one
        isKnown = true
        return event
      }),
    }))
    return { ...known, pages }
  })
  // Whether a new one passes a list's filter, the server knows.
  if (!isKnown) again(JSON.stringify(["live-events", "list"]))
  again(JSON.stringify(["live-events", "one", event.id]))
  again(JSON.stringify(["live-events", "lag"]))
}
