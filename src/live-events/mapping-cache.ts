// The mapping as live events use it: at most so many seconds old, since asking for it at each event would double them.
import type { Clock } from "../common/sleep.ts"
import { checkMapping } from "../mapping/check-mapping.ts"
import type { Jq } from "../mapping/jq.ts"
import type { KindSelectors, ParsedAppConfig } from "../port/app-config.ts"
import type { IntegrationsApi } from "../port/integrations-api.ts"

export type ReadMapping = (signal: AbortSignal) => Promise<ParsedAppConfig>

/** Throws what the request throws; a failure is not remembered. */
export function createMappingCache(deps: {
  integration: Pick<IntegrationsApi, "get">
  jq: Jq
  selectors: KindSelectors
  ttlMs: number
  clock: Clock
}): ReadMapping {
  let held: { parsed: ParsedAppConfig; until: number } | undefined
  let asking: Promise<ParsedAppConfig> | undefined

  async function ask(signal: AbortSignal): Promise<ParsedAppConfig> {
    const record = await deps.integration.get(signal)
    const parsed = await checkMapping(deps.jq, record?.config ?? {}, deps.selectors)
    held = { parsed, until: deps.clock.now() + deps.ttlMs }
    return parsed
  }

  return (signal) => {
    if (held && deps.clock.now() < held.until) return Promise.resolve(held.parsed)
    asking ??= ask(signal).finally(() => {
      asking = undefined
    })
    return asking
  }
}
