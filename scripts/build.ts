// Builds dist/ for the package: the types, the program as a few files, and the pages.
import { spawnSync } from "node:child_process"
import { rmSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { buildPages } from "./build-pages.ts"
import { bundle } from "./bundle.ts"

/** The exit code of the compiler; a build that fails leaves no dist/ behind that looks whole. */
export async function build(root: string): Promise<number> {
  const dist = join(root, "dist")
  rmSync(dist, { recursive: true, force: true })
  const compiled = spawnSync(process.execPath, [compilerPath(), "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  })
  if (compiled.error) throw compiled.error
  if (compiled.status !== 0) {
    rmSync(dist, { recursive: true, force: true })
    return compiled.status ?? 1
  }
  await bundle(root)
  return 0
}

function compilerPath(): string {
  const manifest = createRequire(import.meta.url).resolve("typescript/package.json")
  return join(dirname(manifest), "bin", "tsc")
}

if (import.meta.main) {
  const root = fileURLToPath(new URL("..", import.meta.url))
  process.exitCode = await build(root)
  if (process.exitCode === 0) await buildPages(root)
}
