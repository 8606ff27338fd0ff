// The program as people install it: compiled, with no sources beside it that Node would have to strip of their types.
import { execFileSync } from "node:child_process"
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** Its file to start; it is there until this process ends. */
export function installProgram(): string {
  const root = fileURLToPath(new URL("..", import.meta.url))
  // In a process of its own: the most memory that a process ever had is counted to those it starts as well.
  execFileSync(process.execPath, [join(root, "scripts", "build.ts")], {
    stdio: ["ignore", "ignore", "inherit"],
  })
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-installed-"))
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }))
  for (const name of ["bin", "dist", "package.json"])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
  return join(folder, "bin", "ocean-sentry.js")
}
