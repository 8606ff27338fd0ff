// Builds dist/ for the package: the compiled sources, the data files that lie among them, and the pages.
import { spawnSync } from "node:child_process"
import { cpSync, rmSync, statSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { buildPages } from "./build-pages.ts"

/** The exit code of the compiler; a build that fails leaves no dist/ behind that looks whole. */
export function build(root: string): number {
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
  cpSync(join(root, "src"), dist, { recursive: true, filter: isData })
  return 0
}

/** Folders too, since a filter that refuses one keeps out all that is in it. */
function isData(path: string): boolean {
  return statSync(path).isDirectory() || /\.(json|ya?ml)$/.test(path)
}

function compilerPath(): string {
  const manifest = createRequire(import.meta.url).resolve("typescript/package.json")
  return join(dirname(manifest), "bin", "tsc")
}

if (import.meta.main) {
  const root = fileURLToPath(new URL("..", import.meta.url))
  process.exitCode = build(root)
  if (process.exitCode === 0) await buildPages(root)
}
