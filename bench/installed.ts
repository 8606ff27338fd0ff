// The program as people install it: compiled, with no sources beside it that Node would have to strip of their types.
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "../scripts/build.ts"
import { buildPages } from "../scripts/build-pages.ts"

/** Its file to start; it is there until this process ends. */
export async function installProgram(): Promise<string> {
  const root = fileURLToPath(new URL("..", import.meta.url))
  if (build(root) !== 0) throw new Error("the program does not compile")
  await buildPages(root)
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-installed-"))
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }))
  for (const name of ["bin", "dist", "package.json"])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
  return join(folder, "bin", "ocean-sentry.js")
}
