// Builds the image without Docker and without root: `npm run image`. The same sources give the same digest, since every time
// in it is that of the last commit (or SOURCE_DATE_EPOCH). Debian's packages and Node come from this machine, and so does the
// architecture; what they are stands in the list of components beside the archive and in the image.
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { homedir, tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { publishedNames } from "../src/cli/install/published-names.ts"
import { layApplication } from "./image/application.ts"
import { layBaseFiles, runtimePackages } from "./image/base-files.ts"
import { listComponents } from "./image/components.ts"
import { addImage, addLayer, sizeOf } from "./image/layers.ts"

const repository = fileURLToPath(new URL("..", import.meta.url))

export interface BuiltImage {
  /** `sha256:…`, as registries know it. */
  digest: string
  /** For `docker load` and `podman load`; also an OCI layout. */
  archive: string
  components: string
  /** Of all files in it. */
  bytes: number
}

export interface ImageOptions {
  /** What `npm pack` made. */
  tarball: string
  /** Folder for the archive. */
  out: string
  name?: string
  tag?: string
}

export function buildImage({ tarball, out, name = publishedNames.image, tag }: ImageOptions): BuiltImage {
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
    version: string
  }
  const created = timeOfSources()
  const work = mkdtempSync(join(tmpdir(), "ocean-sentry-image-"))
  try {
    const [base, application, layout] = ["base", "application", "layout"].map((part) => join(work, part)) as [
      string,
      string,
      string,
    ]
    for (const folder of [base, application, layout]) mkdirSync(folder)
    const debian = layBaseFiles(base, {
      cache: packageCache(),
      node: process.execPath,
      packages: runtimePackages,
    })
    layApplication(application, { tarball: resolve(tarball), repository })
    const components = listComponents({
      app: join(application, "app"),
      name: "ocean-sentry",
      version,
      node: process.versions.node,
      debian,
      created,
    })
    mkdirSync(join(application, "usr/share/sbom"), { recursive: true })
    writeFileSync(join(application, "usr/share/sbom/ocean-sentry.cdx.json"), components)

    const layers = [addLayer(layout, base, created), addLayer(layout, application, created)]
    const config = imageConfig({ version, created, revision: revisionOf(repository) })
    const digest = addImage(layout, { config, layers, name, tag: tag ?? version })
    mkdirSync(out, { recursive: true })
    const archive = join(out, `ocean-sentry-${version}-${process.arch}.tar`)
    pack(layout, archive, created)
    writeFileSync(join(out, "ocean-sentry.cdx.json"), components)
    const bytes = sizeOf(base) + sizeOf(application)
    return { digest, archive, components: join(out, "ocean-sentry.cdx.json"), bytes }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function imageConfig(about: { version: string; created: Date; revision: string }): object {
  const second = 1_000_000_000
  return {
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    created: about.created.toISOString(),
    config: {
      User: "1001:1001",
      WorkingDir: "/app",
      Env: [
        "PATH=/usr/local/bin:/usr/bin:/bin",
        "NODE_ENV=production",
        // Whoever starts a container wants it reached from outside of it.
        "OCEAN__SERVER__HOST=::",
      ],
      Entrypoint: ["/usr/local/bin/node", "/app/image/entry.js"],
      Cmd: ["sail"],
      ExposedPorts: { "8000/tcp": {} },
      StopSignal: "SIGTERM",
      Healthcheck: {
        Test: ["CMD", "/usr/local/bin/node", "/app/image/health.js"],
        Interval: 30 * second,
        Timeout: 5 * second,
        StartPeriod: 30 * second,
        Retries: 3,
      },
      Labels: {
        INTEGRATION_VERSION: about.version,
        "org.opencontainers.image.title": "ocean-sentry",
        "org.opencontainers.image.version": about.version,
        "org.opencontainers.image.revision": about.revision,
        "org.opencontainers.image.created": about.created.toISOString(),
        "org.opencontainers.image.licenses": "Apache-2.0",
      },
    },
  }
}

function pack(layout: string, archive: string, created: Date): void {
  const seconds = Math.floor(created.getTime() / 1000)
  const args = ["--create", "--sort=name", "--format=gnu", `--mtime=@${seconds}`, "--owner=0", "--group=0"]
  const { status, stderr } = spawnSync(
    "tar",
    [
      ...args,
      "--numeric-owner",
      "--file",
      archive,
      "-C",
      layout,
      "blobs",
      "index.json",
      "manifest.json",
      "oci-layout",
    ],
    { encoding: "utf8" },
  )
  if (status !== 0) throw new Error(`tar failed:\n${stderr}`)
}

/** So that a second build has the same packages, whatever the mirror has become. Remove the folder for newer ones. */
function packageCache(): string {
  return join(homedir(), ".cache", "ocean-sentry-tools", `image-packages-${process.arch}`)
}

function timeOfSources(): Date {
  const epoch = process.env.SOURCE_DATE_EPOCH ?? git("log", "-1", "--format=%ct")
  return new Date(Number(epoch || 0) * 1000)
}

function revisionOf(folder: string): string {
  return git("-C", folder, "rev-parse", "HEAD") || "unknown"
}

function git(...args: readonly string[]): string {
  const { status, stdout } = spawnSync("git", args, { cwd: repository, encoding: "utf8" })
  return status === 0 ? stdout.trim() : ""
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      out: { type: "string", default: join(repository, ".cache/image") },
      tarball: { type: "string" },
      name: { type: "string" },
      tag: { type: "string" },
    },
  })
  const { packPackage } = await import("./image/pack.ts")
  const { out, tarball = packPackage(out), name, tag } = values
  const image = buildImage({ tarball, out, ...(name ? { name } : {}), ...(tag ? { tag } : {}) })
  process.stdout.write(
    `${image.archive}\n${image.digest}\n${(image.bytes / 1_000_000).toFixed(0)} MB of files; components: ${image.components}\n`,
  )
}
