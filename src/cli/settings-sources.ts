// Where settings come from: options over `OCEAN__…` variables over `.env` over config.yaml over defaults.
import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { errorText, type InputProblem, InvalidInput } from "../common/errors.ts"
import type { JsonObject } from "../common/json.ts"
import { readConfigFile } from "./settings/config-file.ts"
import { parseEnvFile } from "./settings/env-file.ts"
import { type Given, type Layer, problemAt, sourceText } from "./settings/given.ts"
import { networkFrom, passwordForms, proxyPasswords } from "./settings/network.ts"
import { placeholderIn } from "./settings/placeholders.ts"
import { listSettings, type Setting, settingTree } from "./settings/setting-list.ts"
import { checkTogether } from "./settings/together.ts"
import { readFlags, readVariables, type Variable } from "./settings/variables.ts"
import { type Settings, SettingsSchema } from "./settings.ts"

export interface SettingsInput {
  /** Options of the command line, by the path of their setting; undefined ones were not given. */
  flags: Readonly<Record<string, unknown>>
  environment: Readonly<Record<string, string | undefined>>
  /** Where `.env` and `config.yaml` are looked for. */
  folder: string
}

export interface SettingsRead {
  settings: Settings
  /** Sentences for the log, each once. */
  warnings: string[]
  /** Every secret that was given, also where another source won: what no log may show. None is empty. */
  secrets: string[]
  /** Where each given setting came from, by its path. */
  sources: Map<string, string>
}

/** The environment of this process; the only place that reads it. */
export function processEnvironment(): Record<string, string | undefined> {
  return { ...process.env }
}

/** All settings, or `InvalidInput` with every problem of every source. */
export function readSettings(input: SettingsInput): SettingsRead {
  const settings = listSettings()
  const tree = settingTree()
  const envFile = readEnvFile(input.folder)
  const fileVariables = Object.fromEntries(envFile.variables.map(({ name, value }) => [name, value]))
  const variables = { ...fileVariables, ...input.environment }
  const layers = [
    readFlags(settings, input.flags),
    readVariables(tree, variablesOf(input.environment)),
    readVariables(tree, envFile.variables),
    configLayer(tree, input.folder, variables),
  ]

  const chosen = chooseValues(layers)
  const checked = checkValues([...chosen.values()])
  const problems = [envFile.layer, ...layers].flatMap((layer) => layer.problems)
  problems.push(...doublyGiven(layers), ...checked.problems)
  const sources = new Map([...chosen].map(([path, given]) => [path, sourceText(given.source)]))
  // What is wrong on its own is left out here, so that the rules over several settings are told in the same breath.
  const values = SettingsSchema.parse(checked.values)
  const together = checkTogether(values, settings, (path) => sources.get(path))
  problems.push(...together.problems)
  if (problems.length > 0) throw new InvalidInput("The settings cannot be used", problems)

  const { network, warnings: networkWarnings } = networkFrom(variables)
  return {
    settings: {
      ...values,
      integration: { ...values.integration, identifier: identifierOf(values, chosen) },
      baseUrl: values.baseUrl ?? values.integration.config.appHost,
      network,
      jqEnvironment: jqEnvironment(values, variables),
      given: new Set(chosen.keys()),
    },
    warnings: [
      ...[envFile.layer, ...layers].flatMap((layer) => layer.warnings),
      ...together.warnings,
      ...networkWarnings,
    ],
    secrets: [...new Set([...secretsIn(layers), ...proxyPasswords(network)])],
    sources,
  }
}

function variablesOf(environment: SettingsInput["environment"]): Variable[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value, source: { where: name } }],
  )
}

function readEnvFile(folder: string): { variables: Variable[]; layer: Layer } {
  const layer: Layer = { given: [], warnings: [], problems: [] }
  const content = readIfThere(join(folder, ".env"), ".env", layer)
  const file = parseEnvFile(content ?? "")
  layer.warnings = file.unreadable.map((line) => `.env:${line}: not NAME=value, ignored`)
  const variables = file.lines.map(({ name, value, line }) => {
    return { name, value, source: { where: `.env:${line}`, label: name } }
  })
  // As in a shell, a later line replaces an earlier one.
  return { variables: [...new Map(variables.map((variable) => [variable.name, variable])).values()], layer }
}

