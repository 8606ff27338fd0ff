// After `npm ci` in a clone: builds the pages, so that the first one opens at once. Never a reason for an installation to
// fail: without the build's tools (`--omit=dev`), or on a Node that does not run TypeScript, they are built when they are
// first asked for, or by `npm run build`.
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

const root = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const canBuild = existsSync(root("web")) && existsSync(root("node_modules/vite"))
if (canBuild && Number(process.versions.node.split(".")[0]) >= 24) {
  const { status } = spawnSync(process.execPath, [root("scripts/build-pages.ts")], { stdio: "inherit" })
  if (status !== 0) process.stderr.write("The pages were not built; the first request for one tries again.\n")
}
