// One part of a resync, made by whichever process: read, mapped and loaded as a run of its own, and told as JSON.
import type { AppConfig, Resource } from "../../port/app-config.ts"
import { createRun } from "../create-run.ts"
import { everyPart, type IntegrationRun } from "../kind.ts"
import type { KnownEntities } from "../known-entities.ts"
import { createRawExamples } from "../raw-examples.ts"
import { openResources, type SharedReading, shareReadings } from "../readings.ts"
import { readAll } from "../resync-reading.ts"
import type { Run, RunWatch } from "../run.ts"
import { startRecord, type Trigger } from "../run-record.ts"
import type { ResyncDeps } from "../run-resync.ts"
import { type PartResult, partResultOf } from "./part-result.ts"
import type { OpenPart } from "./split-store.ts"

/** A run as a process sees it that makes parts of it; opened once, since what all parts share is read once. */
export interface RunInParts {
  id: string
  trigger: Trigger
  startedAt: Date
  config: AppConfig
  /** Those that a resync reads. */
  resources: readonly Resource[]
  known: KnownEntities
  view: IntegrationRun
  /** Unguarded: each part is guarded by its own lease. */
  deps: ResyncDeps
  /** Throws where this process may not write for the run any more. */
  assertHeld(): void
}

export interface PartGuards {
  origins: ResyncDeps["origins"]
  /** Throws where the part may be somebody else's. */
  assertHeld(): void
  signal: AbortSignal
}

/** Throws where it was not read as a whole; what it wrote by then is written. */
export async function makePart(of: RunInParts, part: OpenPart, guards: PartGuards): Promise<PartResult> {
  const { deps, config } = of
  const view = of.view.openParts?.(part.parts)
  if (!view) throw new Error("this integration cannot be read in parts")
  const resources = openResources({ ...config, resources: [...of.resources] }, view)
  const shared = shareReadings(resources).find(({ reading }) => reading.key === part.reading)
  if (!shared) throw new Error(`the mapping has no resource for the reading ${part.reading}`)
  const { watch, told } = listeningWatch()
  const run = createRun(
    {
      ...deps,
      port: deps.port.askingFirst(() => {
        of.assertHeld()
        guards.assertHeld()
      }),
      origins: guards.origins,
      watch,
    },
    {
      record: startRecord(of.id, of.trigger, of.startedAt),
      config,
      resources: shared.resources,
      known: of.known,
      examples:
        deps.maskExamples &&
        createRawExamples({ integration: deps.port.integration, mask: deps.maskExamples, log: deps.log }),
      partsRead: part.parts,
      signal: guards.signal,
    },
  )
  await readAll(run, shared)
  refuseUnread(run, shared)
  return partResultOf(run, shared, { ...told(), learned: view.learned() })
}

/** That nothing could be read is said of the whole list, but this part alone is known not to be. */
function refuseUnread(run: Run, shared: SharedReading): void {
  for (const { resource } of shared.resources) {
    const whole = run.sources.endsOf(resource).find(({ part }) => part === everyPart)
    if (whole && whole.outcome.state !== "complete") throw new Error(whole.outcome.reason)
  }
}

/** Of a run's watch, what is told of lists; a plan, which wants the names of entities, is not made in parts. */
function listeningWatch(): { watch: RunWatch; told(): Pick<PartResult, "read" | "ended"> } {
  const counts = new Map<string, Map<string, number>>()
  const ended: PartResult["ended"] = []
  return {
    watch: {
      made() {},
      gone() {},
      read(kind, byPart) {
        const known = counts.get(kind) ?? new Map<string, number>()
        counts.set(kind, known)
        for (const [part, count] of byPart) known.set(part, (known.get(part) ?? 0) + count)
      },
      ended: (kind, end) => void ended.push([kind, end]),
    },
    told: () => ({
      read: [...counts].flatMap(([kind, byPart]) =>
        [...byPart].map(([part, count]): PartResult["read"][number] => [kind, part, count]),
      ),
      ended,
    }),
  }
}
