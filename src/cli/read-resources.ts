// A folder of default resources as the original has it: one file for each kind of resource, found by its stem.
import { readdir, readFile } from "node:fs/promises"
import { extname, join } from "node:path"
import { parse } from "yaml"
import { type InputProblem, InvalidInput } from "../common/errors.ts"
import { isJsonObject, type JsonObject, type JsonValue } from "../common/json.ts"
import type { Extras } from "../port/install-extras.ts"

/** What the folder has; undefined for what it has no file of. */
export interface FolderResources {
  blueprints: JsonObject[] | undefined
  mapping: JsonObject | undefined
  extras: Extras
}

const stems = ["blueprints", "port-app-config", "actions", "scorecards", "pages"] as const
type Stem = (typeof stems)[number]
const endings = [".json", ".yaml", ".yml"]

/** Undefined where there is no such folder. Throws `InvalidInput` with everything that is wrong in it. */
export async function readResources(folder: string): Promise<FolderResources | undefined> {
  const names = await readdir(folder).catch(() => undefined)
  if (!names) return undefined
  const problems: InputProblem[] = []
  const values = new Map<Stem, { path: string; value: JsonValue }>()
  for (const name of names.sort()) {
    const stem = stems.find((one) => one === name.slice(0, name.length - extname(name).length))
    if (!stem) continue
    const path = join(folder, name)
    const earlier = values.get(stem)
    if (!endings.includes(extname(name))) {
      problems.push({ where: path, what: `expected ${stem}.json, ${stem}.yaml or ${stem}.yml` })
    } else if (earlier) {
      problems.push({ where: path, what: `there is ${earlier.path} too`, hint: "keep one of the two" })
    } else {
      const value = await readValue(path, problems)
      if (value !== undefined) values.set(stem, { path, value })
    }
  }
  const resources = {
    blueprints: listIn(values.get("blueprints"), isNamed, "blueprints, each with an identifier", problems),
    mapping: mappingIn(values.get("port-app-config"), problems),
    extras: {
      actions: listIn(values.get("actions"), isJsonObject, "actions", problems) ?? [],
      scorecards:
        listIn(values.get("scorecards"), isScorecards, "{blueprint, data: [scorecard, …]}", problems) ?? [],
      pages: listIn(values.get("pages"), isJsonObject, "pages", problems) ?? [],
    },
  }
  if (problems.length > 0) throw new InvalidInput("The default resources cannot be used", problems)
  return resources
}

async function readValue(path: string, problems: InputProblem[]): Promise<JsonValue | undefined> {
  try {
    // YAML without tags gives what JSON gives, and JSON is YAML.
    return (parse(await readFile(path, "utf8")) ?? null) as JsonValue
  } catch (error) {
    const what = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)
    problems.push({ where: path, what })
    return undefined
  }
}

function listIn<T extends JsonObject | Extras["scorecards"][number]>(
  file: { path: string; value: JsonValue } | undefined,
  is: (item: unknown) => item is T,
  of: string,
  problems: InputProblem[],
): T[] | undefined {
  if (!file) return undefined
  const items: unknown[] = Array.isArray(file.value) ? file.value : [undefined]
  if (items.every(is)) return items
  problems.push({ where: file.path, what: `expected a list of ${of}` })
  return undefined
}

function isNamed(item: unknown): item is JsonObject {
  return isJsonObject(item) && typeof item.identifier === "string" && item.identifier !== ""
}

function isScorecards(item: unknown): item is Extras["scorecards"][number] & JsonObject {
  return (
    isJsonObject(item) &&
    typeof item.blueprint === "string" &&
    Array.isArray(item.data) &&
    item.data.every(isJsonObject)
  )
}

function mappingIn(
  file: { path: string; value: JsonValue } | undefined,
  problems: InputProblem[],
): JsonObject | undefined {
  if (!file || isJsonObject(file.value)) return file?.value as JsonObject | undefined // as the condition says
  problems.push({ where: file.path, what: "expected a mapping with resources" })
  return undefined
}
