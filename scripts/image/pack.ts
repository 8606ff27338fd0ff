// The npm package as a file.
import { spawnSync } from "node:child_process"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const repository = fileURLToPath(new URL("../..", import.meta.url))

/** Builds and packs into `folder`; answers the path. */
export function packPackage(folder: string): string {
  mkdirSync(folder, { recursive: true })
  const { status, stdout, stderr } = spawnSync("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: repository,
    encoding: "utf8",
  })
  if (status !== 0) throw new Error(`npm pack failed:\n${stderr}`)
  const name = /"filename": "([^"]+)"/.exec(stdout)?.[1]
  if (name === undefined) throw new Error(`npm pack named no file:\n${stdout}`)
  return join(folder, name)
}
