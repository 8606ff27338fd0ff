// Loaded before the program (`node --import`): at its end, what it has used is written where the bench reads it. No TypeScript,
// which Node would first have to strip: its own cost would be counted to the program.
import { writeFileSync } from "node:fs"
import { isMainThread } from "node:worker_threads"

const file = process.env.BENCH_USAGE_FILE
if (isMainThread && file !== undefined) {
  // All threads of the process count, jq's workers too; they are no children.
  process.on("exit", () => writeFileSync(file, JSON.stringify(process.resourceUsage())))
}
