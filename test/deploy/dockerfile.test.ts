// deploy/Dockerfile, built by buildah on bases that are made of this machine's packages, since none can be pulled in a test.
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from "node:fs"
import { homedir } from "node:os"
import { dirname, join } from "node:path"
import { describe, expect, it } from "vitest"
import { layBaseFiles, runtimePackages } from "../../scripts/image/base-files.ts"
import { startPeers } from "../support/drop-in.ts"
import { freshFolder } from "../support/program.ts"
import { freshVolume, podman, strict } from "./support/container.ts"
import { deployed, has, tool } from "./support/deployed.ts"
import { shell } from "./support/pipeline.ts"

const repository = join(import.meta.dirname, "../..")
const shellPackages = [
  "dash",
  "coreutils",
  "libacl1",
  "libattr1",
  "libgmp10",
  "libselinux1",
  "libpcre2-8-0",
  "sed",
  "grep",
]

/** A folder as an image of the tests' storage. */
async function imageOf(folder: string, name: string, changes: readonly string[]): Promise<void> {
  const archive = `${folder}.tar`
  execFileSync("tar", ["--create", "--owner=0", "--group=0", "--file", archive, "-C", folder, "."])
  const flags = changes.flatMap((change) => ["--change", change])
  const imported = await podman("import", "--quiet", ...flags, archive, name)
  expect(imported.code, imported.output).toBe(0)
}

/** What `node:24-slim` has for the build: a shell, Node, npm, and the way to this machine's registry. */
function layBuildBase(root: string): void {
  const cache = join(homedir(), ".cache", "ocean-sentry-tools", `build-base-packages-${process.arch}`)
  layBaseFiles(root, { cache, node: process.execPath, packages: [...runtimePackages, ...shellPackages] })
  const npm = dirname(
    dirname(realpathSync(execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).trim())),
  )
  mkdirSync(join(root, "usr/local/lib/node_modules"), { recursive: true })
  cpSync(npm, join(root, "usr/local/lib/node_modules/npm"), { recursive: true, dereference: true })
  symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(root, "usr/local/bin/npm"))
}

it("the Dockerfile says the version of the program", () => {
  const text = readFileSync(join(repository, "deploy/Dockerfile"), "utf8")
  expect(text).toContain(`\nARG VERSION=${deployed().version}\n`)
})

describe.runIf(has("buildah", "podman", "runc"))("the Dockerfile", () => {
  it("builds an image that runs one resync, allowed nothing, and keeps the contract of the other", async () => {
    const [build, base] = [join(freshFolder(), "build"), join(freshFolder(), "base")]
    for (const folder of [build, base]) mkdirSync(folder)
    layBuildBase(build)
    const cache = join(homedir(), ".cache", "ocean-sentry-tools", `image-packages-${process.arch}`)
    layBaseFiles(base, { cache, node: process.execPath, packages: runtimePackages })
    const registry = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim()
    const certificates = "/etc/ssl/certs/ca-certificates.crt"
    await imageOf(build, "localhost/build-base", [
      "ENV PATH=/usr/local/bin:/usr/bin:/bin",
      `ENV NPM_CONFIG_REGISTRY=${registry}`,
      `ENV NODE_EXTRA_CA_CERTS=${certificates}`,
    ])
    await imageOf(base, "localhost/base", [])

    const words = [
      "bud",
      "--isolation=chroot",
      "--network=host",
      "--format=docker",
      "--pull-never",
      "--tag=localhost/built",
    ]
    const built = await shell(
      [
        tool("buildah"),
        ...words,
        "--volume=/etc/ssl/certs:/etc/ssl/certs:ro",
        "--build-arg=BUILD_BASE=localhost/build-base",
        "--build-arg=BASE=localhost/base",
        "--file=deploy/Dockerfile",
        ".",
      ],
      {
        cwd: repository,
        env: { PATH: process.env.PATH ?? "", HOME: homedir(), ...deployed().containers?.env },
      },
    )
    expect(built.code, built.output.slice(-3_000)).toBe(0)

    const [{ Config }] = JSON.parse((await podman("image", "inspect", "localhost/built")).stdout)
    const [{ Config: other }] = JSON.parse((await podman("image", "inspect", deployed().image.name)).stdout)
    for (const key of ["User", "WorkingDir", "ExposedPorts", "Entrypoint", "Cmd"])
      expect(Config[key]).toEqual(other[key])
    // Who builds it says of which sources; the labels are the same.
    expect(Object.keys(Config.Labels)).toEqual(expect.arrayContaining(Object.keys(other.Labels)))
    for (const label of ["INTEGRATION_VERSION", "org.opencontainers.image.version"])
      expect(Config.Labels[label]).toBe(deployed().version)

    const { env } = await startPeers()
    const variables = Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`])
    const flags = [
      ...strict,
      "--pull=never",
      "--no-healthcheck",
      `--volume=${await freshVolume()}:/tmp/ocean`,
    ]
    const ran = await podman("run", "--rm", ...flags, ...variables, "localhost/built")
    expect(ran.code, ran.output).toBe(0)
    const asAnybody = await podman(
      "run",
      "--rm",
      ...flags,
      "--user=1000660000:0",
      "--entrypoint=ocean",
      "localhost/built",
      "--version",
    )
    expect(asAnybody.stdout).toBe(`${deployed().version}\n`)
  }, 600_000)
})
