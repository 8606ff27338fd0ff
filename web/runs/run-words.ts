// What made a run start, and what it was for, in words.
import type { RunSummary } from "../api/runs.ts"

const triggers: Record<string, string> = {
  start: "At the start of the program",
  schedule: "By schedule",
  poll: "Asked for in Port",
  polling: "Asked for in Port",
  request: "Asked for",
  once: "A single run",
  "catch-up": "Catching up",
  kafka: "Asked for over Kafka",
  webhook: "Asked for by webhook",
}

export function triggerText({ trigger, by }: Pick<RunSummary, "trigger" | "by">): string {
  const text = triggers[trigger] ?? trigger
  return by ? `${text} by ${by}` : text
}

export function scopeText({ kinds, projects }: NonNullable<RunSummary["scope"]>): string {
  const parts = [kinds && `only ${kinds.join(", ")}`, projects && `only in ${projects.join(", ")}`]
  return parts.filter(Boolean).join("; ")
}
