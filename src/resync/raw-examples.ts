// A few raw objects of each resource for Port, which shows them beside its mapping editor.
import { errorText } from "../common/errors.ts"
import type { Logger } from "../common/logger.ts"
import type { Resource } from "../port/app-config.ts"
import type { IntegrationsApi } from "../port/integrations-api.ts"
import type { RawItem } from "./kind.ts"

/** Port keeps this many for each resource. */
const perResource = 5

export interface RawExamples {
  offer(resource: Resource, items: readonly Pick<RawItem, "raw">[]): void
  /** What was gathered of a resource, with its secrets hidden. */
  of(resource: Resource): RawItem["raw"][]
  /** Sends what was gathered; a failure is told and has no other effect. */
  send(): Promise<void>
}

/** `mask` hides secrets in the examples' JSON text. */
export function createRawExamples(deps: {
  integration: Pick<IntegrationsApi, "sendExamples">
  mask(text: string): string
  log: Logger
}): RawExamples {
  const gathered = new Map<Resource, RawItem["raw"][]>()
  // Masking replaces text inside JSON strings, so the text stays JSON of the same shape.
  const masked = (examples: RawItem["raw"][]) =>
    JSON.parse(deps.mask(JSON.stringify(examples))) as RawItem["raw"][]
  return {
    offer(resource, items) {
      const held = gathered.get(resource) ?? []
      gathered.set(resource, held)
      if (held.length < perResource)
        held.push(...items.slice(0, perResource - held.length).map(({ raw }) => raw))
    },
    of: (resource) => masked(gathered.get(resource) ?? []),
    async send() {
      for (const [{ kind }, examples] of gathered) {
        if (examples.length === 0) continue
        await deps.integration.sendExamples(kind, masked(examples)).catch((error: unknown) => {
          deps.log.warn({ kind, error: errorText(error) }, "Port did not take the raw examples")
        })
      }
    },
  }
}
