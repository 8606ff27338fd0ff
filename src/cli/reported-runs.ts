// Resyncs as this process makes them: one at a time among all processes of the installation, and reported to Port.
import { AppError } from "../common/errors.ts"
import type { Metrics } from "../common/metrics.ts"
import { systemClock } from "../common/sleep.ts"
import type { PortClient } from "../port/client.ts"
import type { RunHistory } from "../resync/history/run-history.ts"
import { lastRead } from "../resync/last-read.ts"
import { type AskedRun, isLeasedRun, type LeasedRun } from "../resync/leased-resync.ts"
import { type ResyncDeps, runResync } from "../resync/run-resync.ts"
import type { App, AppOptions } from "./app.ts"
import type { Leading } from "./leading.ts"
import { type Measures, openReporting } from "./reporting.ts"

/** Reports write to Port: they are opened for runs alone. */
export function reportedRuns(
  { settings, version, log, once }: AppOptions,
  deps: ResyncDeps,
  {
    parts,
    measures,
    metrics,
    leading,
    history,
  }: {
    parts: AsyncDisposableStack
    measures: Measures
    metrics: Metrics
    leading: Leading | undefined
    history: RunHistory | undefined
  },
): App["run"] {
  let lease: LeasedRun | undefined
  const run: Parameters<typeof openReporting>[0]["run"] = (
    trigger,
    signal,
    { order, observe, watch, changedSince },
  ) => {
    const { kinds, parts: partsRead } = order.scope ?? {}
    const scope = { ...(kinds ? { kindsRead: kinds } : {}), ...(partsRead ? { partsRead } : {}) }
    const incremental = changedSince ? { changedSince } : {}
    const watched = { ...(watch ? { watch } : {}), observe, id: order.id }
    return runResync(
      { ...(lease?.guarded(deps) ?? deps), ...scope, ...incremental, ...watched },
      trigger,
      signal,
    )
  }
  const port = unlessLost(deps.port, () => lease)
  const { integration } = deps.port
  const since = (stop: AbortSignal) => lastRead({ integration, clock: deps.clock, log }, stop)
  const report = openReporting(
    { settings, version, port, metrics, measures, log, history, run, since },
    parts,
  )
  if (!leading) return report
  return async (trigger, signal, order) => {
    const asked = { trigger, isPartial: order?.scope !== undefined || trigger === "incremental" }
    lease = await (once ? beginUnlessMade(leading, asked, signal) : leading.resyncs.begin(asked, signal))
    let record: Awaited<ReturnType<App["run"]>> | undefined
    try {
      record = await report(trigger, lease.signal, order)
      return record
    } finally {
      await lease.end(record)
    }
  }
}

/** A single run whose work another process does already. */
export class ResyncElsewhere extends AppError {
  constructor(holder: string) {
    super(
      "resync_elsewhere",
      `nothing was done: another process resyncs the same integration (${holder}, as machine/…/process)`,
      { hint: "it makes the resync that this one would have made; wait for its end to make another" },
    )
  }
}

const askEveryMs = 500

/** Waits for a short check, and for the lease of a process that is gone; one that lives says a word of itself soon. */
async function beginUnlessMade(
  { resyncs }: Leading,
  asked: AskedRun,
  signal: AbortSignal,
): Promise<LeasedRun> {
  let before: { holder: string; leftMs: number } | undefined
  for (;;) {
    signal.throwIfAborted()
    const begun = await resyncs.tryBegin(asked, signal)
    if (isLeasedRun(begun)) return begun
    const isRenewed = before?.holder === begun.holder && begun.leftMs > before.leftMs
    if (isRenewed && begun.purpose !== "check") throw new ResyncElsewhere(begun.holder)
    before = begun
    await systemClock.sleep(askEveryMs, signal)
  }
}

/** Whoever took over says how the resync stands; what the loser would say comes too late to be true. */
function unlessLost(port: PortClient, lease: () => LeasedRun | undefined): PortClient {
  const { integration } = port
  return {
    ...port,
    integration: {
      ...integration,
      async reportState(...given) {
        if (!lease()?.isLost()) await integration.reportState(...given)
      },
    },
  }
}
