// Actions, scorecards and pages of a first start. None of them is needed for a resync, so a failure costs only itself.
import { errorText, isAbort } from "../common/errors.ts"
import type { JsonObject } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import type { PortClient } from "./client.ts"

export interface Extras {
  actions: readonly JsonObject[]
  scorecards: readonly { blueprint: string; data: readonly JsonObject[] }[]
  pages: readonly JsonObject[]
}

/** One after the other: scorecards may name actions, pages may show both. */
export async function installExtras(
  { port, log }: { port: PortClient; log: Logger },
  { actions, scorecards, pages }: Extras,
  signal?: AbortSignal,
): Promise<void> {
  const steps = [
    ...actions.map((action) => ({
      what: "action",
      body: action,
      make: () => port.extras.createAction(action, signal),
    })),
    ...scorecards.flatMap(({ blueprint, data }) =>
      data.map((scorecard) => ({
        what: `scorecard of ${blueprint}`,
        body: scorecard,
        make: () => port.extras.createScorecard(blueprint, scorecard, signal),
      })),
    ),
    ...pages.map((page) => ({ what: "page", body: page, make: () => port.extras.createPage(page, signal) })),
  ]
  for (const { what, body, make } of steps) {
    try {
      await make()
    } catch (error) {
      if (isAbort(error)) throw error
      const name = body.identifier ?? body.title ?? null
      log.warn({ what, name, error: errorText(error) }, "A default resource was not created, and is skipped")
    }
  }
}
