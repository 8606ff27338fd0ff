// Pure: what needs a person, from the newest whole run and the event log: each matter once, with its next step.
import type { LogDepth } from "../../live-events/log-depth.ts"
import type { RunDetail, SourceState } from "../../resync/history/run-summary.ts"

export interface Matter {
  id: string
  severity: "error" | "warning" | "info"
  area: "sentry" | "mapping" | "deletes" | "entities" | "live-events" | "run"
  /** A sentence. */
  title: string
  detail: string | null
  count: number
  next: {
    /** What to do about it. */
    text: string
    /** Of these pages. */
    page: string | null
    command: string | null
  }
}

export interface Situation {
  /** The newest run of the whole mapping that has ended; undefined where there was none. */
  run: RunDetail | undefined
  depth: LogDepth | undefined
  /** As it is typed. */
  command: string
}

const ranks = { error: 0, warning: 1, info: 2 }

export function attention({ run, depth, command }: Situation): Matter[] {
  const matters = [
    ...(run ? ofRun(run, command) : []),
    ...(depth && depth.dead > 0 ? [deadLetters(depth.dead)] : []),
  ]
  return matters.sort((left, right) => ranks[left.severity] - ranks[right.severity])
}

function ofRun(run: RunDetail, command: string): Matter[] {
  const found = [
    ...openSources(run, command),
    ...mappingFaults(run),
    ...refusedEntities(run),
    ...refusedDeletes(run),
    ...notMade(run),
    ...notes(run),
  ]
  const isTold = found.some(({ severity }) => severity === "error")
  if (isTold || run.status === "completed" || run.status === "aborted") return found
  const title = run.status === "interrupted" ? "The last run was cut short" : "The last run failed"
  return [
    matter(run, {
      id: "run",
      severity: "error",
      area: "run",
      title,
      detail: run.headline,
      text: "See what it came to, and start another.",
    }),
    ...found,
  ]
}

/** Projects that failed for one reason are one matter. */
function openSources(run: RunDetail, command: string): Matter[] {
  const open = run.sources.filter(({ state }) => state !== "complete" && state !== "reading")
  const alike = Map.groupBy(open, ({ kind, state, part, reason }) =>
    JSON.stringify([kind, state, reason?.replaceAll(part || " ", "…")]),
  )
  return [...alike.values()].flatMap((sources) => {
    const [first] = sources
    if (!first) return []
    const reason =
      sources.length === 1 ? first.reason : (first.reason?.replaceAll(first.part || "\u0000", "…") ?? null)
    return [
      matter(run, {
        id: `source ${first.kind} ${first.state} ${reason}`,
        severity: "error",
        area: "sentry",
        title: sourceTitle(sources, first),
        detail: [reason, namesOf(sources)].filter((text) => text).join(" "),
        count: sources.length,
        text: first.hint ?? "Check what the token may read; nothing of it was deleted meanwhile.",
        command: `${command} doctor`,
      }),
    ]
  })
}

function sourceTitle(sources: readonly SourceState[], { kind, state, part }: SourceState): string {
  const what =
    state === "denied"
      ? "Sentry refused to show"
      : state === "partial"
        ? "Only a part was read of"
        : "Could not be read:"
  if (part === "*" || part === "") return `${what} the kind ${kind}`
  return sources.length === 1 ? `${what} ${kind} of ${part}` : `${what} ${kind} of ${sources.length} projects`
}

function namesOf(sources: readonly SourceState[]): string {
  if (sources.length < 2) return ""
  const shown = sources.slice(0, 5).map(({ part }) => part)
  return `(${shown.join(", ")}${sources.length > shown.length ? " …" : ""})`
}

function mappingFaults(run: RunDetail): Matter[] {
  return run.failures.map((failure, at) => {
    const isMapping = failure.startsWith("mapping ")
    return matter(run, {
      id: `failure ${at} ${failure}`,
      severity: "error",
      area: isMapping ? "mapping" : "run",
      title: isMapping ? "A part of the mapping cannot run" : "Something failed in the last run",
      detail: failure,
      text: isMapping ? "Mend it in the mapping studio, which shows its line." : "See the run.",
      ...(isMapping ? { page: "/mapping" } : {}),
    })
  })
}

function refusedEntities(run: RunDetail): Matter[] {
  return run.refusedEntities.groups.map(({ message, count }) =>
    matter(run, {
      id: `refused ${message}`,
      severity: "warning",
      area: "entities",
      title: count === 1 ? "An entity was refused" : `${count} entities were refused`,
      detail: message,
      count,
      text: "Make the mapping give what the blueprint takes, or the blueprint take it.",
      page: `/runs/${run.id}`,
    }),
  )
}

function refusedDeletes(run: RunDetail): Matter[] {
  return run.refusedDeletes.groups.map(({ reason, count }) =>
    matter(run, {
      id: `kept ${reason}`,
      severity: "warning",
      area: "deletes",
      title:
        count === 1
          ? "An entity stays, though nothing made it any more"
          : `${count} entities stay, though nothing made them any more`,
      detail: reason,
      count,
      text: reason.includes("entityDeletionThreshold")
        ? "If they are meant to go, raise entityDeletionThreshold in the mapping and resync."
        : "They go once their source is read to its end and does not show them.",
      page: reason.includes("entityDeletionThreshold") ? "/mapping" : `/runs/${run.id}`,
    }),
  )
}

function notMade(run: RunDetail): Matter[] {
  return Object.entries(run.notMade).map(([blueprint, count]) =>
    matter(run, {
      id: `not made ${blueprint}`,
      severity: "info",
      area: "entities",
      title: `${count} of ${blueprint} were not created`,
      detail: "Of Port's own blueprints only entities that exist are updated.",
      count,
      text: "OCEAN__CREATE_SYSTEM_ENTITIES=true creates them.",
    }),
  )
}

function notes(run: RunDetail): Matter[] {
  return run.notes.map((note) =>
    matter(run, {
      id: `note ${note}`,
      severity: /not mapped|error|unknown key/i.test(note) ? "warning" : "info",
      area: "mapping",
      title: /always null/.test(note)
        ? "A field of the mapping never has a value"
        : "Worth a look in the mapping",
      detail: note,
      text: "Try the expression on real objects in the mapping studio.",
      page: "/mapping",
    }),
  )
}

function deadLetters(count: number): Matter {
  return {
    id: "dead letters",
    severity: "error",
    area: "live-events",
    title: count === 1 ? "A live event failed for good" : `${count} live events failed for good`,
    detail: null,
    count,
    next: {
      text: "See why, mend the cause, and let them be worked on again.",
      page: "/live-events?state=dead",
      command: null,
    },
  }
}

function matter(
  run: RunDetail,
  {
    text,
    page = `/runs/${run.id}`,
    command = null,
    count = 1,
    ...more
  }: Omit<Matter, "next" | "count"> & {
    text: string
    page?: string
    command?: string | null
    count?: number
  },
): Matter {
  return { ...more, count, next: { text, page, command } }
}
