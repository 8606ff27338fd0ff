// Secrets at rest: AES-256-GCM under a key that the database does not hold. Each text names the key it was made with.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto"
import { AppError } from "../common/errors.ts"

export interface Keyring {
  /** `about` says what the secret is of; a text that was made for something else cannot be opened. */
  seal(secret: string, about: string): string
  /** Throws an `AppError` (`secret_unreadable`) where no key of the ring opens it. */
  open(sealed: string, about: string): string
  /** Whether it was made with the current key. */
  isCurrent(sealed: string): boolean
}

const keyBytes = 32
const ivBytes = 12

/** 32 bytes in hexadecimal or Base64; undefined for any other text. */
export function parseKey(text: string): Buffer | undefined {
  const trimmed = text.trim()
  const key = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, "hex") : Buffer.from(trimmed, "base64")
  return key.length === keyBytes ? key : undefined
}

/** New secrets are sealed with `current`; `previous` opens those from before it was changed. */
export function createKeyring(current: Buffer, previous?: Buffer): Keyring {
  const keys = new Map([previous, current].flatMap((key) => (key ? [[idOf(key), key] as const] : [])))
  const currentId = idOf(current)
  return {
    seal(secret, about) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv("aes-256-gcm", current, iv).setAAD(Buffer.from(about))
      const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()])
      return [
        "1",
        currentId,
        ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString("base64")),
      ].join(":")
    },
    open(sealed, about) {
      const [version, id = "", iv = "", tag = "", text = ""] = sealed.split(":")
      const key = keys.get(id)
      if (version !== "1" || !key)
        throw unreadable(about, `it was made with the key ${id}, which is not given`)
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(iv, "base64"))
        decipher.setAAD(Buffer.from(about)).setAuthTag(Buffer.from(tag, "base64"))
        return Buffer.concat([decipher.update(Buffer.from(text, "base64")), decipher.final()]).toString(
          "utf8",
        )
      } catch (error) {
        throw unreadable(about, "it was changed, or belongs elsewhere", error)
      }
    },
    isCurrent: (sealed) => sealed.split(":")[1] === currentId,
  }
}

function idOf(key: Buffer): string {
  return createHash("sha256").update("ocean-sentry key ").update(key).digest("hex").slice(0, 8)
}

function unreadable(about: string, why: string, cause?: unknown): AppError {
  return new AppError("secret_unreadable", `the secret ${about} cannot be read: ${why}`, {
    ...(cause === undefined ? {} : { cause }),
    hint: "give the key it was made with as OCEAN__HOST__PREVIOUS_MASTER_KEY, or set the secret anew",
  })
}
