// Pure: which paths of a kind's raw objects one resource of the mapping may read, all its expressions together.
import type { Resource } from "../port/app-config.ts"
import { compileResource } from "./compile-resource.ts"
import {
  anyItem,
  followPaths,
  type Path,
  pathsRead,
  type ReadPaths,
  readPaths,
  readsEverything,
} from "./jq-paths.ts"
import { rewriteQuotes } from "./ocean-quotes.ts"

type Expressions = Pick<Resource, "query" | "mapping" | "itemsToParse" | "itemsToParseName">

export function pathsReadBy(resource: Expressions): ReadPaths {
  const { selector, programs } = compileResource(resource)
  const read = [selector.program, ...programs].map(pathsRead)
  if (read.some(({ everything }) => everything)) return readsEverything
  const paths = read.flatMap((one) => one.paths)
  if (resource.itemsToParse === undefined) return readPaths(paths)
  const list = followPaths(rewriteQuotes(resource.itemsToParse))
  if (!list) return readsEverything
  const ofItems = paths.filter(({ path }) => path[0] === resource.itemsToParseName)
  const ofObject = paths.filter(({ path }) => path[0] !== resource.itemsToParseName)
  return readPaths([
    ...ofObject,
    ...list.paths,
    // How many items there are decides how many entities.
    ...list.outputs.map((path) => ({ path: [...path, anyItem], deep: false })),
    ...ofItems.flatMap(({ path, deep }) =>
      list.outputs.map((start) => ({ path: inList(start, path), deep })),
    ),
  ])
}

/** `item.name` of the list at `__tags` is `__tags[].name`. */
function inList(list: Path, [, ...below]: Path): Path {
  return [...list, anyItem, ...below]
}
