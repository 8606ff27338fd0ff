// The Sentry integration as the framework sees it.
import { AppError } from "../common/errors.ts"
import type { Integration } from "../integration.ts"
import { readsEverything } from "../mapping/jq-paths.ts"
import type { IntegrationRun } from "../resync/kind.ts"
import { createSentryClient, type SentryClientDeps } from "./client.ts"
import { presets } from "./defaults/presets.ts"
import { describePlan } from "./describe-plan.ts"
import type { TagSource } from "./issue-tags/plan.ts"
import { issueObjects } from "./issues/issue-objects.ts"
import { sentryKinds } from "./kinds/index.ts"
import { createLearned } from "./learned.ts"
import { probeSentry } from "./probe.ts"
import { createRateLimits } from "./rate-limits.ts"
import { contextOfProjects, createRunContext, type RunContext } from "./run-context.ts"
import { noScanState, type ScanState, unchanging } from "./scan-state.ts"
import { whereIs } from "./where-is.ts"

/** What all its clients share, and what is decided for the kinds. */
export interface SentryIntegrationDeps extends SentryClientDeps {
  /** How long resolved issues keep their entities where a selector does not say, in milliseconds. Default: 30 days. */
  keepResolvedForMs?: number
  /** How the tags of issues are read where a selector does not say. Default: the cheapest exact way. */
  tagSource?: TagSource
  /** What runs remember of the issues they read. Default: nothing. */
  scanState?: ScanState
}

export function sentryIntegration(deps: SentryIntegrationDeps): Integration {
  const limits = deps.limits ?? createRateLimits(deps.clock ? { clock: deps.clock } : {})
  const kinds = new Map(sentryKinds.map((kind) => [kind.name, kind]))
  return {
    type: "sentry",
    kinds: sentryKinds,
    probe: (signal) =>
      probeSentry({ client: createSentryClient({ ...deps, limits }), settings: deps.settings }, signal),
    presets,
    whereIs: (kind, origin) => whereIs(deps.settings, kind, origin),
    openRun({ ahead = false, changedSince, remembers = true } = {}) {
      const { scanState = noScanState } = deps
      const client = createSentryClient({ ...deps, limits: ahead ? limits.ahead() : limits })
      const context = createRunContext({
        client,
        keepResolvedForMs: deps.keepResolvedForMs ?? 30 * 86_400_000,
        tagSource: deps.tagSource ?? "auto",
        scanState: remembers ? scanState : unchanging(scanState),
        changedSince,
        log: deps.log,
      })
      const learned = createLearned(context)
      return {
        ...viewOf(context),
        plan: () => describePlan(context, learned),
        openParts(slugs) {
          const part = contextOfProjects(context, slugs)
          return { ...viewOf(part), learned: () => learned.of(part) }
        },
        learn: learned.take,
        shareLimits: limits.shareAmong,
      }
    },
  }

  function viewOf(context: RunContext): IntegrationRun {
    return {
      objects: issueObjects(context),
      openKind(name, selector, reads = readsEverything) {
        const kind = kinds.get(name)
        if (!kind) throw new AppError("unknown_kind", `there is no kind "${name}"`)
        return kind.open(context, selector, reads)
      },
    }
  }
}
