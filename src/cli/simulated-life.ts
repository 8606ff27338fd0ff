// A simulated organization in which things happen, and whose integration tells of them.
import type { Organization } from "../simulator/organization.ts"
import { keepChanging } from "../simulator/slow-changes.ts"

export interface SimulatedLife {
  /** Seconds between two changes; undefined or 0: none. */
  changesEvery?: number | undefined
  /** Where the organization's integration sends its webhooks, and what it signs them with. */
  webhook?: { url: string; secret: string } | undefined
  /** Told each change, in a sentence. */
  onChange?: (sentence: string) => void
}

/** Answers how to let it rest again. */
export function enliven(organization: Organization, life: SimulatedLife): () => Promise<void> {
  if (life.webhook) {
    organization.addApp({
      name: "Software catalog",
      overview: "Made by the simulator.",
      webhookUrl: life.webhook.url,
      clientSecret: life.webhook.secret,
      events: ["issue", "comment", "error"],
      scopes: ["event:read", "member:read", "org:read", "project:read", "team:read"],
      isAlertable: true,
      verifyInstall: false,
    })
  }
  const end = new AbortController()
  const { changesEvery = 0, onChange } = life
  const changing =
    changesEvery > 0
      ? keepChanging(
          organization,
          { everyMs: changesEvery * 1_000, ...(onChange ? { onChange } : {}) },
          end.signal,
        )
      : undefined
  return async () => {
    end.abort()
    await changing
  }
}
