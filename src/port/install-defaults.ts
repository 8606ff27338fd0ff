// The start against a Port organization: the integration's record with its mapping and, the first time, the blueprints
// that the mapping needs. Nothing that exists is overwritten, and a second start writes nothing.
import { AppError } from "../common/errors.ts"
import { isJsonObject, type JsonObject, type JsonValue, jsonEqual } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { PortClient } from "./client.ts"
import { installBlueprints } from "./install-blueprints.ts"
import { type Extras, installExtras } from "./install-extras.ts"
import { installSystemRelations, type SystemRelations } from "./install-system-relations.ts"
import type { IntegrationRecord } from "./integrations-api.ts"
import { portStatus } from "./request.ts"
import { type ResourceOrigin, refuseOtherRuntime, resourceOrigin } from "./resource-origin.ts"

export interface InstallOptions {
  type: string
  version: string
  runtime: "OnPrem" | "Saas"
  blueprints: readonly JsonObject[]
  systemRelations: readonly SystemRelations[]
  mapping: JsonObject
  extras: Extras
  /** The mapping is written wherever Port has another: what a person changes there does not stay. */
  overwriteMapping?: boolean
  /** Where Port announces changes: `{}` for a client that asks, `{type: "KAFKA"}` for one that listens; undefined: left as it is. */
  changelogDestination: JsonObject | undefined
  /** Told to Port, which shows it. */
  incrementalSyncEnabled: boolean
  /** False: no blueprints and no relations are made; the mapping of a new integration is written all the same. */
  installResources: boolean
  /** Makes the default blueprints that are missing, at every start. */
  createMissingBlueprints: boolean
  /** Undefined: Port's own where Port has them for this type, else ours. */
  origin: ResourceOrigin | undefined
}

export interface InstallDeps {
  port: PortClient
  log: Logger
  clock: Clock
  /** Blueprints that this process has made; kept by the caller over its attempts. */
  made: Set<string>
}

/** Makes sure that Port knows this integration and, at its first start, has what its mapping writes into. */
export async function installDefaults(
  deps: InstallDeps,
  options: InstallOptions,
  signal?: AbortSignal,
): Promise<void> {
  const { integration } = deps.port
  const { type, runtime, origin: wanted } = options
  let known = await integration.get(signal)
  if (known) refuseOtherRuntime(known, { runtime, identifier: integration.identifier })
  const origin = await resourceOrigin(deps, { known, wanted, type }, signal)
  if (!known && !(await createRecord(deps, { options, origin, signal })))
    known = await integration.get(signal)
  if (origin === "Port" && isEmptyConfig(known?.config)) await untilProvisioned(deps, signal)
  await updateRecord(deps.port, { known, options, signal })
  if (options.overwriteMapping && known && !jsonEqual((known.config ?? null) as JsonValue, options.mapping)) {
    await deps.port.integration.patchConfig(options.mapping, signal)
    deps.log.info("The mapping in Port was another one, and was written over")
  }
  if (origin !== "Default" || !options.installResources) return
  await installResources(deps, { known, options, signal })
}

/** False where another process made the record in the same moment. */
async function createRecord(
  { port, log }: InstallDeps,
  {
    options,
    origin,
    signal,
  }: { options: InstallOptions; origin: ResourceOrigin; signal: AbortSignal | undefined },
): Promise<boolean> {
  const { processingMode: _notYet, ...facts } = factsOf(options)
  const config = { Default: options.mapping, Port: {}, Empty: emptyMapping }[origin]
  const { identifier } = port.integration
  try {
    await port.integration.create(
      {
        installationId: identifier,
        changelogDestination: {},
        ...facts,
        config,
        createPortResourcesOrigin: origin,
      },
      { provisioned: origin === "Port" },
      signal,
    )
    log.info({ integration: identifier, resources: origin }, "Integration created in Port")
    return true
  } catch (error) {
    if (portStatus(error) !== 409) throw error
    return false
  }
}

/** A mapping without resources, with its switches where a person who fills it in will look for them. */
const emptyMapping: JsonObject = {
  deleteDependentEntities: true,
  createMissingRelatedEntities: true,
  enableMergeEntity: true,
  resources: [],
}

/** Writes the record's facts only where they differ: a second start changes nothing. */
async function updateRecord(
  port: PortClient,
  {
    known,
    options,
    signal,
  }: { known: IntegrationRecord | undefined; options: InstallOptions; signal: AbortSignal | undefined },
): Promise<void> {
  const wanted = factsOf(options)
  if (known && Object.entries(wanted).every(([name, value]) => holds(known, name, value))) return
  await port.integration.patch(wanted, signal)
}

function holds(known: IntegrationRecord, name: string, value: JsonValue): boolean {
  // Parsed from JSON, so its members are JSON whatever the schema lets pass.
  const held = (known[name] ?? null) as JsonValue
  return jsonEqual(held, value) || (held === null && jsonEqual(value, {}))
}

/** We map and load ourselves: `ocean-core`. An answer of `dsp` would make Port wait for raw data that never comes. */
function factsOf(options: InstallOptions): JsonObject {
  return {
    installationAppType: options.type,
    version: options.version,
    ...(options.changelogDestination ? { changelogDestination: options.changelogDestination } : {}),
    actionsProcessingEnabled: false,
    incrementalSyncEnabled: options.incrementalSyncEnabled,
    processingMode: "ocean-core",
  }
}

/** How often Port is asked for the mapping it provisions, and the waits in between, in milliseconds. */
const provisioning = { tries: 30, firstMs: 3_000, growth: 1.55, mostMs: 60_000 }

async function untilProvisioned({ port, clock }: InstallDeps, signal?: AbortSignal): Promise<void> {
  const { tries, firstMs, growth, mostMs } = provisioning
  for (let at = 0; at < tries; at++) {
    if (!isEmptyConfig((await port.integration.get(signal))?.config)) return
    await clock.sleep(Math.min(mostMs, firstMs * growth ** at), signal)
  }
  throw new AppError(
    "not_provisioned",
    `Port did not bring the mapping it provisions, asked ${tries} times`,
    {
      hint: "OCEAN__CREATE_PORT_RESOURCES_ORIGIN=Default under another OCEAN__INTEGRATION__IDENTIFIER makes the defaults here",
    },
  )
}

async function installResources(
  deps: InstallDeps,
  {
    known,
    options,
    signal,
  }: { known: IntegrationRecord | undefined; options: InstallOptions; signal: AbortSignal | undefined },
): Promise<void> {
  const { port, log, made } = deps
  const initialized = known?.arePortResourcesInitialized === true
  if (initialized && !options.createMissingBlueprints) return
  const bringsMapping = !known || (!initialized && isEmptyConfig(known.config))
  if (known && bringsMapping) await port.integration.patchConfig(options.mapping, signal)
  const { blueprints, createMissingBlueprints: createMissing } = options
  const installed = await installBlueprints({ port, log }, { blueprints, createMissing, made }, signal)
  const mapping = bringsMapping ? options.mapping : known?.config
  await installSystemRelations(deps, { wanted: options.systemRelations, mapping }, signal)
  if (initialized) return
  if (installed) await installExtras(deps, options.extras, signal)
  await port.integration.patch({ arePortResourcesInitialized: true, version: options.version }, signal)
}

function isEmptyConfig(config: unknown): boolean {
  return config === null || config === undefined || (isJsonObject(config) && Object.keys(config).length === 0)
}
