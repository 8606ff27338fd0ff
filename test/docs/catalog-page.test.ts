// docs/catalog.md beside the API description that is served: each route has its place on the page, and the page names no other.
import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { catalogOperations } from "../../src/catalog/operations.ts"

const page = readFileSync(new URL("../../docs/catalog.md", import.meta.url), "utf8")

/** `GET /blueprints/{}`: what a parameter is called is nobody's business. */
const form = (path: string) => path.replace(/^\/v1/, "").replace(/\{[^}]*\}/g, "{}")
const served = catalogOperations.map(({ method, path }) => `${method.toUpperCase()} ${form(path)}`)

interface Named {
  /** As it stands on the page. */
  text: string
  /** Those that it can mean. */
  routes: string[]
}

/**
 * The routes that a line names: `GET`, `POST /a` is two of one path, `…/b` after it one that ends so, and begins as the path
 * before it; a path without a method has those of the one before it.
 */
function namedIn(line: string): Named[] {
  const named: Named[] = []
  let [waiting, methods, before]: [string[], string[], string] = [[], [], ""]
  for (const [, text = ""] of line.matchAll(/`([^`]+)`/g)) {
    const [, method, path] = /^(GET|POST|PUT|PATCH|DELETE)?\s*([/…]\S*)?$/.exec(text) ?? []
    if (method !== undefined) waiting.push(method)
    if (path === undefined) continue
    if (waiting.length > 0) methods = waiting
    waiting = []
    for (const one of methods) named.push({ text: `${one} ${path}`, routes: meant(one, form(path), before) })
    if (path.startsWith("/")) before = form(path)
  }
  return named
}

function meant(method: string, path: string, before: string): string[] {
  if (!path.startsWith("…")) return served.filter((route) => route === `${method} ${path}`)
  const begin = `${method} /${before.split("/")[1] ?? ""}`
  return served.filter((route) => route.startsWith(begin) && route.endsWith(path.slice(1)))
}

const isAbsent = (line: string) => line.includes("| not there |")
const lines = page.split("\n")
/** The process's own, beside the catalog's. */
const others = ["GET /openapi.json", "GET /docs"]
const named = lines
  .filter((line) => !isAbsent(line))
  .flatMap(namedIn)
  .filter(({ text }) => !others.includes(text))

it("docs/catalog.md names every route of the catalog", () => {
  const told = new Set(named.flatMap(({ routes }) => routes))
  expect(told.size).toBeGreaterThan(80)
  expect(served.filter((route) => !told.has(route))).toEqual([])
})

it("docs/catalog.md names no route that the catalog has not", () => {
  expect(named.filter(({ routes }) => routes.length === 0).map(({ text }) => text)).toEqual([])
})

it("docs/catalog.md is right that the others are not there", () => {
  const paths = lines
    .filter(isAbsent)
    .flatMap((line) => [...(line.split("|")[1]?.matchAll(/`(?:[A-Z]+ )?(\/[^`]+)`/g) ?? [])])
  expect(paths.length).toBeGreaterThan(8)
  for (const [, path = ""] of paths) {
    const begin = form(path).replace(/…$/, "")
    expect(
      served.filter((route) => route.split(" ")[1]?.startsWith(begin) ?? false),
      path,
    ).toEqual([])
  }
})
