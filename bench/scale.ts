// How the program gets on with more processes: `npm run bench:scale`, or a part of it, `npm run bench:scale -- resync`.
import { prepareProgram } from "./program.ts"
import { measureEvents } from "./scale-events.ts"
import { measureResyncs } from "./scale-resync.ts"

const parts = new Map([
  ["events", measureEvents],
  ["resync", measureResyncs],
])

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !parts.has(name))
if (unknown.length > 0) {
  process.stderr.write(`there is no ${unknown.join(", ")}; choose of ${[...parts.keys()].join(", ")}\n`)
  process.exitCode = 2
} else {
  await prepareProgram()
  for (const [name, measure] of parts) if (asked.length === 0 || asked.includes(name)) await measure()
}
