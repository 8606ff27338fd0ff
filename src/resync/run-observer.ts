// What a run tells whoever watches it, so that it need know nothing of metrics and reports.
import type { ResourceRecord, RunRecord } from "./run-record.ts"

/** `failed`: the resources of which some source was not read to its end. */
export type RunEvent =
  | { step: "opened"; record: RunRecord }
  | { step: "reading"; resources: readonly ResourceRecord[] }
  | { step: "read"; resources: readonly ResourceRecord[]; failed: ReadonlySet<ResourceRecord> }
  | { step: "reconciling" }
  | { step: "reconciled" }

/** Told in passing: an observer does not throw, and nobody waits for it. */
export type RunObserver = (event: RunEvent) => void
