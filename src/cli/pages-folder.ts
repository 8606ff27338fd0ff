// Where the built pages lie. In a clone they are built from `web/` when they are absent or older than their sources, at
// the first request for one; the package and the image bring them along.
import { spawn } from "node:child_process"
import { existsSync, readdirSync, statSync } from "node:fs"
import { AppError } from "../common/errors.ts"
import { inPackage } from "./package-root.ts"

export interface PagesFolder {
  folder: string
  /** Throws an `AppError` (`pages_not_built`) that says how to build them. */
  ready(): Promise<void>
}

export function openPagesFolder(): PagesFolder {
  const sources = inPackage("web")
  const script = inPackage("scripts/build-pages.ts")
  const folder = inPackage("dist/web")
  // The package has no sources to build from.
  if (!existsSync(script)) return { folder, ready: async () => {} }
  let building: Promise<void> | undefined
  return {
    folder,
    async ready() {
      if (!building && !isOlder(folder, sources)) return
      building ??= runBuild(script).finally(() => {
        building = undefined
      })
      await building
    },
  }
}

/** Whether the built pages are absent, or older than what they are built from. */
export function isOlder(folder: string, sources: string): boolean {
  const built = statSync(`${folder}/index.html`, { throwIfNoEntry: false })?.mtimeMs
  if (built === undefined) return true
  return readdirSync(sources, { recursive: true, withFileTypes: true }).some(
    (entry) => entry.isFile() && statSync(`${entry.parentPath}/${entry.name}`).mtimeMs > built,
  )
}

function runBuild(script: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script], { stdio: ["ignore", "ignore", "pipe"] })
    let said = ""
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text
    })
    child.on("error", (error) => reject(notBuilt(error.message)))
    child.on("close", (code) => (code === 0 ? resolve() : reject(notBuilt(said))))
  })
}

function notBuilt(said: string): AppError {
  return new AppError("pages_not_built", `the pages could not be built: ${said.trim()}`, {
    hint: "`npm ci` brings what the build needs; `npm run build:pages` shows the whole message",
  })
}
