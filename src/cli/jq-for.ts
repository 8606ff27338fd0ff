// The jq of mappings, as the settings want it.
import type { Logger } from "../common/logger.ts"
import { createJq } from "../mapping/create-jq.ts"
import type { Jq } from "../mapping/jq.ts"
import type { Settings } from "./settings.ts"

/** Starts no engine before one is needed; to be closed by whoever asked for it. */
export function jqFor(
  settings: Pick<Settings, "processInQueueMaxWorkers" | "jqDeadlineSeconds" | "jqEnvironment" | "jqFastPath">,
  log: Logger,
): Jq {
  const workers = settings.processInQueueMaxWorkers
  return createJq({
    ...(workers === undefined ? {} : { workers }),
    deadlineMs: settings.jqDeadlineSeconds * 1_000,
    environment: settings.jqEnvironment,
    fastPath: settings.jqFastPath,
    log,
  })
}
