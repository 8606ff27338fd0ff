// A few raw objects of each resource for Port, which shows them beside its mapping editor.
import { errorText } from "../common/errors.ts"
import type { JsonValue } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import type { Resource } from "../port/app-config.ts"
import type { IntegrationsApi } from "../port/integrations-api.ts"
import type { RawItem } from "./kind.ts"

/** Port keeps this many for each resource. */
const perResource = 5

export interface RawExamples {
  offer(resource: Resource, items: readonly RawItem[]): void
  /** Sends what was gathered; a failure is told and has no other effect. */
  send(): Promise<void>
}

/** `mask` hides secrets in the examples' JSON text. */
export function createRawExamples(deps: {
  integration: Pick<IntegrationsApi, "sendExamples">
  mask(text: string): string
  log: Logger
}): RawExamples {
  const gathered = new Map<Resource, JsonValue[]>()
  return {
    offer(resource, items) {
      const held = gathered.get(resource) ?? []
      gathered.set(resource, held)
      if (held.length < perResource)
        held.push(...items.slice(0, perResource - held.length).map(({ raw }) => raw))
    },
    async send() {
      for (const [{ kind }, examples] of gathered) {
        if (examples.length === 0) continue
        // Masking replaces text inside JSON strings, so the text stays JSON.
        const masked = JSON.parse(deps.mask(JSON.stringify(examples))) as JsonValue[]
        await deps.integration.sendExamples(kind, masked).catch((error: unknown) => {
          deps.log.warn({ kind, error: errorText(error) }, "Port did not take the raw examples")
        })
      }
    },
  }
}
