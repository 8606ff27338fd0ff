// Port: is it there, does it take our credentials, does it know this integration, and what may we do there.
import { AppError, errorText } from "../../common/errors.ts"
import { isPortUnauthorized } from "../../port/auth.ts"
import type { PortClient } from "../../port/client.ts"
import { isSystemBlueprint } from "../../port/entity.ts"
import type { IntegrationRecord } from "../../port/integrations-api.ts"
import { portStatus } from "../../port/request.ts"
import { type Finding, fine, found } from "./finding.ts"

export interface PortCheck {
  findings: Finding[]
  /** False where Port cannot be asked anything further. */
  reachable: boolean
}

export interface PortCheckDeps {
  /** One that sends no writes. */
  port: PortClient
  /** `Port at https://…`, or the embedded catalog. */
  name: string
  type: string
  signal: AbortSignal
}

export async function checkPort({ port, name, type, signal }: PortCheckDeps): Promise<PortCheck> {
  const signedIn = await port.signIn(signal).then(
    () => undefined,
    (error: unknown) => unreachable(name, error),
  )
  if (signedIn) return { findings: [signedIn], reachable: false }
  const findings: Finding[] = [fine(`${name} accepts the credentials.`)]
  try {
    const blueprints = await port.blueprints.list(signal)
    findings.push(fine(`Blueprints can be read (${blueprints.length}).`))
  } catch (error) {
    signal.throwIfAborted()
    findings.push(found("blocked", `Blueprints cannot be read: ${errorText(error)}.`, rights(error)))
  }
  try {
    findings.push(...aboutRecord(await port.integration.get(signal), port.integration.identifier, type))
  } catch (error) {
    signal.throwIfAborted()
    findings.push(found("no-start", `The integration cannot be read: ${errorText(error)}.`, rights(error)))
    return { findings, reachable: false }
  }
  return { findings, reachable: true }
}

/** Whether entities may be written, asked by a check of one that stores nothing. */
export async function checkWriting(
  port: PortClient,
  blueprints: readonly string[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const held = new Set((await port.blueprints.list(signal)).map(({ identifier }) => identifier))
  const missing = blueprints.filter((name) => !held.has(name))
  const blueprint = blueprints.find((name) => held.has(name) && !isSystemBlueprint(name))
  if (blueprint === undefined) {
    const which = missing.length > 0 ? ` (${missing.join(", ")})` : ""
    const what = "Whether blueprints may be made and entities written shows at the first start"
    return [fine(`${what}: none of the mapping's blueprints${which} exists yet.`)]
  }
  const [outcome] = await port.entities.upsert(
    blueprint,
    [{ identifier: "ocean-sentry-doctor", blueprint }],
    { merge: true, createMissing: false, signal },
  )
  if (!outcome) return []
  // Anything but a refusal of the caller says that the caller may write.
  const isRefused = !outcome.ok && (outcome.status === 401 || outcome.status === 403)
  if (!isRefused)
    return [fine(`Entities may be written (asked for ${blueprint}, by a check that stores nothing).`)]
  return [
    found(
      "blocked",
      `Entities of ${blueprint} may not be written: ${outcome.message}.`,
      "give these credentials the right to write entities, or use others",
    ),
  ]
}

function unreachable(name: string, error: unknown): Finding {
  const hint = error instanceof AppError ? error.hint : undefined
  if (isPortUnauthorized(error)) return found("no-start", `${errorText(error)}.`, hint)
  return found(
    "no-start",
    `${name} cannot be reached: ${errorText(error)}.`,
    hint ?? "check OCEAN__PORT__BASE_URL (each region has its own), the network and the proxy settings",
  )
}

function rights(error: unknown): string {
  const status = portStatus(error)
  return status === 401 || status === 403
    ? "these credentials lack a right: use those of the organization's own client id and secret"
    : "see what Port says, and try again"
}

function aboutRecord(record: IntegrationRecord | undefined, identifier: string, type: string): Finding[] {
  if (!record)
    return [fine(`There is no integration "${identifier}" yet: the first start makes it, with its mapping.`)]
  const held = record.installationAppType
  if (held && held !== type) {
    return [
      found(
        "setting",
        `The integration "${identifier}" is one of type "${held}", not "${type}".`,
        "choose another OCEAN__INTEGRATION__IDENTIFIER, or the right OCEAN__INTEGRATION__TYPE",
      ),
    ]
  }
  const { installationType } = record
  if (typeof installationType === "string" && installationType.startsWith("Saas")) {
    const what = `Port has the integration "${identifier}" as one that it hosts itself (${installationType}).`
    return [
      found("note", what, "two programs would write as one: choose another OCEAN__INTEGRATION__IDENTIFIER"),
    ]
  }
  const state = record.resyncState?.status
  const last = state ? `; its last resync: ${state}` : ""
  return [fine(`The integration "${identifier}" is known${last}.`)]
}
