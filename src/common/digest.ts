// Short fingerprints of values, for "is this the same as what is there".
import { hash } from "node:crypto"
import { type JsonValue, stableStringify } from "./json.ts"

/** 96 bits of SHA-256 as text: equal for equal values, whatever the order of their keys. */
export function digestOf(value: JsonValue): string {
  return digestOfText(stableStringify(value))
}

/** The same for a text that `stableStringify` would give. */
export function digestOfText(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 16)
}
