// What a program is said not to read must not change what jq makes of an object: held against the real engine.
import { afterAll, beforeAll, expect, it } from "vitest"
import { isJsonObject, type JsonObject, type JsonValue } from "../common/json.ts"
import { silentLogger } from "../common/logger.ts"
import type { Jq } from "./jq.ts"
import { anyItem, mayRead, type Path, pathsRead, type ReadPaths } from "./jq-paths.ts"
import { createJqPool } from "./jq-pool.ts"

let jq: Jq & { close(): Promise<void> }
beforeAll(() => {
  jq = createJqPool({ log: silentLogger, workers: 1 })
})
afterAll(() => jq.close())

const issue: JsonObject = {
  id: "1",
  title: "Broken",
  count: "12",
  isUnhandled: true,
  assignedTo: { email: "ann@acme.example", type: "user" },
  project: { id: "7", slug: "api", name: "API" },
  metadata: { value: "x", "in app": 1 },
  annotations: [],
  __tags: [
    {
      key: "environment",
      name: "production",
      value: "production",
      count: 3,
      firstSeen: "2026-01-02T00:00:00Z",
    },
    { key: "environment", name: "staging", value: "staging", count: 1, firstSeen: "2026-01-01T00:00:00Z" },
  ],
}

it.each([
  ".id",
  '.project.slug as $slug | [.__tags[] | $slug + "-" + .name]',
  "[.__tags[].name]",
  ".__tags[0].name",
  ".__tags[1:][0].value",
  '.__tags | map(.name) | join(", ")',
  ".__tags | length",
  "[.__tags[] | select(.count > 1) | .name]",
  "[.__tags[] | {(.name): .count}] | add",
  '[.__tags[] | {name, n: .count, "of": .key}]',
  "first(.__tags[]) | .firstSeen",
  "[limit(1; .__tags[].name)]",
  'any(.__tags[]; .name == "staging")',
  '.__tags | any(.name == "staging")',
  ".__tags | all(.count > 0)",
  ".__tags | sort_by(.count) | .[0].name",
  ".__tags | group_by(.key) | length",
  ".__tags | map({key: .name, value: .count}) | from_entries",
  'if .assignedTo then .assignedTo.email else "nobody" end',
  "if .isUnhandled == true then .title elif .id then .count else null end",
  '.assignedTo.email // .title // "none"',
  ".missing.deep // .id",
  "(.count | tonumber) + (.__tags | length)",
  '"\\(.id)-\\(.project.slug | ascii_upcase)"',
  '"\\(.__tags[] | .name)"',
  "[.project | .id, .name]",
  '{a: .id, b: (.title | test("Bro")), c: [.annotations[]]}',
  '.metadata["in app"]',
  '.metadata."in app"',
  ". as $issue | $issue.project | .slug + $issue.id",
  'try (.title | tonumber) catch "no number"',
  ".title?, .id",
  "(.id, .title) as $x | $x",
  '[.["id", "title"]]',
  '.project["slug"]',
  "[.__tags[] | .name as $n | {$n}]",
  "not",
  "(.assignedTo | not), (.isUnhandled and .id), (.id or .title)",
  "-(.count | tonumber)",
  ".count * 2",
  '@base64 "\\(.id)"',
  ".id | @json",
  '.title | split(" ") | first',
  "[.project | to_entries[] | .key]",
  'has("id")',
  "[paths]",
  "[..]",
  "del(.title)",
  '.title |= "x"',
  "def f: .title; f",
  "reduce .__tags[] as $t (0; . + $t.count)",
  "[foreach .__tags[] as $t (0; . + $t.count)]",
  ". as {title: $t} | $t",
  'getpath(["project", "slug"])',
  "[.project | keys[]]",
  "input_line_number? // .id",
])("%s", async (program) => {
  const reads = pathsRead(program)
  const hidden = hideUnread(issue, reads, [])
  const [whole, part] = await jq.evaluate([program], [issue, hidden])
  expect(part).toEqual(whole)
})

it("hides something of most of them, so that the comparison says something", () => {
  expect(hideUnread(issue, pathsRead("[.__tags[].name]"), [])).toMatchObject({
    id: "hidden",
    __tags: [{ count: "hidden" }, {}],
  })
})

/** The object with another value wherever nothing is read. */
function hideUnread(value: JsonValue, reads: ReadPaths, path: Path): JsonValue {
  if (path.length > 0 && !mayRead(reads, path)) return "hidden"
  if (Array.isArray(value)) return value.map((item) => hideUnread(item, reads, [...path, anyItem]))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, hideUnread(inner, reads, [...path, key])]),
  )
}
