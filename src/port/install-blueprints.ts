// The default blueprints, in three passes: bare, then what relates them, then what is computed over relations. All of
// them come to be or none: a failure takes back what this start made, and nothing else.
import { AppError, errorText } from "../common/errors.ts"
import { type JsonObject, jsonEqual } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import type { PortClient } from "./client.ts"
import { mayPassLater, PortError, portStatus } from "./request.ts"

export interface BlueprintsToInstall {
  blueprints: readonly JsonObject[]
  /** Where some exist already: make the others all the same. */
  createMissing: boolean
  /** What this process has made: not counted as existing when a start that failed half-way is tried again. */
  made: Set<string>
}

interface Deps {
  port: PortClient
  log: Logger
}

const relating = ["relations", "ownership", "teamInheritance"] as const
const computed = ["calculationProperties", "mirrorProperties", "aggregationProperties"] as const

/** How long taking back may last, in milliseconds; Port may be the reason that the start failed. */
const rollBackMs = 20_000

/** False where blueprints that exist already kept it from making any. Throws when they could not be made. */
export async function installBlueprints(
  deps: Deps,
  { blueprints, createMissing, made }: BlueprintsToInstall,
  signal?: AbortSignal,
): Promise<boolean> {
  const existing = await namesThatExist(deps.port, blueprints, signal)
  for (const name of made) if (!existing.includes(name)) made.delete(name)
  const others = existing.filter((name) => !made.has(name))
  if (others.length > 0 && !createMissing) {
    tellBlocked(deps.log, blueprints, others)
    return false
  }
  const wanted = blueprints.filter((blueprint) => !others.includes(nameOf(blueprint)))
  if (wanted.length === 0) return true
  try {
    await eachOf(wanted, (blueprint) => createBare(deps.port, { blueprint, made, signal }))
    await eachOf(wanted, (blueprint) => patchParts(deps.port, { blueprint, parts: relating, signal }))
    await eachOf(wanted, (blueprint) => patchParts(deps.port, { blueprint, parts: computed, signal }))
  } catch (error) {
    await rollBack(deps, made)
    throw error
  }
  deps.log.info({ blueprints: wanted.map(nameOf) }, "Default blueprints created")
  return true
}

async function namesThatExist(
  port: PortClient,
  blueprints: readonly JsonObject[],
  signal?: AbortSignal,
): Promise<string[]> {
  const found: string[] = []
  for (const name of blueprints.map(nameOf)) if (await port.blueprints.get(name, signal)) found.push(name)
  return found
}

function tellBlocked(log: Logger, blueprints: readonly JsonObject[], existing: readonly string[]): void {
  const missing = blueprints.map(nameOf).filter((name) => !existing.includes(name))
  const told = "Blueprints of these names existed already, so no default one was made"
  if (missing.length === 0) log.info({ existing }, told)
  else
    log.warn({ existing, missing }, `${told}; OCEAN__CREATE_MISSING_BLUEPRINTS=true makes the missing ones`)
}

/** Goes on after a refusal, so that all of them are told at once; any other failure ends it. */
async function eachOf(
  blueprints: readonly JsonObject[],
  work: (blueprint: JsonObject) => Promise<void>,
): Promise<void> {
  const refused: string[] = []
  for (const blueprint of blueprints) {
    try {
      await work(blueprint)
    } catch (error) {
      if (!(error instanceof PortError)) throw error
      refused.push(`${nameOf(blueprint)}: ${error.message}`)
    }
  }
  if (refused.length === 0) return
  throw new AppError("defaults_failed", `Port does not take the default blueprints: ${refused.join("; ")}`, {
    hint: "OCEAN__INITIALIZE_PORT_RESOURCES=false starts without them; OCEAN__RESOURCES_PATH names a folder with others",
  })
}

async function createBare(
  port: PortClient,
  { blueprint, made, signal }: { blueprint: JsonObject; made: Set<string>; signal: AbortSignal | undefined },
): Promise<void> {
  if (made.has(nameOf(blueprint))) return
  const withheld: readonly string[] = [...relating, ...computed]
  const bare = Object.fromEntries(Object.entries(blueprint).filter(([key]) => !withheld.includes(key)))
  try {
    await port.blueprints.create(bare, signal)
    made.add(nameOf(blueprint))
  } catch (error) {
    // Another process of the same start was quicker: the blueprint is wanted, and not ours to take back.
    if (portStatus(error) === 409) return
    // Its answer may be lost and the blueprint made, which was not there a moment ago: it is taken back with the others.
    if (mayPassLater(error)) made.add(nameOf(blueprint))
    throw error
  }
}

async function patchParts(
  port: PortClient,
  {
    blueprint,
    parts,
    signal,
  }: { blueprint: JsonObject; parts: readonly string[]; signal: AbortSignal | undefined },
): Promise<void> {
  const wanted = Object.entries(blueprint).filter(
    ([key, value]) => parts.includes(key) && value !== null && !jsonEqual(value, {}),
  )
  if (wanted.length > 0) await port.blueprints.patch(nameOf(blueprint), Object.fromEntries(wanted), signal)
}

/** Those that others relate to can go only after the others, so it goes round until nothing more goes. */
async function rollBack({ port, log }: Deps, made: Set<string>): Promise<void> {
  const limit = AbortSignal.timeout(rollBackMs)
  for (let before = -1; made.size > 0 && made.size !== before; ) {
    before = made.size
    for (const name of [...made].reverse()) {
      try {
        await port.blueprints.remove(name, limit)
        made.delete(name)
      } catch (error) {
        if (portStatus(error) === 404) made.delete(name)
        else log.debug({ blueprint: name, error: errorText(error) }, "Blueprint not removed yet")
      }
    }
  }
  if (made.size > 0)
    log.error({ blueprints: [...made] }, "Blueprints of this failed start could not be removed again")
}

function nameOf(blueprint: JsonObject): string {
  return String(blueprint.identifier)
}
