// What time it is at a peer, by the dates of its answers: its instants and windows are told on its own clock.
import type { HttpAnswer } from "./http-client.ts"
import { type Clock, systemClock } from "./sleep.ts"

export interface PeerClock {
  /** Milliseconds since the epoch, as of the last answer; behind by up to a second, since dates have whole ones. */
  now(): number
  note(answer: Pick<HttpAnswer, "headers" | "receivedAt">): void
}

/** Our own time until an answer has told another. */
export function createPeerClock(clock: Clock = systemClock): PeerClock {
  let offset = 0
  return {
    now: () => clock.now() + offset,
    note({ headers, receivedAt }) {
      const time = Date.parse(headers.get("date") ?? "")
      if (Number.isFinite(time)) offset = time - receivedAt
    },
  }
}
