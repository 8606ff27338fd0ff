// What search relations find among the catalog's entities as they are now.
import { onceEach } from "../common/once-per.ts"
import type { CatalogEntity } from "../port/entities-api.ts"
import { findMatches, propertiesOf } from "../port/match-query.ts"
import type { SearchQuery } from "../port/search-query.ts"
import type { Run } from "./run.ts"

export interface SearchFinder {
  /** The identifiers a query (as JSON text) finds in a blueprint, in order; undefined where only Port can tell. */
  find(target: string, query: string): Promise<readonly string[] | undefined>
}

/** Reads each target blueprint once, with what `queries` (JSON texts) read of it; other queries must not be asked. */
export function createSearchFinder(
  run: Pick<Run, "port" | "signal">,
  queries: Iterable<string>,
): SearchFinder {
  const properties = [...new Set(queries)].flatMap((text) => propertiesOf(queryOf(text)))
  const include = ["$identifier", ...new Set(properties.filter((name) => name !== "$identifier"))]
  const entitiesOf = onceEach((blueprint: string) => readAll(run, blueprint, include))
  const found = onceEach(async (key: string) => {
    const [target = "", query = "{}"] = key.split("\u0000")
    return findMatches(queryOf(query), await entitiesOf(target))
  })
  return { find: (target, query) => found(`${target}\u0000${query}`) }
}

async function readAll(
  run: Pick<Run, "port" | "signal">,
  blueprint: string,
  include: readonly string[],
): Promise<CatalogEntity[]> {
  const found: CatalogEntity[] = []
  for await (const page of run.port.entities.search(blueprint, { include }, run.signal)) found.push(...page)
  return found
}

/** A cast that holds: whoever asks made the text of a query. */
function queryOf(text: string): SearchQuery {
  return JSON.parse(text) as SearchQuery
}
