// Variables of the environment or of a `.env` file, and options of the command line, as settings.
import { type Layer, place, type Source, sourceText, warnUnknown } from "./given.ts"
import { plainName, type Setting, type SettingNode } from "./setting-list.ts"

export interface Variable {
  name: string
  value: string
  source: Source
}

/** `OCEAN__…` in any case and spelling, and the `APPLICATION__…` names of the original. Others are not ours. */
export function readVariables(tree: SettingNode, variables: readonly Variable[]): Layer {
  const layer: Layer = { given: [], warnings: [], problems: [] }
  for (const variable of variables) readVariable(layer, tree, variable)
  warnOfDoubles(layer)
  return layer
}

/** Options by the path of their setting; those that are undefined were not given. */
export function readFlags(settings: readonly Setting[], flags: Readonly<Record<string, unknown>>): Layer {
  const given = Object.entries(flags).flatMap(([path, raw]) => {
    const setting = settings.find((candidate) => candidate.path === path)
    if (!setting) throw new Error(`no setting has the path ${path}`)
    if (raw === undefined) return []
    return [{ setting, raw, source: { where: setting.flag }, rank: 0, file: false }]
  })
  return { given, warnings: [], problems: [] }
}

function readVariable(layer: Layer, tree: SettingNode, variable: Variable): void {
  const [prefix = "", ...rest] = variable.name.split("__")
  const isOurs = prefix.toLowerCase() === "ocean" && rest.length > 0
  const isApplication = prefix.toLowerCase() === "application" && rest.length > 0
  if (!isOurs && !isApplication) return
  const segments = isOurs ? rest : [prefix, ...rest]
  const node = segments.reduce<SettingNode | undefined>(
    (above, segment) => above?.children.get(plainName(segment)),
    tree,
  )
  if (!node) {
    if (isOurs) warnUnknown(layer, tree, segments, variable.source)
    return
  }
  // OCEAN__APPLICATION__PORT goes before APPLICATION__PORT, and SENTRY_HOST before its other spellings.
  const spelling = node.leaf && namesExactly(node.leaf.setting, variable.name, node) ? 0 : 1
  const rank = spelling + (isApplication ? 500 : 0)
  place(
    layer,
    node,
    { source: variable.source, value: variable.value },
    {
      depth: segments.length,
      rank,
    },
  )
}

function namesExactly(setting: Setting, name: string, node: SettingNode): boolean {
  if (node.leaf?.alias || node.leaf?.file) return true
  return name.toUpperCase() === setting.variable
}

/** The same variable in two spellings is a left-over that somebody forgot. */
function warnOfDoubles(layer: Layer): void {
  const values = layer.given.filter((given) => !given.file)
  const byPath = Map.groupBy(values, (given) => `${given.setting.path} ${Math.floor(given.rank / 10)}`)
  for (const group of byPath.values()) {
    const [first, ...others] = group.sort((left, right) => left.rank - right.rank)
    for (const other of others) {
      if (!first || other.raw === first.raw) continue
      layer.warnings.push(
        `${sourceText(other.source)}: ignored, since ${sourceText(first.source)} is set too`,
      )
    }
  }
}
