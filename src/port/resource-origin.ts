// Who makes the mapping and the blueprints of a new integration: we, Port, or nobody.
import { AppError } from "../common/errors.ts"
import type { Logger } from "../common/logger.ts"
import type { PortClient } from "./client.ts"
import type { IntegrationRecord } from "./integrations-api.ts"
import { portStatus } from "./request.ts"

/** `Default`: this program. `Port`: Port itself. `Empty`: nobody; the mapping starts without resources. */
export type ResourceOrigin = "Default" | "Port" | "Empty"

const provisionFlag = "USE_PROVISIONED_DEFAULTS"

/** What the record says counts; else the setting; `Port`, or nothing set, only where Port can provision this type. */
export async function resourceOrigin(
  { port, log }: { port: PortClient; log: Logger },
  {
    known,
    wanted,
    type,
  }: { known: IntegrationRecord | undefined; wanted: ResourceOrigin | undefined; type: string },
  signal?: AbortSignal,
): Promise<ResourceOrigin> {
  const own = known?.createPortResourcesOrigin
  if (own) return own === "Port" || own === "Empty" ? own : "Default" // `Ocean` is an older name of `Default`
  if (wanted === "Default" || wanted === "Empty") return wanted
  // Port provisions an integration when it is created, and no later.
  if (known) return "Default"
  if (await canProvision(port, type, signal)) return "Port"
  if (wanted === "Port")
    log.warn({ type }, "Port does not provision this integration: the defaults are made here")
  return "Default"
}

async function canProvision(port: PortClient, type: string, signal?: AbortSignal): Promise<boolean> {
  try {
    if (!(await port.integration.provisionedTypes(signal)).includes(type)) return false
    return (await port.organization.get(signal)).featureFlags.includes(provisionFlag)
  } catch (error) {
    if (portStatus(error) === 403 || portStatus(error) === 404) return false
    throw error
  }
}

/** A record that belongs to another runtime would be worked on by two integrations at once. */
export function refuseOtherRuntime(
  known: IntegrationRecord,
  { runtime, identifier }: { runtime: "OnPrem" | "Saas"; identifier: string },
): void {
  const type = known.installationType ?? "OnPrem"
  if (runtime === "Saas" ? type.startsWith("Saas") : type === runtime) return
  throw new AppError(
    "other_runtime",
    `Port has the integration "${identifier}" as ${type}, this one runs ${runtime}`,
    {
      hint: "choose another OCEAN__INTEGRATION__IDENTIFIER, or remove the integration in Port first",
    },
  )
}
