// The secrets of an installation as the database has them: sealed texts by their path, each bound to its installation and place.
import { errorText } from "../common/errors.ts"
import type { ChangedSecrets, SecretPath, Secrets } from "./installation.ts"
import type { Keyring } from "./secrets.ts"

export interface OpenedSecrets {
  secrets: Secrets
  /** Why the others cannot be read. */
  unreadable: Partial<Record<SecretPath, string>>
}

type Sealed = Partial<Record<SecretPath, string>>

/** `stored` is what `sealSecrets` gave. */
export function openSecrets(keyring: Keyring, id: string, stored: string): OpenedSecrets {
  const opened: OpenedSecrets = { secrets: {}, unreadable: {} }
  for (const [path, text] of entriesOf(stored)) {
    try {
      opened.secrets[path] = keyring.open(text, about(id, path))
    } catch (error) {
      opened.unreadable[path] = errorText(error) // told wherever the installation would be at work
    }
  }
  return opened
}

/** What was stored before with the new ones in it. What is left out stays as it was sealed, whether it can be read or not. */
export function sealSecrets(keyring: Keyring, id: string, stored: string, anew: ChangedSecrets): string {
  const sealed: Sealed = Object.fromEntries(entriesOf(stored))
  for (const [path, secret] of Object.entries(anew) as [SecretPath, string | null][]) {
    if (secret === null) delete sealed[path]
    else sealed[path] = keyring.seal(secret, about(id, path))
  }
  return JSON.stringify(sealed)
}

/** With the current key; undefined where nothing changes. What cannot be read stays as it is. */
export function resealSecrets(
  keyring: Keyring,
  id: string,
  stored: string,
): { stored: string; count: number } | undefined {
  const { secrets } = openSecrets(keyring, id, stored)
  const old = entriesOf(stored).filter(([path, text]) => path in secrets && !keyring.isCurrent(text))
  if (old.length === 0) return undefined
  const anew = Object.fromEntries(old.map(([path]) => [path, secrets[path]])) as Secrets // what was opened
  return { stored: sealSecrets(keyring, id, stored, anew), count: old.length }
}

function entriesOf(stored: string): [SecretPath, string][] {
  return Object.entries(JSON.parse(stored) as Sealed) as [SecretPath, string][] // written by `sealSecrets`
}

function about(id: string, path: string): string {
  return `${id} ${path}`
}
