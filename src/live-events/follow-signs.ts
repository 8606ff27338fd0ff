// An issue in an environment that its project was not known to have: the project's own environments are read again.
import type { ParsedAppConfig } from "../port/app-config.ts"
import type { PartSign } from "../resync/kind.ts"
import type { RefreshDeps, RefreshResult } from "../resync/refresh.ts"
import { refreshParts } from "../resync/refresh-parts.ts"

export type FollowUp = (result: RefreshResult, parsed: ParsedAppConfig, signal: AbortSignal) => Promise<void>

/** Above this the oldest are forgotten, which costs a reading more and nothing else. */
const mostRemembered = 50_000

/** Signs are remembered as long as the process lives; the first of each costs one reading of its part. */
export function createFollowSigns(deps: RefreshDeps): FollowUp {
  const seen = new Set<string>()
  return async ({ read }, parsed, signal) => {
    const mapped = new Set(parsed.config.resources.map(({ kind }) => kind))
    const items = [...read.values()].flat()
    const signs = (deps.openRun().objects?.signs(items) ?? []).filter(
      (sign) => mapped.has(sign.kind) && !seen.has(nameOf(sign)),
    )
    for (const [kind, group] of Map.groupBy(signs, (sign) => sign.kind)) {
      const parts = [...new Set(group.map(({ part }) => part))]
      await refreshParts(deps, { parsed, kind, parts }, signal)
    }
    for (const sign of signs) seen.add(nameOf(sign))
    for (const oldest of seen) {
      if (seen.size <= mostRemembered) break
      seen.delete(oldest)
    }
  }
}

function nameOf({ kind, part, sign }: PartSign): string {
  return [kind, part, sign].join("\u0000")
}
