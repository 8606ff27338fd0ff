// The words of live events: a delivery as it came, an event as it is kept, and what an integration makes of both.
import type { JsonObject } from "../common/json.ts"
import type { Origin, RawItem } from "../resync/kind.ts"

/** What somebody sent to a webhook route, as it came. */
export interface Delivery {
  /** The route's path. */
  path: string
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  /** The bytes as they came: signatures are over these and nothing else. */
  bytes: Uint8Array
  /** Milliseconds since the epoch. */
  receivedAt: number
}

/** What is known of a delivery before anything is done about it. */
export interface Description {
  /** The sender's own name of this sending; two with the same name are one. */
  requestId: string | undefined
  /** `issue.resolved`. */
  name: string
  /** Events with the same key concern the same object, and are worked on in order: `issue:4605173695`. */
  key: string
  /** Whether its content may be believed. Else it is only a hint to look at the object. */
  trusted: boolean
}

/** What an event asks for. */
export type Meaning =
  /** Read this object again: whatever the event says of it may be old. */
  | { type: "refresh"; kinds: readonly string[]; origin: Origin }
  /** No list gives what the event carries: its payload itself is the raw object. */
  | { type: "payload"; kind: string; item: RawItem; removed: boolean }
  | { type: "nothing"; why: string }

/** What an integration knows of the third party's webhooks. */
export interface WebhookProtocol {
  /** `refused`: a signature is wrong or missing. `unsigned`: there is no secret to check with. */
  verify(delivery: Delivery): "signed" | "unsigned" | "refused"
  describe(delivery: Delivery, body: JsonObject, signed: boolean): Description
  /** The key of an object's events; undefined for kinds that no event speaks of. */
  keyOf(kind: string, id: string): string | undefined
  /** An event of our own that asks for the object of this key to be read; undefined where it cannot be asked for. */
  hint(key: string): { name: string; body: JsonObject } | undefined
  /** Each thing the event asks for; `trusted` as it was described. */
  meanings(event: {
    name: string
    headers: Readonly<Record<string, string>>
    body: JsonObject
    trusted: boolean
  }): Meaning[]
}

export type EventState = "waiting" | "working" | "done" | "dead"

/** An event as the log keeps it. */
export interface LiveEvent {
  /** Grows with every event. */
  id: number
  requestId: string | undefined
  name: string
  key: string
  trusted: boolean
  path: string
  headers: Readonly<Record<string, string>>
  /** The body's text. */
  body: string
  receivedAt: number
  state: EventState
  /** How often it was begun. */
  attempts: number
  /** What became of it, or why it is not done yet. */
  outcome: string | undefined
  endedAt: number | undefined
}

export type NewEvent = Pick<
  LiveEvent,
  "requestId" | "name" | "key" | "trusted" | "path" | "headers" | "body" | "receivedAt"
>
