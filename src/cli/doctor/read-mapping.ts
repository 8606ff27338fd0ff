// What the check of the mapping needs from Port: the mapping itself, its blueprints, and the verdict of the jq engine.
import { checkMapping } from "../../mapping/check-mapping.ts"
import type { Blueprint } from "../../port/blueprint.ts"
import { constantText } from "../../port/constant-text.ts"
import type { App } from "../app.ts"
import type { BlueprintCheckInput } from "./check-blueprints.ts"

/** Undefined where Port has no integration, and so no mapping. */
export async function readMapping(
  { port, integration, jq }: Pick<App, "port" | "integration" | "jq">,
  signal: AbortSignal,
): Promise<BlueprintCheckInput | undefined> {
  const record = await port.integration.get(signal)
  if (!record) return undefined
  const selectors = new Map(integration.kinds.map((kind) => [kind.name, kind.selector]))
  const parsed = await checkMapping(jq, record.config, selectors)
  const { resources } = parsed.config
  const names = resources.flatMap(({ mapping }) => constantText(mapping.blueprint) ?? [])
  const blueprints = new Map<string, Blueprint | undefined>()
  for (const name of new Set(names)) blueprints.set(name, await port.blueprints.get(name, signal))
  const isAnyUnknown = [...blueprints.values()].includes(undefined)
  const all = isAnyUnknown ? await port.blueprints.list(signal) : []
  return {
    parsed,
    blueprints,
    kinds: [...selectors.keys()],
    names: all.map(({ identifier }) => identifier),
  }
}
