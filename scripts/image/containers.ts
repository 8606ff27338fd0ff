// A place for images and containers of the tests' own, and the image in it under the names that pipelines use.
import { spawnSync } from "node:child_process"
import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** Under which the documentation's own pipelines run it. */
const documentedImage = "ghcr.io/port-labs/port-ocean-sentry:latest"

export interface Containers {
  /** Variables for podman. */
  env: Record<string, string>
  /** A folder with a program `docker`, for scripts that call it. */
  shim: string
}

/** Loads `archive` into storage below `folder`; what was there of an earlier image goes. */
export function prepareContainers(
  folder: string,
  { podman, archive, name }: { podman: string; archive: string; name: string },
): Containers {
  mkdirSync(folder, { recursive: true })
  const [storage, config, shim] = ["storage.conf", "containers.conf", "shim"].map((file) =>
    join(folder, file),
  ) as [string, string, string]
  writeFileSync(
    storage,
    `[storage]\ndriver = "overlay"\ngraphroot = "${folder}/images"\nrunroot = "${folder}/run"\n`,
  )
  // Containers reach servers on loopback; the limits are what a machine without CAP_SYS_RESOURCE allows.
  writeFileSync(
    config,
    '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]\nnetns = "host"\n' +
      '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n',
  )
  mkdirSync(shim, { recursive: true })
  writeFileSync(join(shim, "docker"), shimText(podman))
  chmodSync(join(shim, "docker"), 0o755)
  const env = { CONTAINERS_STORAGE_CONF: storage, CONTAINERS_CONF: config }
  const run = (...args: string[]) => {
    const { status, stderr } = spawnSync(podman, ["--log-level=error", ...args], {
      encoding: "utf8",
      env: { ...process.env, ...env },
    })
    if (status !== 0) throw new Error(`podman ${args.join(" ")} failed:\n${stderr}`)
  }
  run("rmi", "--all", "--force")
  run("load", "--quiet", "--input", archive)
  run("tag", name, documentedImage)
  return { env, shim }
}

/** No registry is asked, nobody watches over health, which takes systemd, and each takes a free port of the shared network. */
function shimText(podman: string): string {
  return `#!/bin/sh
if [ "$1" = run ]; then
  shift
  exec "${podman}" --log-level=error run --pull=never --no-healthcheck --env=OCEAN__SERVER__PORT=0 "$@"
fi
exec "${podman}" --log-level=error "$@"
`
}
