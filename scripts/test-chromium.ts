// Chromium, for the tests of the pages and their pictures: found on the machine, or installed with apt-get.
import { spawnSync } from "node:child_process"

/** Undefined where there is none. */
export function findChromium(): string | undefined {
  return ["chromium", "chromium-browser", "google-chrome"].find(
    (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
  )
}

/** As the tests start it: its path. */
export function chromiumPath(name: string): string {
  return spawnSync("which", [name], { encoding: "utf8" }).stdout.trim()
}

export function installChromium(): boolean {
  if (process.getuid?.() !== 0 || spawnSync("apt-get", ["--version"]).status !== 0) return false
  process.stdout.write("Installing Chromium for the tests …\n")
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  for (const args of [
    ["update", "-qq"],
    ["install", "-y", "-qq", "--no-install-recommends", "chromium"],
  ]) {
    if (spawnSync("apt-get", args, { stdio: "inherit", env: environment }).status !== 0) return false
  }
  return findChromium() !== undefined
}
