// The mapping to be tested: a file's, Port's, or the default one, checked.
import { AppError, type InputProblem } from "../../common/errors.ts"
import { pathText, type ValuePath } from "../../common/schema.ts"
import type { Integration } from "../../integration.ts"
import { checkMapping } from "../../mapping/check-mapping.ts"
import type { Jq } from "../../mapping/jq.ts"
import { readMappingFile } from "../../mapping/mapping-file.ts"
import type { KindSelectors, ParsedAppConfig } from "../../port/app-config.ts"
import type { PortClient } from "../../port/client.ts"

export interface GivenMapping {
  /** Where it is from, as a noun: `mapping.yaml`, `the default mapping`. */
  from: string
  /** Undefined where it is no mapping at all. */
  parsed: ParsedAppConfig | undefined
  /** What keeps it, or a resource of it, from running. */
  problems: readonly InputProblem[]
  warnings: readonly InputProblem[]
  /** What to call a place of it: line and column in a file, else the path. */
  placeOf(path: ValuePath): string
}

export interface MappingSources {
  file: string | undefined
  port: PortClient | undefined
  integration: Integration
}

export async function readGivenMapping(
  jq: Jq,
  { file, port, integration }: MappingSources,
  signal: AbortSignal,
): Promise<GivenMapping> {
  const kinds: KindSelectors = new Map(integration.kinds.map((kind) => [kind.name, kind.selector]))
  if (file !== undefined) return fromFile(file, jq, kinds)
  if (!port) return checked("the default mapping", integration.presets[0].mapping, jq, kinds)
  const { identifier } = port.integration
  const held = await port.integration.get(signal)
  if (!held) {
    throw new AppError("no_integration", `Port has no integration "${identifier}", so there is no mapping`, {
      hint: "give a file, or start ocean-sentry once to install one",
    })
  }
  return checked(`the mapping that Port holds of ${identifier}`, held.config, jq, kinds)
}

async function fromFile(path: string, jq: Jq, kinds: KindSelectors): Promise<GivenMapping> {
  const file = await readMappingFile(path, { jq, kinds })
  if (file.ok) {
    const { parsed, warnings, placeOf } = file
    return { from: path, parsed, problems: [], warnings, placeOf }
  }
  return {
    from: path,
    parsed: file.readable?.parsed,
    problems: file.error.problems,
    warnings: [],
    placeOf: file.readable?.placeOf ?? pathText,
  }
}

async function checked(from: string, value: unknown, jq: Jq, kinds: KindSelectors): Promise<GivenMapping> {
  const parsed = await checkMapping(jq, value, kinds)
  return {
    from,
    parsed,
    problems: [...parsed.problems, ...parsed.broken.flatMap(({ problems }) => problems)],
    warnings: [...parsed.unknownKeys, ...parsed.warnings],
    placeOf: pathText,
  }
}
