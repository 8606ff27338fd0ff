// The first resync of an integration, for listeners that otherwise wait to be asked.
import { errorText, isAbort } from "../common/errors.ts"
import type { Logger } from "../common/logger.ts"
import type { IntegrationsApi } from "../port/integrations-api.ts"
import type { OnTrigger } from "./listener.ts"

/** Where Port knows of no resync yet, nobody may ever ask for one: the catalog would stay empty. */
export async function resyncIfNever(
  deps: { port: { integration: Pick<IntegrationsApi, "get"> }; onTrigger: OnTrigger; log: Logger },
  signal: AbortSignal,
): Promise<void> {
  try {
    const record = await deps.port.integration.get(signal)
    if (!record?.resyncState?.status) void deps.onTrigger("start")
  } catch (error) {
    if (isAbort(error)) return
    deps.log.warn({ error: errorText(error) }, "Port did not say whether there was a resync yet")
  }
}
