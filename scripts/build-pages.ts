// Builds the pages (web/) into dist/web: by hand, when the package is built, after `npm ci`, and by a program in a clone
// that is asked for a page and finds them old. Others may ask at the same time: each builds apart, and the last one stays.
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** Milliseconds that it took. */
export async function buildPages(root: string): Promise<number> {
  const started = performance.now()
  const { build } = await import("vite")
  const dist = join(root, "dist")
  const [folder, fresh, old] = ["web", `web-${process.pid}`, `web-old-${process.pid}`].map((name) =>
    join(dist, name),
  )
  if (!folder || !fresh || !old) throw new Error("three names make three paths")
  mkdirSync(dist, { recursive: true })
  try {
    await build({
      configFile: join(root, "web", "vite.config.ts"),
      logLevel: "error",
      build: { outDir: fresh },
    })
    // A page that is being loaded misses its files for a moment at most.
    if (existsSync(folder)) renameSync(folder, old)
    renameSync(fresh, folder)
  } finally {
    for (const left of [fresh, old]) rmSync(left, { recursive: true, force: true })
  }
  return performance.now() - started
}

if (import.meta.main) {
  const took = await buildPages(fileURLToPath(new URL("..", import.meta.url)))
  process.stdout.write(`pages built in ${Math.round(took)} ms\n`)
}
