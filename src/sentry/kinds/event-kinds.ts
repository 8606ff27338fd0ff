// Kinds that webhooks alone give: comments, alerts, single errors. Their raw object is the delivery: `{ body, headers }`.
import { z } from "zod"
import type { OpenKind } from "../../resync/kind.ts"
import { addNothing, defineKind, keepAlwaysMs, type SentryKind } from "./define-kind.ts"

const eventKindNames = ["comment", "event-alert", "metric-alert", "error"] as const

export const eventKinds: readonly SentryKind[] = eventKindNames.map((name) => ({
  ...defineKind({ name, selector: z.looseObject({}), open: () => openEvents(name) }),
  eventsOnly: true,
}))

function openEvents(name: string): OpenKind {
  return {
    reading: {
      key: `events:${name}`,
      async *read() {
        yield {
          type: "end",
          part: "",
          outcome: { state: "failed", reason: `no list of Sentry's gives ${name}` },
        }
      },
    },
    enrich: addNothing,
    admits: () => true,
    async lookUp(origins) {
      return origins.map((origin) => ({
        origin,
        state: "unknown",
        reason: `Sentry cannot be asked for a ${name}`,
      }))
    },
    standing: () => ({ state: "left", keepMs: keepAlwaysMs }),
    idsIn: () => [],
    withId: (raw) => raw,
    idsInFindAll: false,
    listIsProof: false,
  }
}