function configLayer(
  tree: ReturnType<typeof settingTree>,
  folder: string,
  variables: SettingsInput["environment"],
): Layer {
  const failed: Layer = { given: [], warnings: [], problems: [] }
  const content = readIfThere(join(folder, "config.yaml"), "config.yaml", failed)
  return content === undefined ? failed : readConfigFile(tree, { name: "config.yaml", content, variables })
}

function readIfThere(path: string, name: string, layer: Layer): string | undefined {
  if (!statSync(path, { throwIfNoEntry: false })) return undefined
  try {
    return readFileSync(path, "utf8")
  } catch (error) {
    layer.problems.push({ where: name, what: `cannot be read: ${errorText(error)}` })
    return undefined
  }
}

/** For each setting the value of the strongest source that gives one. */
function chooseValues(layers: readonly Layer[]): Map<string, Given> {
  const chosen = new Map<string, Given>()
  for (const { given } of layers) {
    const strongest = given.toSorted((left, right) => left.rank - right.rank)
    const here = new Map<string, Given>()
    for (const value of strongest) {
      const unset = value.setting.info.emptyIsUnset && isEmpty(value.raw)
      if (!unset && !here.has(value.setting.path)) here.set(value.setting.path, value)
    }
    for (const [path, value] of here) if (!chosen.has(path)) chosen.set(path, value)
  }
  return chosen
}

/** A secret both in a variable and in a file: nobody can know which of them is meant. */
function doublyGiven(layers: readonly Layer[]): InputProblem[] {
  return layers.flatMap(({ given }) =>
    given
      .filter((value) => value.file)
      .flatMap((value) => {
        const twin = given.find((other) => other.setting.path === value.setting.path && !other.file)
        return twin
          ? [problemAt(value.source, `${sourceText(twin.source)} is set too`, "keep one of the two")]
          : []
      }),
  )
}

function checkValues(chosen: readonly Given[]): { values: JsonObject; problems: InputProblem[] } {
  const values: JsonObject = {}
  const problems: InputProblem[] = []
  for (const given of chosen) {
    const problem = checkValue(values, given)
    if (problem) problems.push(problem)
  }
  return { values, problems }
}

function checkValue(values: JsonObject, given: Given): InputProblem | undefined {
  const { setting, raw, source } = given
  if (isEmpty(raw)) {
    const hint = setting.default === undefined ? "set it, or unset it" : "unset it to use the default"
    return problemAt(source, "empty", hint)
  }
  const placeholder = placeholderIn(setting, raw)
  if (placeholder) return problemAt(source, placeholder.what, placeholder.hint)
  const reading = setting.info.read(raw)
  if (!reading.ok) return problemAt(source, `expected ${reading.expected}${shown(setting, raw)}`)
  const result = setting.schema.safeParse(reading.value)
  if (!result.success) return problemAt(source, result.error.issues.map((issue) => issue.message).join(", "))
  setAt(values, setting.path.split("."), result.data as JsonObject[string]) // settings are JSON values
  return undefined
}

function isEmpty(raw: unknown): boolean {
  return typeof raw === "string" && raw.trim() === ""
}

/** What was written instead, where it is no secret. */
function shown(setting: Setting, raw: unknown): string {
  return setting.info.secret === "no" ? `, got ${JSON.stringify(raw)}` : ""
}

function setAt(target: JsonObject, path: readonly string[], value: JsonObject[string]): void {
  const [name = "", ...rest] = path
  if (rest.length === 0) {
    target[name] = value
    return
  }
  target[name] ??= {}
  setAt(target[name] as JsonObject, rest, value) // a group, made one line above or by an earlier setting in it
}

function identifierOf(values: ReturnType<typeof SettingsSchema.parse>, chosen: Map<string, Given>): string {
  if (chosen.has("integration.identifier")) return values.integration.identifier
  return `my-${values.integration.type}-integration`
}

function jqEnvironment(
  values: ReturnType<typeof SettingsSchema.parse>,
  variables: SettingsInput["environment"],
): Record<string, string> {
  if (!values.allowEnvironmentVariablesJqAccess) return {}
  return Object.fromEntries(
    values.jqAllowedEnvironment.flatMap((name) => {
      const value = variables[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function secretsIn(layers: readonly Layer[]): string[] {
  return layers.flatMap(({ given }) =>
    given.flatMap(({ setting, raw }) => {
      const value = typeof raw === "object" ? "" : String(raw).trim()
      if (value === "" || setting.info.secret === "no") return []
      return setting.info.secret === "password" ? passwordForms(value) : [value]
    }),
  )
}
