// The program as one folder of few files: our sources and the packages they import, put together as they are loaded
// together. Reading a thousand small files took most of a start, and kept a quarter of a small process's memory.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, relative, sep } from "node:path"
import { rolldown } from "rolldown"

/** Where all of it goes: as deep below the package as `src/cli` is below a clone, so that both find the same files. */
const home = "cli"

/** Loaded seldom, and from files of their own (a WebAssembly module, native parts): they stay where npm puts them. */
const left = /^(jq-wasm|pg|@platformatic\/kafka)(\/|$)/

const entries = { main: "src/cli/main.ts", "jq-worker": "src/mapping/jq-worker.ts" }

export async function bundle(root: string): Promise<void> {
  const input = Object.fromEntries(Object.entries(entries).filter(([, path]) => existsSync(join(root, path))))
  const bundled = await rolldown({ cwd: root, input, platform: "node", external: left, logLevel: "warn" })
  const { output } = await bundled.write({
    dir: join(root, "dist", home),
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
  })
  await bundled.close()
  // What a program imports of the package is types alone; Node wants a file for them all the same.
  writeFileSync(join(root, "dist", "integration.js"), "export {}\n")
  const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []))
  writeFileSync(join(root, "dist", "LICENSES.txt"), licences(root, modules))
}

/** What the authors of the packages ask for: their notices beside their code. */
function licences(root: string, modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((id) => packageFolder(id) ?? []))
  const notices = [...folders].sort().map((folder) => {
    const { name, version, license } = manifestOf(folder)
    const text = readdirSync(folder)
      .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
      .sort()
      .map((file) => readFileSync(join(folder, file), "utf8").trim())
    if (text.length === 0) text.push(`Licensed under ${license}; the package brings no text of it.`)
    return `${name} ${version} (${relative(root, folder).split(sep).join("/")})\n\n${text.join("\n\n")}\n`
  })
  const rule = `\n${"-".repeat(80)}\n\n`
  return ["The program contains code of these packages.\n", ...notices].join(rule)
}

function packageFolder(id: string): string | undefined {
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1]
}

function manifestOf(folder: string): { name: string; version: string; license: string } {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    name: string
    version: string
    license: string
  } // npm installs none without them
}
