// What the program needs of an operating system: Debian's C library, certificates, and Node. Extracted, not installed, so no
// root is needed and no maintainer script runs; what those would have made is made here.
import { spawnSync } from "node:child_process"
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { basename, join } from "node:path"

export interface DebianPackage {
  name: string
  version: string
  architecture: string
}

export const runtimePackages = ["base-files", "libc6", "libgcc-s1", "libstdc++6", "ca-certificates"] as const

/** Not needed at run time. Licences stay. */
const leftOut = [
  "usr/share/locale",
  "usr/share/man",
  "usr/share/info",
  "usr/share/lintian",
  "usr/share/base-files",
  "usr/lib/x86_64-linux-gnu/gconv",
  "usr/lib/aarch64-linux-gnu/gconv",
  "usr/share/gcc",
  "usr/share/gdb",
]

/** Fills `root`, an empty folder. `cache` keeps the downloaded packages, the same ones each time. */
export function layBaseFiles(
  root: string,
  { cache, node, packages }: { cache: string; node: string; packages: readonly string[] },
): DebianPackage[] {
  const files = downloadPackages(cache, packages)
  for (const file of files) run("dpkg-deb", ["--extract", file, root])
  for (const path of leftOut) rmSync(join(root, path), { recursive: true, force: true })
  keepOnly(join(root, "usr/share/doc"), "copyright")
  const found = files.map((file) => registerPackage(root, file))
  writeCertificates(root)
  writeIdentities(root)
  writeFolders(root)
  copyFileSync(node, join(root, "usr/local/bin/node"))
  chmodSync(join(root, "usr/local/bin/node"), 0o755)
  return found
}

function downloadPackages(cache: string, packages: readonly string[]): string[] {
  mkdirSync(cache, { recursive: true })
  const kept = debFiles(cache)
  if (kept.length === packages.length) return kept
  try {
    run("apt-get", ["download", "-q", ...packages], cache)
  } catch {
    // A machine that is new has no list of packages yet.
    run("apt-get", ["update", "-q"])
    run("apt-get", ["download", "-q", ...packages], cache)
  }
  return debFiles(cache)
}

function debFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".deb"))
    .sort()
    .map((name) => join(folder, name))
}

/** As scanners of images without a package manager look for it. */
function registerPackage(root: string, file: string): DebianPackage {
  const control = run("dpkg-deb", ["--field", file])
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(control)?.[1] ?? ""
  const folder = join(root, "var/lib/dpkg/status.d")
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, field("Package")), `${control.trimEnd()}\nStatus: install ok installed\n`)
  return { name: field("Package"), version: field("Version"), architecture: field("Architecture") }
}

function keepOnly(folder: string, name: string): void {
  if (!existsSync(folder)) return
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name !== name) rmSync(join(entry.parentPath, entry.name))
  }
}

function writeCertificates(root: string): void {
  const folder = join(root, "usr/share/ca-certificates")
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".crt"),
  )
  if (files.length === 0) throw new Error(`no certificates in ${folder}`)
  const bundle = files.sort().map((name) => readFileSync(join(folder, name), "utf8").trimEnd())
  mkdirSync(join(root, "etc/ssl/certs"), { recursive: true })
  writeFileSync(join(root, "etc/ssl/certs/ca-certificates.crt"), `${bundle.join("\n")}\n`)
}

function writeIdentities(root: string): void {
  writeFileSync(
    join(root, "etc/passwd"),
    "root:x:0:0:root:/root:/sbin/nologin\nocean:x:1001:1001:ocean:/app:/sbin/nologin\n",
  )
  writeFileSync(join(root, "etc/group"), "root:x:0:\nocean:x:1001:\n")
  writeFileSync(join(root, "etc/nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files dns\n")
}

function writeFolders(root: string): void {
  for (const path of ["app", "usr/local/bin", "usr/local/share/ca-certificates", "tmp/ocean"]) {
    mkdirSync(join(root, path), { recursive: true })
  }
  // Programs of older Debian packages lie in /lib; on merged systems it is a link.
  for (const name of ["bin", "sbin", "lib", "lib64"]) {
    const path = join(root, name)
    if (existsSync(path)) continue
    mkdirSync(join(root, "usr", name), { recursive: true })
    symlinkSync(`usr/${name}`, path)
  }
}

/** What it printed; throws with its own words when it failed. */
function run(command: string, args: readonly string[], cwd?: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    ...(cwd ? { cwd } : {}),
  })
  if (error) {
    throw new Error(
      `${basename(command)} is not here: this script needs Debian's apt-get and dpkg-deb; deploy/Dockerfile needs neither`,
    )
  }
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stderr}`)
  return stdout
}
