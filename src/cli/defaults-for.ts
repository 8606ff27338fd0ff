// What a first start installs: a preset, or what a folder of the user's has in its place.
import { resolve } from "node:path"
import { isJsonObject, type JsonObject } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import type { Integration, Preset } from "../integration.ts"
import { isSystemBlueprint } from "../port/entity.ts"
import type { InstallOptions } from "../port/install-defaults.ts"
import type { SystemRelations } from "../port/install-system-relations.ts"
import { type FolderResources, readResources } from "./read-resources.ts"
import type { Settings } from "./settings.ts"
import { programVersion } from "./version.ts"

/** All but where Port announces changes, which is the listener's. */
type Defaults = Omit<InstallOptions, "changelogDestination">

/** `folder`: that of the settings, which `resourcesPath` is relative to. */
export async function defaultsFor(
  integration: Integration,
  settings: Settings,
  { folder, log }: { folder: string; log: Logger },
): Promise<Defaults> {
  const own = await ownResources(settings, { folder, log })
  const preset = presetOf(integration, settings)
  const blueprints = own?.blueprints ?? preset.blueprints
  return {
    type: settings.integration.type,
    version: programVersion(),
    runtime: settings.runtime,
    blueprints: blueprints.filter((blueprint) => !isSystemBlueprint(String(blueprint.identifier))),
    // Of all presets: a mapping in a folder may be that of any, and only what the mapping writes is installed.
    systemRelations: onePerBlueprint([
      ...integration.presets.flatMap((one) => one.systemRelations),
      ...systemRelationsOf(blueprints),
    ]),
    mapping: own?.mapping ?? preset.mapping,
    extras: own?.extras ?? { actions: [], scorecards: [], pages: [] },
    overwriteMapping: settings.overwriteMapping,
    incrementalSyncEnabled: settings.integration.incrementalSyncEnabled,
    installResources: settings.initializePortResources,
    createMissingBlueprints: settings.createMissingBlueprints,
    origin: originOf(settings, log),
  }
}

async function ownResources(
  settings: Settings,
  { folder, log }: { folder: string; log: Logger },
): Promise<FolderResources | undefined> {
  const path = resolve(folder, settings.resourcesPath)
  const own = await readResources(path)
  if (!own && settings.given.has("resourcesPath"))
    log.warn({ path, preset: settings.preset }, "There is no such folder of resources; the preset is used")
  if (own?.blueprints && own.mapping && settings.given.has("preset"))
    log.warn({ path, preset: settings.preset }, "The folder of resources stands in place of the preset")
  return own
}

function presetOf({ presets }: Integration, { preset }: Settings): Preset {
  const found = presets.find(({ name }) => name === preset)
  if (!found) throw new Error(`the setting allows a preset that is none: ${preset}`)
  return found
}

/** Blueprints of Port's own, in a user's folder, are there for their relations: Port owns all else of them. */
function systemRelationsOf(blueprints: readonly JsonObject[]): SystemRelations[] {
  return blueprints.flatMap(({ identifier, relations }) =>
    isSystemBlueprint(String(identifier)) && isJsonObject(relations)
      ? [{ blueprint: String(identifier), relations }]
      : [],
  )
}

/** Presets share relations; each blueprint is asked for and changed once. Of one name the first counts. */
function onePerBlueprint(all: readonly SystemRelations[]): SystemRelations[] {
  return [...Map.groupBy(all, ({ blueprint }) => blueprint)].map(([blueprint, group]) => ({
    blueprint,
    relations: Object.assign({}, ...group.map(({ relations }) => relations).reverse()) as JsonObject, // of nothing else
  }))
}

function originOf({ createPortResourcesOrigin: origin }: Settings, log: Logger): InstallOptions["origin"] {
  if (origin !== "Ocean") return origin
  log.warn("OCEAN__CREATE_PORT_RESOURCES_ORIGIN: `Ocean` is an older name of `Default`")
  return "Default"
}
