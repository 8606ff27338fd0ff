// The program killed while events come, fifty times or as often as told: `npm run kill-test -- 200`.
import { spawn } from "node:child_process"

const [kills = "50"] = process.argv.slice(2)
const child = spawn("vitest", ["run", "--project", "e2e", "test/e2e/live-kill.test.ts"], {
  stdio: "inherit",
  env: { ...process.env, TEST_KILLS: kills },
})
child.on("close", (code) => {
  process.exitCode = code ?? 1
})
