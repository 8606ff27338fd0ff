// Live events as a person or a program reads them.
import { isJsonObject, type JsonObject, parseJson } from "../common/json.ts"
import type { EventState, LiveEvent } from "../live-events/live-event.ts"
import type { LogDepth } from "../live-events/log-depth.ts"

const columns = ["id", "received", "event", "object", "state", "tries", "what became of it"]
const longestOutcome = 100

/** Plain text: a row per event, the newest first, and how many there are. */
export function eventsPage(
  events: readonly LiveEvent[],
  depth: LogDepth,
  asked: { state: EventState | undefined },
): string {
  const counts = `${depth.waiting} waiting, ${depth.working} being worked on, ${depth.dead} dead`
  if (events.length === 0) {
    return asked.state === undefined
      ? `No event was received yet, or all are forgotten by now (${counts}).`
      : `No event is ${asked.state} (${counts}).`
  }
  const rows = events.map((event) => [
    String(event.id),
    instant(event.receivedAt),
    plain(event.name),
    plain(event.key),
    event.trusted ? event.state : `${event.state}, hint`,
    String(event.attempts),
    shortened(event.outcome ?? ""),
  ])
  const replay =
    depth.dead > 0 ? "\nWhen their cause is mended: events replay ID…, or events replay --all-dead" : ""
  return `${textTable([columns, ...rows]).join("\n")}\n\n${counts}${replay}`
}

/** Everything that is known of one event, its body at the end. */
export function eventPage(event: LiveEvent): string {
  const lines: [string, string | undefined][] = [
    ["event", `${event.id}, ${plain(event.name)}`],
    ["object", plain(event.key)],
    ["received", `${instant(event.receivedAt)} at ${plain(event.path)}`],
    ["request id", event.requestId],
    ["content", event.trusted ? "signed, believed" : "not believed: a hint to look at the object"],
    ["state", `${event.state} after ${event.attempts} ${event.attempts === 1 ? "try" : "tries"}`],
    ["outcome", event.outcome === undefined ? undefined : plain(event.outcome)],
    ["ended", event.endedAt === undefined ? undefined : instant(event.endedAt)],
  ]
  const told = lines.flatMap(([name, text]) => (text === undefined ? [] : [`${name.padEnd(11)} ${text}`]))
  const headers = Object.entries(event.headers).map(([name, value]) => `  ${plain(name)}: ${plain(value)}`)
  const body = JSON.stringify(parseJson(event.body) ?? event.body, null, 2)
  return [...told, "", "headers", ...headers, "", "body", body].join("\n")
}

/** Without headers and body, for lists. */
export function eventSummary(event: LiveEvent): JsonObject {
  const { id, name, key, state, trusted, attempts } = event
  return {
    ...{ id, name, key, state, trusted, attempts },
    requestId: event.requestId ?? null,
    outcome: event.outcome ?? null,
    receivedAt: new Date(event.receivedAt).toISOString(),
    endedAt: event.endedAt === undefined ? null : new Date(event.endedAt).toISOString(),
  }
}

export function eventJson(event: LiveEvent): JsonObject {
  const body = parseJson(event.body)
  return {
    ...eventSummary(event),
    path: event.path,
    headers: { ...event.headers },
    body: isJsonObject(body) ? body : event.body,
  }
}

function textTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  )
}

function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

function shortened(text: string): string {
  const line = plain(text)
  return line.length > longestOutcome ? `${line.slice(0, longestOutcome - 1)}…` : line
}

/** What others wrote must not steer a terminal. */
function plain(text: string): string {
  return text.replaceAll(/\p{Control}+/gu, " ")
}
