// What an event carries, beside the log: it is written once, while the event's row changes at each step of its life,
// and a database writes a changed row anew as a whole.
import type { Kysely } from "kysely"
import { batches } from "../common/concurrency.ts"
import type { EventLogTables } from "./event-log-tables.ts"
import type { NewEvent } from "./live-event.ts"

export interface EventText {
  /** As JSON. */
  headers: string
  body: string
}

const rowsAtOnce = 200

/** Events without a request id keep theirs in their row: which of several rows is theirs could not be told. */
export function textInRow({ requestId, headers, body }: NewEvent): EventText {
  return requestId === undefined ? { headers: JSON.stringify(headers), body } : { headers: "", body: "" }
}

/** `rows` are those that were inserted of these events; the first of one request id is the one that was. */
export async function writeTexts(
  tx: Kysely<EventLogTables>,
  events: readonly NewEvent[],
  rows: readonly { id: number; request_id: string | null }[],
): Promise<void> {
  const byRequest = new Map(events.toReversed().map((event) => [event.requestId, event]))
  const texts = rows.flatMap(({ id, request_id }) => {
    const event = request_id === null ? undefined : byRequest.get(request_id)
    return event ? [{ id, headers: JSON.stringify(event.headers), body: event.body }] : []
  })
  if (texts.length > 0) await tx.insertInto("live_event_texts").values(texts).execute()
}

/** By event; those that keep theirs in their row are absent. */
export async function textsOf(
  db: Kysely<EventLogTables>,
  ids: readonly number[],
): Promise<Map<number, EventText>> {
  const texts = new Map<number, EventText>()
  for (const group of batches(ids, rowsAtOnce)) {
    const rows = await db.selectFrom("live_event_texts").selectAll().where("id", "in", group).execute()
    for (const { id, headers, body } of rows) texts.set(Number(id), { headers, body })
  }
  return texts
}
