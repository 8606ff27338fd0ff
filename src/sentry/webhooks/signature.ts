// Sentry's signature of a webhook: HMAC-SHA256 over the body's bytes as they came, in lower-case hex.
import { createHmac, timingSafeEqual } from "node:crypto"

/** Whether the signature is one of this body by any of the secrets: two are in use while one is being replaced. */
export function isSigned(
  bytes: Uint8Array,
  signature: string | undefined,
  secrets: readonly string[],
): boolean {
  if (signature === undefined || !/^[0-9a-f]{64}$/.test(signature)) return false
  const given = Buffer.from(signature, "hex")
  // Every secret is tried, so that the time taken does not tell which one it was.
  return secrets.map((secret) => timingSafeEqual(given, signatureOf(bytes, secret))).includes(true)
}

export function signatureOf(bytes: Uint8Array, secret: string): Buffer {
  return createHmac("sha256", secret).update(bytes).digest()
}
