// A folder as a layer of an image, and layers as an image: archives and three JSON files, the same bytes for the same content.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"

export interface Layer {
  /** Of the archive as it is, `sha256:…`. */
  diffId: string
  descriptor: Descriptor
}

export interface Descriptor {
  mediaType: string
  digest: string
  size: number
}

/** Docker's own types: OCI's have no HEALTHCHECK, and every runtime and registry takes these too. */
const types = {
  layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
  config: "application/vnd.docker.container.image.v1+json",
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
} as const

/** Puts the archive of `folder` among the blobs of `layout`. Every file is root's, and as old as `created`. */
export function addLayer(layout: string, folder: string, created: Date): Layer {
  settleModes(folder)
  const seconds = Math.floor(created.getTime() / 1000)
  const args = ["--create", "--sort=name", "--format=gnu", `--mtime=@${seconds}`, "--owner=0", "--group=0"]
  const { status, stdout, stderr } = spawnSync("tar", [...args, "--numeric-owner", "-C", folder, "."], {
    maxBuffer: 1 << 30,
  })
  if (status !== 0) throw new Error(`tar failed:\n${stderr.toString()}`)
  // Without a time in its head, gzip's output depends on the content alone.
  return {
    diffId: digestOf(stdout),
    descriptor: addBlob(layout, gzipSync(stdout, { level: 6 }), types.layer),
  }
}

/** Writes the image's config, manifest and index; answers the digest by which registries know it. */
export function addImage(
  layout: string,
  { config, layers, name, tag }: { config: object; layers: readonly Layer[]; name: string; tag: string },
): string {
  const rootfs = { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) }
  const configBlob = addBlob(layout, json({ ...config, rootfs }), types.config)
  const manifest = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: configBlob,
    layers: layers.map(({ descriptor }) => descriptor),
  }
  const manifestBlob = addBlob(layout, json(manifest), types.manifest)
  const reference = { "org.opencontainers.image.ref.name": tag, "io.containerd.image.name": `${name}:${tag}` }
  const entry = { ...manifestBlob, annotations: reference }
  writeFileSync(join(layout, "index.json"), json({ schemaVersion: 2, manifests: [entry] }))
  writeFileSync(join(layout, "oci-layout"), json({ imageLayoutVersion: "1.0.0" }))
  // `docker load` and `podman load` of every age look for this one.
  const archive = {
    Config: blobPath(configBlob.digest),
    RepoTags: [`${name}:${tag}`],
    Layers: layers.map(({ descriptor }) => blobPath(descriptor.digest)),
  }
  writeFileSync(join(layout, "manifest.json"), json([archive]))
  return manifestBlob.digest
}

/** The bytes of all that lies in `folder`. */
export function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + lstatSync(join(entry.parentPath, entry.name)).size, 0)
}

/** Rights must not depend on the umask of whoever builds. Only folders for temporary files are everybody's. */
function settleModes(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isSymbolicLink()) continue
    const isExecutable = entry.isDirectory() || (lstatSync(path).mode & 0o100) !== 0
    chmodSync(path, isExecutable ? 0o755 : 0o644)
  }
  for (const path of ["tmp", "tmp/ocean"]) {
    if (existsSync(join(folder, path))) chmodSync(join(folder, path), 0o1777)
  }
}

function addBlob(layout: string, content: Buffer, mediaType: string): Descriptor {
  const digest = digestOf(content)
  const path = join(layout, blobPath(digest))
  mkdirSync(join(layout, "blobs/sha256"), { recursive: true })
  if (!existsSync(path) || readFileSync(path).length !== content.length) writeFileSync(path, content)
  return { mediaType, digest, size: content.length }
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`
}

function json(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}
