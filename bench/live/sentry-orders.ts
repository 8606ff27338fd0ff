// What the bench and its Sentry process say to each other.

export interface Pace {
  /** Changes, each told by one webhook. */
  events: number
  /** Undefined: all at once. */
  perSecond: number | undefined
  /** So many different issues take turns. */
  issues: number
}

export type SentryOrder =
  | {
      type: "start"
      projects: number
      issuesPerProject: number
      token: string
      /** Added to each answer of the API. */
      latencyMs: number
      webhook: { url: string; secret: string }
    }
  | { type: "change"; pace: Pace }

export interface Changed {
  issue: string
  /** Milliseconds since the epoch. */
  at: number
}

export interface Acknowledged {
  status: number
  /** From the request to the head of the answer. */
  ms: number
}

export type SentryReport =
  | { type: "ready"; url: string; organization: string }
  | { type: "changed"; changed: Changed[]; acknowledged: Acknowledged[] }
