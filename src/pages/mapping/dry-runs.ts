// Plans of a whole mapping as jobs: one at a time, made in the process that was asked, told of by each that shares its database.
import { randomUUID } from "node:crypto"
import { errorText } from "../../common/errors.ts"
import type { JsonObject } from "../../common/json.ts"
import { withLogFields } from "../../common/log-context.ts"
import type { Clock } from "../../common/sleep.ts"
import type { Jq } from "../../mapping/jq.ts"
import type { PortClient } from "../../port/client.ts"
import { createPlanner } from "../../resync/plan.ts"
import type { ResyncDeps } from "../../resync/run-resync.ts"
import type { DryRun, DryRunEnd, DryRunStore } from "./dry-run-store.ts"
import { type PlannedView, viewPlan } from "./dry-run-views.ts"

export interface DryRuns {
  /** One that is under way goes on, and is answered. `mapping`: instead of the one that Port has. */
  start(mapping: JsonObject | undefined): Promise<{ isNew: boolean; run: DryRun }>
  find(id: string): Promise<DryRun | undefined>
  /** Undefined where it has not come to its end. */
  plan(id: string): Promise<PlannedView | undefined>
  /** In the order of their begin. */
  all(): Promise<DryRun[]>
  /** Whether it was under way. */
  cancel(id: string): Promise<boolean>
}

export interface DryRunsDeps {
  deps: ResyncDeps
  store: DryRunStore
  /** For each its own: a run beside it gives programs up, and must not be made to try them again. */
  openJq(): Jq
  clock: Clock
}

type Outcome = Omit<DryRunEnd, "readSoFar">

const tellEveryMs = 500

export function createDryRuns({ deps, store, openJq, clock }: DryRunsDeps): DryRuns {
  const { log } = deps
  /** The one that was looked at last: its pages are asked for one by one. */
  let looked: { id: string; plan: PlannedView } | undefined

  async function work(id: string, mapping: JsonObject | undefined): Promise<void> {
    const cancel = new AbortController()
    const over = new AbortController()
    let readSoFar = 0
    const jq = openJq()
    const planner = createPlanner({
      ...deps,
      jq,
      port: mapping ? withMapping(deps.port, mapping) : deps.port,
      onProgress({ record }) {
        readSoFar = record.resources.reduce((sum, { counts }) => sum + counts.read, 0)
      },
    })
    const told = tellOn(id, { cancel, over: over.signal, readSoFar: () => readSoFar })
    const end = await planner.plan(cancel.signal).then(
      (plan): Outcome =>
        cancel.signal.aborted ? { status: "cancelled" } : { status: "done", plan: viewPlan(plan) },
      (error: unknown): Outcome => ({
        status: cancel.signal.aborted ? "cancelled" : "failed",
        message: errorText(error),
      }),
    )
    over.abort()
    await told
    await jq.close()
    await store.end(id, { ...end, readSoFar })
  }

  async function tellOn(
    id: string,
    how: { cancel: AbortController; over: AbortSignal; readSoFar(): number },
  ): Promise<void> {
    while (!how.over.aborted) {
      try {
        if (await store.goOn(id, how.readSoFar())) how.cancel.abort()
      } catch (error) {
        log.warn({ error: errorText(error) }, "How a dry run gets on could not be written down")
      }
      await clock.sleep(tellEveryMs, how.over).catch(() => undefined)
    }
  }

  return {
    async start(mapping) {
      const started = await store.begin(randomUUID())
      if (!started.isNew) return started
      // What it logs reads like a run's; Port, which is told of runs, is told nothing of it.
      void withLogFields({ plan: true, local: true }, () =>
        work(started.run.id, mapping).catch((error: unknown) =>
          log.error({ error: errorText(error) }, "What a dry run came to could not be written down"),
        ),
      )
      return started
    },
    find: store.find,
    async plan(id) {
      if (looked?.id === id) return looked.plan
      const plan = await store.plan(id)
      if (plan) looked = { id, plan }
      return plan
    },
    all: store.all,
    cancel: store.askToCancel,
  }
}

function withMapping(port: PortClient, mapping: JsonObject): PortClient {
  return {
    ...port,
    integration: {
      ...port.integration,
      async get(signal) {
        const record = await port.integration.get(signal)
        return record && { ...record, config: mapping }
      },
    },
  }
}
