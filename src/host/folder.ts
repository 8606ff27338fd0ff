// Installations as files, for those who keep them in a repository: `<id>.yaml`, read again when something changes. What no file
// says any more is switched off, not removed: a folder that is not mounted must not empty a host.
import { readdir, readFile } from "node:fs/promises"
import { extname, join } from "node:path"
import { isDeepStrictEqual } from "node:util"
import { parse } from "yaml"
import { errorText, type InputProblem, InvalidInput } from "../common/errors.ts"
import { isJsonObject, type JsonObject, type JsonValue } from "../common/json.ts"
import { parseInput } from "../common/schema.ts"
import {
  type Installation,
  InstallationId,
  InstallationInput,
  type SecretPath,
  splitSecrets,
} from "./installation.ts"
import type { InstallationStore } from "./installation-store.ts"

export interface FolderRead {
  /** Their names. */
  read: string[]
  /** What is wrong with the others, a sentence each; they stay as they were. */
  problems: string[]
}

/** Groups in which `xFile` names a file that holds the secret `x`. */
const secretsIn: Readonly<Record<string, readonly string[]>> = {
  sentry: ["token", "webhookSecret"],
  port: ["clientSecret"],
}

export async function readInstallations(folder: string, store: InstallationStore): Promise<FolderRead> {
  const found: FolderRead = { read: [], problems: [] }
  const names = (await readdir(folder)).filter((name) => /\.ya?ml$|\.json$/.test(name)).sort()
  // First, so that one whose file has another name now is not in its own way.
  const named = new Set(names.map((name) => name.slice(0, -extname(name).length)))
  for (const one of await store.all()) {
    if (one.source !== "file" || named.has(one.id) || !one.spec.enabled) continue
    await store.put({ id: one.id, source: "file", spec: { ...one.spec, enabled: false }, secrets: {} })
    found.problems.push(`${one.id}: its file is gone, so it is switched off; its state is kept`)
  }
  for (const name of names) {
    try {
      found.read.push(await readOne(join(folder, name), name.slice(0, -extname(name).length), store))
    } catch (error) {
      const problems: readonly InputProblem[] = error instanceof InvalidInput ? error.problems : []
      const told =
        problems.length > 0 ? problems.map(({ where, what }) => `${where}: ${what}`) : [errorText(error)]
      found.problems.push(...told.map((text) => `${name}: ${text}`))
    }
  }
  return found
}

async function readOne(path: string, name: string, store: InstallationStore): Promise<string> {
  const id = parseInput(InstallationId, name, "the file's name")
  const written = (parse(await readFile(path, "utf8")) ?? null) as JsonValue // YAML without tags gives what JSON gives
  const input = parseInput(InstallationInput, await withSecrets(written), "the installation")
  const known = await store.get(id)
  if (known?.source === "api")
    throw new Error("an installation of this name was made by the API; remove it there first")
  const split = splitSecrets(input)
  if (!known || !isWritten(known, split)) await store.put({ id, source: "file", ...split })
  return id
}

/** Whether all that a file says is so already: nothing is then sealed and written anew at each look. */
function isWritten(known: Installation, { spec, secrets }: ReturnType<typeof splitSecrets>): boolean {
  if (!isDeepStrictEqual(known.spec, JSON.parse(JSON.stringify(spec)))) return false
  return Object.entries(secrets).every(([path, secret]) => {
    const name = path as SecretPath // as `splitSecrets` names them
    return !(name in known.unreadable) && (known.secrets[name] ?? null) === secret
  })
}

async function withSecrets(written: JsonValue): Promise<JsonValue> {
  if (!isJsonObject(written)) return written
  const whole: JsonObject = { ...written }
  for (const [group, secrets] of Object.entries(secretsIn)) {
    const given = whole[group]
    if (!isJsonObject(given)) continue
    const filled: JsonObject = { ...given }
    for (const secret of secrets) {
      const file = filled[`${secret}File`]
      if (typeof file !== "string") continue
      delete filled[`${secret}File`]
      filled[secret] = (await readFile(file, "utf8")).trimEnd()
    }
    whole[group] = filled
  }
  return whole
}
