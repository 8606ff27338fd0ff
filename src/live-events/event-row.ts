// An event of the log without its texts, which are large and elsewhere.
import type { EventRow } from "./event-log-tables.ts"
import type { EventState } from "./live-event.ts"

/** Without headers and body. */
export interface EventRowView {
  id: number
  requestId: string | undefined
  name: string
  key: string
  trusted: boolean
  state: EventState
  attempts: number
  outcome: string | undefined
  /** Milliseconds since the epoch. */
  receivedAt: number
  endedAt: number | undefined
}

export const rowColumns = [
  "id",
  "request_id",
  "name",
  "event_key",
  "trusted",
  "state",
  "attempts",
  "outcome",
  "received_at",
  "ended_at",
] as const

export function viewOf(row: Pick<EventRow, (typeof rowColumns)[number]>): EventRowView {
  return {
    id: Number(row.id),
    requestId: row.request_id ?? undefined,
    name: row.name,
    key: row.event_key,
    trusted: Number(row.trusted) === 1,
    state: row.state as EventState, // written by the log alone
    attempts: Number(row.attempts),
    outcome: row.outcome ?? undefined,
    receivedAt: Number(row.received_at),
    endedAt: row.ended_at === null ? undefined : Number(row.ended_at),
  }
}
